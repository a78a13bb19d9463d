// The LPA between the emulated card and the SM-DP+ core, in one process, with real cryptography: what both
// sides hold after every outcome (SGP.22 v2.6.1 sections 3.1 to 3.5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/crl.hpp"
#include "device/terminal.hpp"
#include "profile/builder.hpp"
#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/crl.hpp"
#include "roles/lpa/procedures/download.hpp"
#include "roles/lpa/procedures/memory_reset.hpp"
#include "support/lpa_ui.hpp"
#include "support/smdpp_fixture.hpp"
#include "support/test_card.hpp"

namespace eider::lpa {
namespace {
using smdpp::ProfileState;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kAddress[] = "smdpp.example.com";

// The wire between LPA and SM-DP+, which may break once.
class Wire final : public HttpPort {
 public:
  explicit Wire(test::SmDpPlusFixture& server) : server_(server) {}
  enum class Lose : std::uint8_t { kNothing, kRequest, kAnswer };
  Lose lose = Lose::kNothing;
  int lose_at = -1;
  int posts = 0;

  Result<HttpReply> post(const HttpPost& r) override {
    const bool now = posts++ == lose_at;
    if (!equal_ignoring_case(r.host, kAddress)) return fail(TransportFault{false, "no such host"});
    if (now && lose == Lose::kRequest) return fail(TransportFault{false, "request lost"});
    HttpReply type{0, r.headers, {}};
    auto reply = server_.post(r.path, as_text(r.body), type.header("Content-Type"));
    if (now && lose == Lose::kAnswer) return fail(TransportFault{true, "answer lost"});
    return reply;
  }

 private:
  test::SmDpPlusFixture& server_;
};

// The reader in between, which may break once.
class Reader final : public CardPort {
 public:
  explicit Reader(CardPort& card) : card_(card) {}
  int lose_at = -1;
  int commands = 0;
  Result<Bytes> reset() override { return card_.reset(); }
  Result<Bytes> transmit(ByteView command) override {
    const bool now = commands++ == lose_at;
    auto answer = card_.transmit(command);
    if (now) return fail(TransportFault{true, "card gone"});
    return answer;
  }

 private:
  CardPort& card_;
};

sgp22::OperatorId owner() {
  return {*FixedBytes<3>::from(hex("00F110")), {}, {}};
}

struct Real {
  smdpp::MemoryStore store;
  test::SmDpPlusFixture server;
  test::TestCard card;
  Wire wire{server};
  Reader reader{card.euicc};
  test::ScriptedUi ui;
  SeededRandom random{11};
  MemoryLpaStore memory;
  Es10Client es10;
  Lpa lpa;
  std::optional<sgp22::BitString> rules;

