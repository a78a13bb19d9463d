// Every TS.48 package, downloaded by the LPA from the SM-DP+ into the eUICC with the GSMA's own test
// certificates, on both curves. Only the transport is a function call; what the card then holds is compared
// with what was sent.
#include <gtest/gtest.h>

#include "card/euicc.hpp"
#include "card/manufacture.hpp"
#include "card/persistent_state.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"
#include "roles/eum/eum.hpp"
#include "roles/lpa/activation_code.hpp"
#include "roles/lpa/procedures/download.hpp"
#include "roles/lpa/procedures/profiles.hpp"
#include "roles/smdpp/memory_store.hpp"
#include "roles/smdpp/smdpp.hpp"
#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "support/shared_data.hpp"

namespace eider::test {
namespace {
namespace fs = std::filesystem;
using crypto::CertificateRole;

constexpr char kSmdp[] = "testsmdpplus1.example.com";
const char* const kPackages[] = {"TS48v1_A",
                                 "TS48v2_SAIP2.3_BERTLV",
                                 "TS48v3_SAIP2.3_NoBERTLV",
                                 "TS48v4_SAIP2.1A_NoBERTLV",
                                 "TS48v4_SAIP2.3_BERTLV",
                                 "TS48v5_SAIP2.3_NoBERTLV"};

template <class T>
T need(Result<T> r) {
  if (!r) throw std::runtime_error(r.error().message());
  return *std::move(r);
}

profile::CardCapabilities with_java_card() {
  profile::CardCapabilities c;
  c.uicc_capability.set(saip::capability_bit(saip::Service::kJavacard));
  return c;
}

struct Sgp26 {
  fs::path root;
  std::string suffix;  // NIST or BRP

  crypto::Certificate certificate(const std::string& folder, const std::string& name) const {
    return need(crypto::Certificate::parse(
        read_file(root / folder / ("CERT_" + name + "_ECDSA_" + suffix + ".der"))));
  }
  crypto::PrivateKey key(const std::string& folder, const std::string& name) const {
    return need(crypto::PrivateKey::from_encoded(
        read_file(root / folder / ("SK_" + name + "_ECDSA_" + suffix + ".pem"))));
  }
};

// Requests go straight to the SM-DP+, as if the network were perfect.
struct DirectHttp final : HttpPort {
  smdpp::SmDpPlus* server = nullptr;
  std::vector<std::string> paths;
  Result<HttpReply> post(const HttpPost& r) override {
    std::string type;
    for (const auto& h : r.headers)
      if (equal_ignoring_case(h.name, "Content-Type")) type = h.value;
    paths.push_back(r.path.substr(r.path.rfind('/') + 1));
    return server->es9plus({r.path, type, r.body, "192.0.2.1", {}});
  }
};

struct YesUi final : lpa::LpaUi {
  void progress(lpa::Step, std::size_t, std::size_t) override {}
  void warn(std::string_view text) override { ADD_FAILURE() << text; }
  lpa::Answer confirm_download(const lpa::ProfileOffer&) override { return lpa::Answer::kYes; }
  std::optional<Secret> confirmation_code(const lpa::ProfileOffer&, int) override { return std::nullopt; }
  lpa::Answer confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                       const sgp22::StoreMetadataRequest&) override {
    return lpa::Answer::kNo;
  }
};

class Ts48 : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  ManualClock clock{*parse_time("2026-11-24T12:00:00Z")};
  SystemRandom random;
  card::MemoryNvm nvm;
  smdpp::MemoryStore store;
  std::unique_ptr<smdpp::SmDpPlus> server;
  DirectHttp http;
  YesUi ui;
  lpa::MemoryLpaStore lpa_store;

  // TS.48 v1 makes Java Card a mandatory service, though it brings no applet.
  void make_card(const Sgp26& data, bool java_card) {
    eum::CardModel model;
    model.java_card = java_card;
    const eum::ImportedCredential credential{data.certificate("CertificateIssuer", "CI"),
                                             data.certificate("EUM", "EUM"),
                                             data.certificate("eUICC", "EUICC"), data.key("eUICC", "EUICC")};
    const auto personalisation = need(eum::import_card(model, std::span(&credential, 1)));
    EXPECT_EQ(sgp22::eid_digits(personalisation.eid), "89049032123451234512345678901235");
    const auto made = card::manufacture(personalisation, nvm);
    ASSERT_TRUE(made) << made.error().message();
  }
  void make_server(const Sgp26& data) {
    smdpp::SmDpPlusConfig config;
    config.addresses = {kSmdp};
    config.credentials.push_back({data.certificate("DPauth", "S_SM_DPauth"),
                                  crypto::make_signing_key(data.key("DPauth", "S_SM_DPauth")),
                                  data.certificate("DPpb", "S_SM_DPpb"),
                                  crypto::make_signing_key(data.key("DPpb", "S_SM_DPpb"))});
    const auto added = config.roots.add(data.certificate("CertificateIssuer", "CI"),
                                        sgp22::certificate_profile(CertificateRole::kCi));
    ASSERT_TRUE(added) << added.error().message();
    server = need(smdpp::SmDpPlus::create(std::move(config), {store, clock, random}));
    http.server = server.get();
  }
  // The ICCID is the package's own: the card compares EF.ICCID with the metadata.
  void stock(ByteView package, sgp22::ProfileClass profile_class) {
    profile::PackageInstaller reader(with_java_card(), {}, {});
    for (const auto& e : need(profile::read_package(package))) reader.element(e.der);
    smdpp::Profile p;
    p.iccid = *sgp22::Iccid::from(reader.finish().facts.ef_iccid);
    p.type = "ts48";
    p.owner = "op";
    sgp22::StoreMetadataRequest m;
    m.iccid = p.iccid;
    m.serviceProviderName = "GSMA";
    m.profileName = "Generic test profile";
    m.profileClass = profile_class;
    m.notificationConfigurationInfo =
        std::vector<sgp22::NotificationConfigurationInformation>{{sgp22::BitString{0, 1, 2, 3}, kSmdp}};
    p.metadata = der::encode(m);
    smdpp::Order order;
    order.matching_id = "TS48";
    p.state = smdpp::ProfileState::kReleased;
    p.order = order;
    const auto done = store.write([&](smdpp::StoreTransaction& tx) -> Status {
      smdpp::ProfileType type;
      type.name = "ts48";
      type.owner = "op";
      EIDER_CHECK(tx.put_operator({"op", "op", "2.999.20", {}, ""}));
      EIDER_CHECK(tx.put_profile_type(type));
      EIDER_CHECK(tx.put_profile(p));
      return tx.put_package(p.iccid, package);
    });
    ASSERT_TRUE(done) << done.error().message();
    iccid = p.iccid;
  }
  smdpp::Profile stored() {
    std::optional<smdpp::Profile> out;
    const auto done = store.read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(p, r.profile(iccid));
      out = p;
      return {};
    });
    EXPECT_TRUE(done);
    return out.value();
  }
  sgp22::Iccid iccid;
};

