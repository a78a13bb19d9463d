// CRLs at the SM-DP+: fetched when due, verified, kept, applied. SGP.22 v2.6.1 sections 4.6 and 5.6.3.
#include "store/smdpp_sqlite.hpp"
#include "support/es9plus_fixture.hpp"

namespace eider::test {
namespace {

using crypto::CertificateRole;

// An Internet of CRLs.
struct FakeCrlSource final : smdpp::CrlSource {
  std::map<std::string, Bytes> bodies;
  std::vector<std::string> asked;
  Result<Bytes> fetch(const std::string& location) override {
    asked.push_back(location);
    const auto it = bodies.find(location);
    if (it == bodies.end()) return fail(TransportFault{false, "unreachable"});
    return it->second;
  }
};

constexpr char kPlace[] = "http://ci.example.com/list.crl";

struct SmDpPlusRevocation : SmDpPlusEs9 {
  FakeCrlSource internet;

  void SetUp() override {
    SmDpPlusEs9::SetUp();
    f.crl_policy.distribution_points = false;
    f.crl_policy.locations = {kPlace};
    f.start();
  }
  const crypto::PkiItem& ci() { return f.pki.get(CertificateRole::kCi); }
  Bytes serial_of(CertificateRole role) { return to_bytes(f.pki.get(role).certificate.serial()); }
  Bytes list(std::vector<Bytes> revoked, std::uint64_t number, const TestPki* foreign = nullptr) {
    crypto::CrlRequest r;
    for (auto& serial : revoked) r.entries.push_back({std::move(serial), f.clock.now(), {}, Time::max()});
    for (auto& e : r.entries) e.expires = f.clock.now() + std::chrono::hours(24 * 3650);
    r.number = number;
    r.this_update = f.clock.now();
    r.next_update = f.clock.now() + std::chrono::hours(6);
    r.distribution_point = kPlace;
    const auto& issuer = foreign ? foreign->get(CertificateRole::kCi) : ci();
    return to_bytes(crypto::issue_crl(issuer.certificate, *crypto::make_signing_key(*issuer.key), r)->der());
  }
  std::string round() {
    const auto r = f.server->refresh_crls(internet);
    return r ? std::to_string(r->fetched) + " " + std::to_string(r->failed) : r.error().message();
  }
  std::string try_download() { return code_of(f.authenticate(card, {})); }
};

TEST_F(SmDpPlusRevocation, OfTheEumEndsTheServiceToItsCards) {
  EXPECT_NE(try_download(), "8.1.2/6.1");
  internet.bodies[kPlace] = list({serial_of(CertificateRole::kEum)}, 1);
  EXPECT_EQ(round(), "1 0");
  EXPECT_EQ(try_download(), "8.1.2/6.1");
  f.start();
  EXPECT_EQ(try_download(), "8.1.2/6.1") << "kept across a restart, without the network";
  // An orderly older list brings nobody back.
  internet.bodies[kPlace] = list({}, 0);
  EXPECT_EQ(round(), "1 0");
  EXPECT_EQ(try_download(), "8.1.2/6.1");
  f.start();
  EXPECT_EQ(try_download(), "8.1.2/6.1");
}

TEST_F(SmDpPlusRevocation, OfTheCiEndsIt) {
  internet.bodies[kPlace] = list({serial_of(CertificateRole::kCi)}, 1);
  EXPECT_EQ(round(), "1 0");
  EXPECT_EQ(try_download(), "8.1.2/6.1");
}

TEST_F(SmDpPlusRevocation, OfOthersDoesNot) {
  const auto before = try_download();
  internet.bodies[kPlace] = list({Bytes{0x42}}, 1);
  EXPECT_EQ(round(), "1 0");
  EXPECT_EQ(try_download(), before);
}

TEST_F(SmDpPlusRevocation, OfTheServerItselfKeepsItFromStarting) {
  internet.bodies[kPlace] = list({serial_of(CertificateRole::kDpAuth)}, 1);
  EXPECT_EQ(round(), "1 0");
  EXPECT_THROW(f.start(), std::runtime_error);
}

TEST_F(SmDpPlusRevocation, BelievesOnlyWhatItsCisSigned) {
  const auto before = try_download();
  const auto stranger = make_test_pki({crypto::Curve::kP256}, 99);
  const auto good = list({serial_of(CertificateRole::kEum)}, 1);
  auto changed = good;
  changed.back() ^= 1;
  auto future = good;
  for (const auto& body :
       {list({serial_of(CertificateRole::kEum)}, 5, &stranger), changed, Bytes{}, Bytes(300, 'x')}) {
    internet.bodies[kPlace] = body;
    EXPECT_EQ(round(), "0 1");
    EXPECT_EQ(try_download(), before);
    f.clock.advance(f.crl_policy.retry);
  }
  f.clock.advance(std::chrono::hours(2));
  future = list({serial_of(CertificateRole::kEum)}, 9);
  f.clock.advance(std::chrono::hours(-1));
  internet.bodies[kPlace] = future;
  EXPECT_EQ(round(), "0 1") << "from the future";
}

TEST_F(SmDpPlusRevocation, IsFetchedWhenItIsDue) {
  EXPECT_EQ(round(), "0 1") << "nobody answers";
  EXPECT_EQ(round(), "0 0");
  f.clock.advance(f.crl_policy.retry);
  internet.bodies[kPlace] = list({}, 1);
  EXPECT_EQ(round(), "1 0");
  f.clock.advance(std::chrono::hours(6) - Duration(1));
  EXPECT_EQ(round(), "0 0");
  f.clock.advance(Duration(1));
  EXPECT_EQ(round(), "1 0") << "nextUpdate";
  EXPECT_EQ(round(), "0 0") << "an outdated list is not asked for all the time";
  f.clock.advance(f.crl_policy.retry);
  internet.bodies[kPlace] = list({}, 2);
  EXPECT_EQ(round(), "1 0");
  f.crl_policy.refresh = std::chrono::hours(1);
  f.start();
  EXPECT_EQ(round(), "1 0");
  f.clock.advance(std::chrono::hours(1));
  EXPECT_EQ(round(), "1 0") << "earlier than nextUpdate when the configuration says so";
}

TEST_F(SmDpPlusRevocation, StaleListsHoldOnUnlessACurrentOneIsDemanded) {
  const auto before = try_download();
  f.crl_policy.require_current = true;
  f.start();
  EXPECT_EQ(try_download(), "8.1.2/6.1") << "none at all";
  internet.bodies[kPlace] = list({}, 1);
  EXPECT_EQ(round(), "1 0");
  EXPECT_EQ(try_download(), before);
  f.clock.advance(std::chrono::hours(7));
  EXPECT_EQ(try_download(), "8.1.2/6.1") << "past its nextUpdate";
  f.crl_policy.require_current = false;
  f.start();
  EXPECT_EQ(try_download(), before);
}

TEST_F(SmDpPlusRevocation, ListsAreFoundThroughTheCertificates) {
  f.crl_policy = {};
  f.start();
  (void)try_download();  // the EUM's certificate comes by
  EXPECT_TRUE(f.server->refresh_crls(internet));
  std::set<std::string> named;
  for (const auto role :
       {CertificateRole::kCi, CertificateRole::kEum, CertificateRole::kDpAuth, CertificateRole::kDpPb})
    for (const auto& uri : f.pki.get(role).certificate.crl_distribution_points()) named.insert(uri);
  ASSERT_FALSE(named.empty());
  EXPECT_EQ(std::set<std::string>(internet.asked.begin(), internet.asked.end()), named);
}

// Segments, as `?segmentedForm=true` gives them, base64 as section 4.6 has it.
TEST_F(SmDpPlusRevocation, TakesSegments) {
  crypto::CrlRequest r;
  for (int n = 0; n < 60; ++n)
    r.entries.push_back(
        {Bytes{1, static_cast<std::uint8_t>(n)}, f.clock.now(), {}, f.clock.now() + std::chrono::hours(999)});
  r.entries.push_back(
      {serial_of(CertificateRole::kEum), f.clock.now(), {}, f.clock.now() + std::chrono::hours(999)});
  r.number = 3;
  r.this_update = f.clock.now();
  r.next_update = f.clock.now() + std::chrono::hours(6);
  r.distribution_point = kPlace;
  const auto segments =
      *crypto::issue_segmented_crl(ci().certificate, *crypto::make_signing_key(*ci().key), r);
  ASSERT_GT(segments.size(), 1u);
  internet.bodies[kPlace] = crypto::encode_segments(segments);
  EXPECT_EQ(round(), "1 0");
  f.start();
  EXPECT_EQ(try_download(), "8.1.2/6.1");
}

}  // namespace
}  // namespace eider::test