  explicit Real(std::vector<crypto::Curve> curves = {crypto::Curve::kP256}, Es10Options options = {},
                const eum::CardModel& model = {})
      : server(store, curves),
        card(server.pki, model, test::kCardEid, curves),
        es10(reader, options),
        lpa{es10, wire, server.clock, random, ui, memory, {}} {
    server.put_operator("op", server.client_certificate);
    test::must(es10.open());
  }
  // A Profile that installs, whose every event is reported.
  void add_profile(int n) {
    server.edit_metadata = [&](sgp22::StoreMetadataRequest& m) {
      m.notificationConfigurationInfo.emplace().push_back({sgp22::BitString{0, 1, 2, 3}, kAddress});
      m.profileOwner = owner();
      m.profilePolicyRules = rules;
    };
    server.add_profile(n);
    auto parameters = profile::GenericProfileParameters::random(random);
    parameters.iccid = sgp22::iccid_digits(test::SmDpPlusFixture::iccid(n));
    const Bytes package = profile::build_generic_profile(parameters);
    test::must(store.write([&](smdpp::StoreTransaction& tx) {
      return tx.put_package(test::SmDpPlusFixture::iccid(n), package);
    }));
  }
  DownloadRequest order(int n, std::optional<std::string> code = {}) {
    add_profile(n);
    DownloadRequest r;
    r.smdpAddress = kAddress;
    r.matchingId = server.release(n, {}, std::move(code));
    return r;
  }
  smdpp::Profile profile(int n) { return server.profile(n); }
  std::vector<sgp22::ProfileInfo> profiles() { return test::must(list_profiles(lpa)); }
  std::size_t pending() { return test::must(list_notifications(lpa)).size(); }
};
std::string name(const Result<DownloadResult>& r) {
  return r ? "installed" : r.error().message();
}
}  // namespace

TEST(LpaReal, InstallsManagesAndDeletes) {
  Real w;
  auto r = download_profile(w.lpa, w.order(1));
  ASSERT_TRUE(r) << name(r);
  EXPECT_THAT(w.ui.warnings, IsEmpty());
  EXPECT_EQ(w.profile(1).state, ProfileState::kInstalled);
  EXPECT_EQ(w.pending(), 0u);
  auto profiles = w.profiles();
  ASSERT_EQ(profiles.size(), 1u);
  EXPECT_EQ(profiles[0].iccid, test::SmDpPlusFixture::iccid(1));
  EXPECT_EQ(profiles[0].profileState, sgp22::ProfileState::kDisabled);
  EXPECT_EQ(profiles[0].isdpAid, r->isdpAid);

  ASSERT_TRUE(enable_profile(w.lpa, profiles[0]));
  EXPECT_EQ(w.profiles()[0].profileState, sgp22::ProfileState::kEnabled);
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kEnabled);
  ASSERT_TRUE(set_nickname(w.lpa, profiles[0], "Travel"));
  EXPECT_EQ(find_profile(w.lpa, "Travel")->iccid, profiles[0].iccid);
  auto deleted = delete_profile(w.lpa, profiles[0]);
  ASSERT_FALSE(deleted);
  EXPECT_EQ(deleted.error().as<Es10Fault>()->name, "profileNotInDisabledState");
  ASSERT_TRUE(disable_profile(w.lpa, profiles[0]));
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kDisabled);
  ASSERT_TRUE(delete_profile(w.lpa, profiles[0]));
  EXPECT_THAT(w.profiles(), IsEmpty());
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kDeleted);
  EXPECT_EQ(w.pending(), 0u);
}

TEST(LpaReal, WorksInTheAsn1Binding) {
  Real w;
  w.lpa.settings.binding = Binding::kAsn1;
  w.ui.answer = Answer::kNotNow;
  const auto request = w.order(1, "4321");
  EXPECT_FALSE(download_profile(w.lpa, request));  // cancelled on both sides
  EXPECT_THAT(w.ui.warnings, IsEmpty());
  EXPECT_EQ(w.profile(1).state, ProfileState::kReleased);
  w.ui.answer = Answer::kYes;
  w.ui.codes = {"1111", "4321"};
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(r) << name(r);
  EXPECT_EQ(w.ui.code_prompts, 2);  // the refusal of the first was understood
  EXPECT_EQ(w.profile(1).state, ProfileState::kInstalled);
  ASSERT_TRUE(enable_profile(w.lpa, w.profiles()[0]));
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kEnabled);
  EXPECT_EQ(w.pending(), 0u);
  EXPECT_EQ(test::code_of(download_profile(w.lpa, request)), "8.2.6/3.8");
}