TEST_P(Ts48, DownloadsInstallsAndReadsBackEqual) {
  EIDER_SHARED_OR_SKIP(sgp26, "sgp26");
  const auto& [name, suffix] = GetParam();
  EIDER_SHARED_OR_SKIP(file, "ts48/" + name + ".der");
  const auto package = read_file(file);
  const Sgp26 data{sgp26, suffix};
  make_card(data, name == "TS48v1_A");
  make_server(data);
  stock(package, sgp22::ProfileClass::kOperational);

  card::Euicc euicc(nvm, random);
  lpa::Es10Client es10(euicc);
  ASSERT_TRUE(es10.open());
  lpa::Lpa phone{es10, http, clock, random, ui, lpa_store, {}};
  auto request = lpa::download_request(
      need(lpa::parse_activation_code(std::string("LPA:1$") + kSmdp + "$TS48$2.999.10")));
  request.enable = true;
  const auto result = lpa::download_profile(phone, request);
  ASSERT_TRUE(result) << result.error().message();
  ASSERT_TRUE(result->enabled) << (result->enableFault ? result->enableFault->message() : "not enabled");

  // Law 3: everything was delivered, and the server believes what the card is.
  EXPECT_TRUE(need(lpa::list_notifications(phone)).empty());
  EXPECT_EQ(stored().state, smdpp::ProfileState::kInstalled);
  EXPECT_EQ(stored().on_card, smdpp::OnCardState::kEnabled);

  card::PersistentState on_card(nvm);
  ASSERT_TRUE(on_card.load());
  ASSERT_EQ(on_card.profiles.size(), 1u);
  EXPECT_EQ(to_hex(on_card.profile_package(on_card.profiles.begin()->first).value()), to_hex(package));

  const auto profile = need(lpa::find_profile(phone, sgp22::iccid_digits(iccid)));
  EXPECT_EQ(profile.profileState, sgp22::ProfileState::kEnabled);
  ASSERT_TRUE(lpa::disable_profile(phone, profile));
  ASSERT_TRUE(lpa::delete_profile(phone, need(lpa::find_profile(phone, sgp22::iccid_digits(iccid)))));
  EXPECT_EQ(stored().on_card, smdpp::OnCardState::kDeleted);
}

// Each element's status, as the card signed it in the ProfileInstallationResult.
class Ts48Elements : public testing::TestWithParam<std::string> {};

TEST_P(Ts48Elements, AreAllAnsweredOk) {
  EIDER_SHARED_OR_SKIP(file, "ts48/" + GetParam() + ".der");
  const auto package = read_file(file);
  profile::PackageInstaller facts_of(with_java_card(), {}, {});
  for (const auto& e : need(profile::read_package(package))) facts_of.element(e.der);
  profile::MetadataFacts facts;
  facts.iccid = *FixedBytes<10>::from(facts_of.finish().facts.ef_iccid);
  profile::PackageInstaller installer(with_java_card(), {}, facts);
  std::size_t elements = 0;
  for (const auto& e : need(profile::read_package(package))) {
    const auto outcome = installer.element(e.der);
    EXPECT_EQ(outcome.status.status, saip::PeStatusCode::kOk)
        << tag_text(e.tag) << " at " << e.offset << ": " << outcome.why;
    EXPECT_TRUE(outcome.stored);
    ++elements;
  }
  EXPECT_GT(elements, 10u);
  EXPECT_EQ(installer.finish().error, profile::InstallError::kNone);
}

INSTANTIATE_TEST_SUITE_P(Packages, Ts48Elements,
                         testing::ValuesIn(std::vector<std::string>(std::begin(kPackages),
                                                                    std::end(kPackages))),
                         [](const auto& p) {
                           std::string out = p.param;
                           std::replace(out.begin(), out.end(), '.', '_');
                           return out;
                         });
INSTANTIATE_TEST_SUITE_P(Packages, Ts48,
                         testing::Combine(testing::ValuesIn(std::vector<std::string>(std::begin(kPackages),
                                                                                     std::end(kPackages))),
                                          testing::Values("NIST", "BRP")),
                         [](const auto& p) {
                           std::string out = std::get<0>(p.param) + "_" + std::get<1>(p.param);
                           for (char& c : out)
                             if (c == '.') c = '_';
                           return out;
                         });

}  // namespace
}  // namespace eider::test