TEST(LpaReal, BringsRevocationListsToTheCard) {
  Real w;
  const auto& ci = w.server.pki.get(crypto::CertificateRole::kCi);
  crypto::CrlRequest list;
  list.number = 3;
  list.this_update = test::pki_time();
  list.next_update = test::pki_time() + std::chrono::hours(24);
  list.distribution_point = "http://ci.example.com/CRL.crl";
  list.entries.push_back({to_bytes(w.server.pki.get(crypto::CertificateRole::kDpAuth).certificate.serial()),
                          list.this_update,
                          {},
                          {}});
  for (std::uint8_t i = 1; i < 60; ++i) list.entries.push_back({{0x20, i}, list.this_update, {}, {}});
  const auto key = crypto::make_signing_key(*ci.key);
  const auto segments = test::must(crypto::issue_segmented_crl(ci.certificate, *key, list));
  ASSERT_GT(segments.size(), 1u);
  const auto loaded = load_crls(w.lpa, crypto::encode_segments(segments));
  ASSERT_TRUE(loaded) << loaded.error().message();
  ASSERT_EQ(loaded->size(), 1u);
  EXPECT_EQ(loaded->front().number, 3u);
  EXPECT_EQ(loaded->front().revoked, 60u);
  EXPECT_EQ(loaded->front().loaded, segments.size());
  EXPECT_THAT(loaded->front().missing, IsEmpty());
  auto r = download_profile(w.lpa, w.order(1));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().as<Es10Fault>()->name, "invalidCertificate");

  list.number = 2;
  const auto older = load_crls(w.lpa, test::must(crypto::issue_crl(ci.certificate, *key, list)).der());
  EXPECT_EQ(older.error().as<Es10Fault>()->name, "fresherCrlAlreadyLoaded");
  const auto strangers = test::make_test_pki({crypto::Curve::kP256}, 77);
  const auto& other = strangers.get(crypto::CertificateRole::kCi);
  const auto foreign =
      test::must(crypto::issue_crl(other.certificate, *crypto::make_signing_key(*other.key), list));
  EXPECT_TRUE(load_crls(w.lpa, foreign.der()).error().as<LocalFault>());
  EXPECT_FALSE(load_crls(w.lpa, as_bytes("<html>")));
  eum::CardModel model;
  model.crl = false;
  Real without({crypto::Curve::kP256}, {}, model);
  EXPECT_NE(load_crls(without.lpa, foreign.der()).error().message().find("takes no CRLs"), std::string::npos);
  EXPECT_EQ(segmented_crl_uri("http://a/b"), "http://a/b?segmentedForm=true");
  EXPECT_EQ(segmented_crl_uri("http://a/b?c"), "http://a/b?c&segmentedForm=true");
}

TEST(LpaReal, WorksOnBrainpoolAndWithEveryBlockSize) {
  Real brainpool({crypto::Curve::kBrainpoolP256r1});
  auto r = download_profile(brainpool.lpa, brainpool.order(1));
  EXPECT_TRUE(r) << name(r);
  for (const std::size_t block : {16u, 127u, 255u}) {
    Es10Options options;
    options.block_size = block;
    Real w({crypto::Curve::kP256}, options);
    auto again = download_profile(w.lpa, w.order(1));
    EXPECT_TRUE(again) << block << ": " << name(again);
  }
}

TEST(LpaReal, RefreshIsCarriedOut) {
  Es10Options options;
  options.terminal_profile = true;
  Real w({crypto::Curve::kP256}, options);
  auto request = w.order(1);
  request.enable = true;
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(r) << name(r);
  ASSERT_TRUE(r->enabled) << r->enableFault->message();
  EXPECT_TRUE(r->enabled->card_reset);
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kEnabled);
}

// The card sits in a modem, which has timers, events and channels of its own and is told of the REFRESH.
TEST(LpaReal, AModemCarriesTheRefreshOut) {
  struct Told final : device::TerminalListener {
    std::vector<etsi::cat::RefreshMode> modes;
    void refreshed(const device::Refresh& r) override { modes.push_back(r.mode); }
  } told;
  Real w;
  device::Terminal modem(w.reader, w.server.clock, {}, {nullptr, nullptr, &told});
  ASSERT_TRUE(modem.power_on());
  Es10Options options;
  options.terminal = &modem;
  Es10Client es10(w.reader, options);
  ASSERT_TRUE(es10.open());
  Lpa lpa{es10, w.wire, w.server.clock, w.random, w.ui, w.memory, {}};
  auto request = w.order(1);
  request.enable = true;
  auto r = download_profile(lpa, request);
  ASSERT_TRUE(r) << name(r);
  ASSERT_TRUE(r->enabled) << r->enableFault->message();
  EXPECT_TRUE(r->enabled->card_reset);
  EXPECT_THAT(told.modes, ElementsAre(etsi::cat::RefreshMode::kProfileStateChange));
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kEnabled);
}

TEST(LpaReal, SwitchesBetweenProfiles) {
  Real w;
  ASSERT_TRUE(download_profile(w.lpa, w.order(1)));
  ASSERT_TRUE(download_profile(w.lpa, w.order(2)));
  ASSERT_TRUE(
      enable_profile(w.lpa, *find_profile(w.lpa, sgp22::iccid_digits(test::SmDpPlusFixture::iccid(1)))));
  ASSERT_TRUE(
      enable_profile(w.lpa, *find_profile(w.lpa, sgp22::iccid_digits(test::SmDpPlusFixture::iccid(2)))));
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kDisabled);
  EXPECT_EQ(w.profile(2).on_card, smdpp::OnCardState::kEnabled);
}

TEST(LpaReal, ConfirmationCodes) {
  Real w;
  const auto request = w.order(1, "4321");
  w.ui.codes = {"1111", "4321"};
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(r) << name(r);
  EXPECT_EQ(w.ui.code_prompts, 2);
  EXPECT_EQ(w.profile(1).state, ProfileState::kInstalled);
}

TEST(LpaReal, TooManyWrongCodesEndTheOrder) {
  Real w;
  const auto request = w.order(1, "4321");
  w.ui.codes = {"1", "2", "3"};
  auto r = download_profile(w.lpa, request);
  ASSERT_TRUE(r.error().as<FunctionStatus>()) << name(r);
  EXPECT_EQ(r.error().as<FunctionStatus>()->subject_code, "8.2.7");
  EXPECT_EQ(w.profile(1).state, ProfileState::kError);
  EXPECT_THAT(w.profiles(), IsEmpty());
}

TEST(LpaReal, TheAnswerOfTheUserReachesTheOrder) {
  Real no;
  const auto rejected = no.order(1);
  no.ui.answer = Answer::kNo;
  EXPECT_FALSE(download_profile(no.lpa, rejected));
  EXPECT_EQ(no.profile(1).state, ProfileState::kError);
  EXPECT_EQ(no.profile(1).order->end_reason, "8.8.5/3.8");

  Real later;
  const auto postponed = later.order(1);
  later.ui.answer = Answer::kNotNow;
  EXPECT_FALSE(download_profile(later.lpa, postponed));
  EXPECT_EQ(later.profile(1).state, ProfileState::kReleased);
  later.ui.answer = Answer::kYes;
  EXPECT_TRUE(download_profile(later.lpa, postponed));
  EXPECT_THAT(later.ui.warnings, IsEmpty());
}

TEST(LpaReal, PolicyRulesNeedTheTableAndTheUser) {
  Real w;
  w.rules = sgp22::BitString{sgp22::kPpr1};
  auto r = download_profile(w.lpa, w.order(1));
  ASSERT_TRUE(r) << name(r);
  EXPECT_TRUE(w.ui.offers.at(0).policyRuleConsentRequired);
  ASSERT_TRUE(enable_profile(w.lpa, w.profiles()[0]));
  auto disabled = disable_profile(w.lpa, w.profiles()[0]);
  EXPECT_EQ(disabled.error().as<Es10Fault>()->name, "disallowedByPolicy");

  eum::CardModel model;
  model.rat.clear();
  Real closed({crypto::Curve::kP256}, {}, model);
  closed.rules = sgp22::BitString{sgp22::kPpr2};
  EXPECT_FALSE(download_profile(closed.lpa, closed.order(1)));
  EXPECT_THAT(closed.profiles(), IsEmpty());
}

TEST(LpaReal, RefusalsOfTheServerAreItsCodes) {
  Real w;
  auto request = w.order(1);
  const auto good = request.matchingId;
  request.matchingId = "UNKNOWN";
  EXPECT_EQ(test::code_of(download_profile(w.lpa, request)), "8.2.6/3.8");
  request.matchingId = good;
  request.smdpOid = sgp22::Oid("2.999.11");
  auto r = download_profile(w.lpa, request);
  EXPECT_TRUE(r.error().as<VerificationFault>());
  request.smdpOid = sgp22::Oid("2.999.10");
  request.smdpAddress = "SMDPP.Example.COM";  // as QR codes spell it
  EXPECT_TRUE(download_profile(w.lpa, request));
  EXPECT_EQ(test::code_of(download_profile(w.lpa, request)), "8.2.6/3.8");  // the code is used up
}

TEST(LpaReal, DefaultSmdp) {
  eum::CardModel model;
  model.default_smdp_address = kAddress;
  Real w({crypto::Curve::kP256}, {}, model);
  w.add_profile(1);
  (void)w.server.release(1, test::kCardEid, {}, "");
  auto request = default_smdp_request(w.lpa);
  ASSERT_TRUE(request);
  auto r = download_profile(w.lpa, *request);
  EXPECT_TRUE(r) << name(r);
}

TEST(LpaReal, MemoryResetReportsEveryDeletion) {
  Real w;
  ASSERT_TRUE(download_profile(w.lpa, w.order(1)));
  ASSERT_TRUE(download_profile(w.lpa, w.order(2)));
  auto r = reset_memory(w.lpa, {});
  ASSERT_TRUE(r) << r.error().message();
  EXPECT_THAT(w.profiles(), IsEmpty());
  EXPECT_EQ(w.profile(1).on_card, smdpp::OnCardState::kDeleted);
  EXPECT_EQ(w.profile(2).on_card, smdpp::OnCardState::kDeleted);
}

TEST(LpaReal, ChipInfo) {
  Real w;
  auto info = chip_info(w.lpa);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(sgp22::eid_digits(info->eid), test::kCardEid);
  EXPECT_EQ(sgp22::version_text(info->info1.svn), "2.6.1");
  EXPECT_GT(info->resources->free_nvm_octets, 100000u);
  EXPECT_EQ(info->rat.size(), 1u);
}

// Whatever is lost, the next try of the same user with the same code ends well: law 4 of the architecture.
struct Loss {
  Wire::Lose what;
  int at;
};
class WireLost : public testing::TestWithParam<Loss> {};
TEST_P(WireLost, AndNothingIsStuck) {
  Real w;
  const auto request = w.order(1);
  w.wire.lose = GetParam().what;
  w.wire.lose_at = w.wire.posts + GetParam().at;
  auto r = download_profile(w.lpa, request);
  w.wire.lose_at = -1;
  if (!r) r = download_profile(w.lpa, request);
  ASSERT_TRUE(r) << name(r);
  DeliverOptions now;
  now.ignore_backoff = true;
  ASSERT_TRUE(deliver_notifications(w.lpa, now));
  EXPECT_EQ(w.pending(), 0u);
  EXPECT_EQ(w.profiles().size(), 1u);
  EXPECT_EQ(w.profile(1).state, ProfileState::kInstalled);
}
INSTANTIATE_TEST_SUITE_P(Lpa, WireLost, testing::ValuesIn([] {
                           std::vector<Loss> out;
                           for (const auto what : {Wire::Lose::kRequest, Wire::Lose::kAnswer})
                             for (int at = 0; at < 5; ++at) out.push_back({what, at});
                           return out;
                         }()));

class CardTornOut : public testing::TestWithParam<int> {};
TEST_P(CardTornOut, AndNothingIsStuck) {
  Real w;
  const auto request = w.order(1);
  w.reader.lose_at = w.reader.commands + GetParam();
  (void)download_profile(w.lpa, request);
  w.reader.lose_at = -1;
  w.es10.close();
  test::must(w.card.euicc.reset());
  test::must(w.es10.open());
  DeliverOptions now;
  now.ignore_backoff = true;
  ASSERT_TRUE(deliver_notifications(w.lpa, now));  // what an LPA does when it starts
  if (w.profiles().empty()) {
    auto r = download_profile(w.lpa, request);
    ASSERT_TRUE(r) << name(r);
  }
  EXPECT_EQ(w.profiles().size(), 1u);
  EXPECT_EQ(w.profile(1).state, ProfileState::kInstalled);
  EXPECT_EQ(w.pending(), 0u);
}
INSTANTIATE_TEST_SUITE_P(Lpa, CardTornOut,
                         testing::Values(0, 2, 4, 6, 9, 14, 18, 22, 26, 30, 34, 38, 42, 50, 60, 80, 100));

}  // namespace eider::lpa
