// RAT, Profile Policy Rules at installation, CRLs, UpdateMetadata: SGP.22 v2.6.1
// sections 2.9, 4.6, 5.4.1, 5.5.3, 5.7.12.
#include <gtest/gtest.h>

#include "card/isd_p/isd_p.hpp"
#include "card/pki.hpp"
#include "card/profile_policy.hpp"
#include "crypto/crl.hpp"
#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {
namespace {
using namespace sgp22;
using crypto::CertificateRole;

OperatorId op(const char* mcc_mnc, std::optional<Bytes> gid1 = {}, std::optional<Bytes> gid2 = {}) {
  return {*FixedBytes<3>::from(hex(mcc_mnc)), std::move(gid1), std::move(gid2)};
}
}  // namespace

TEST(CardPolicy, OperatorsMatchNibbleByNibble) {
  EXPECT_TRUE(card::operator_matches(op("62F220"), op("62F220")));
  EXPECT_FALSE(card::operator_matches(op("62F220"), op("62F210")));
  EXPECT_TRUE(card::operator_matches(op("62F2EE"), op("62F210")));
  EXPECT_FALSE(card::operator_matches(op("62F2EE"), op("62F310")));
  EXPECT_TRUE(card::operator_matches(op("EEEEEE", Bytes{}, Bytes{}), op("62F210", hex("AA"), hex("BB"))));
  EXPECT_TRUE(card::operator_matches(op("EEEEEE", Bytes{}, Bytes{}), op("62F210")));
  EXPECT_FALSE(card::operator_matches(op("62F220"), op("62F220", hex("AA"))));  // omitted: the owner has none
  EXPECT_FALSE(card::operator_matches(op("62F220", hex("AA")), op("62F220")));
  EXPECT_FALSE(card::operator_matches(op("62F220", hex("AA")), op("62F220", hex("AB"))));
  EXPECT_TRUE(card::operator_matches(op("62F220", hex("AA")), op("62F220", hex("AA"))));
}

TEST(CardPolicy, TheFirstMatchingEntryDecides) {
  const std::vector<ProfilePolicyAuthorisationRule> rat = {
      {{kPpr2}, {op("62F220")}, {}}, {{kPpr1, kPpr2}, {op("EEEEEE", Bytes{}, Bytes{})}, {0}}};
  EXPECT_EQ(card::find_authorisation(rat, kPpr2, op("62F220")), &rat[0]);
  EXPECT_EQ(card::find_authorisation(rat, kPpr1, op("62F220")), &rat[1]);
  EXPECT_EQ(card::find_authorisation(rat, kPpr2, op("62F210")), &rat[1]);
  EXPECT_EQ(card::find_authorisation(std::span(rat).first(1), kPpr1, op("62F220")), nullptr);
}

TEST(CardPolicy, RulesThatTheRatDoesNotAllowAreRefused) {
  eum::CardModel model;
  model.rat = {{{kPpr2}, {op("00F110")}, {}}};
  TestCard card(pki(), model);
  MiniSmdpp smdpp(pki());
  const auto reason = [&](const char* iccid, BitString rules, std::optional<OperatorId> owner) {
    auto plan = plan_of_class(iccid);
    plan.metadata.profilePolicyRules = rules;
    plan.metadata.profileOwner = std::move(owner);
    const auto result = Download(card.driver, smdpp, hex(kCardEid)).run(plan);
    return error_of(result) ? static_cast<int>(error_of(result)->errorReason) : 0;
  };
  EXPECT_EQ(reason(kIccidA, {kPpr2}, {}), 15);
  EXPECT_EQ(reason(kIccidA, {kPpr1}, op("00F110")), 15);
  EXPECT_EQ(reason(kIccidA, {kPpr1, kPpr2}, op("00F110")), 15);
  EXPECT_EQ(reason(kIccidA, {kPpr2}, op("62F220")), 15);
  EXPECT_EQ(reason(kIccidA, {kPpr2, 3}, op("00F110")), 15);  // a rule of a later version
  EXPECT_EQ(reason(kIccidA, {kPpr2}, op("0EF110")), 1);      // an owner has no wildcards
  EXPECT_EQ(reason(kIccidA, {kPpr2}, op("00F110")), 0);
  EXPECT_TRUE(card.driver.call<EUICCInfo2>(GetEuiccInfo2Request{}).forbiddenProfilePolicyRules->test(kPpr1));
}

TEST(CardPolicy, Ppr1OnlyWithoutAnyOperationalProfile) {
  TestCard card(pki());
  MiniSmdpp smdpp(pki());
  install(card, smdpp, plan_of_class(kIccidA));
  auto plan = plan_of_class(kIccidB);
  plan.metadata.profilePolicyRules = BitString{kPpr1};
  plan.metadata.profileOwner = op("00F110");
  const auto result = Download(card.driver, smdpp, hex(kCardEid)).run(plan);
  ASSERT_TRUE(error_of(result));
  EXPECT_EQ(error_of(result)->errorReason, ErrorReason::kPprNotAllowed);
  const auto info = card.driver.call<EUICCInfo2>(GetEuiccInfo2Request{});
  ASSERT_TRUE(info.forbiddenProfilePolicyRules);
  EXPECT_TRUE(info.forbiddenProfilePolicyRules->test(kPpr1));
  EXPECT_FALSE(info.forbiddenProfilePolicyRules->test(kPpr2));
}

// ---- LoadCRL ----

namespace {
struct CrlBench {
  TestCard card{pki()};
  MiniSmdpp smdpp{pki()};
  const crypto::PkiItem& ci = pki().get(CertificateRole::kCi);
  Time time = *parse_time("2026-07-01T00:00:00Z");

  std::vector<crypto::Crl> issue(std::uint64_t number, std::vector<crypto::RevokedEntry> entries,
                                 bool segmented = false) {
    crypto::CrlRequest request{std::move(entries), number, time, time + std::chrono::hours(24),
                               "http://ci.example.com/CRL.crl"};
    const auto key = crypto::make_signing_key(*ci.key);
    if (segmented) return must(crypto::issue_segmented_crl(ci.certificate, *key, request));
    return {must(crypto::issue_crl(ci.certificate, *key, request))};
  }
  LoadCRLResponse load(const crypto::Crl& crl) {
    return card.driver.call<LoadCRLResponse>(
        LoadCRLRequest{to_bytes(must(read_single_tlv(crl.der())).value)});
  }
  int code(const crypto::Crl& crl) {
    const auto r = load(crl);
    const auto* e = std::get_if<LoadCRLResponseError>(&r.value);
    return e ? static_cast<int>(*e) : 0;
  }
  crypto::RevokedEntry revoked(CertificateRole role) const {
    const auto& c = pki().get(role).certificate;
    return {to_bytes(c.serial()), time, 1, c.not_after()};
  }
  int authenticate() {
    const auto r = Download(card.driver, smdpp, hex(kCardEid)).authenticate();
    const auto* e = std::get_if<AuthenticateResponseError>(&r.value);
    return e ? static_cast<int>(e->authenticateErrorCode) : 0;
  }
};
}  // namespace

TEST(CardLoadCrl, RevokedServersAreRefusedAlsoAfterAReset) {
  CrlBench b;
  EXPECT_EQ(b.authenticate(), 0);
  EXPECT_EQ(b.code(b.issue(1, {})[0]), 0);
  EXPECT_EQ(b.authenticate(), 0);
  EXPECT_EQ(b.code(b.issue(2, {b.revoked(CertificateRole::kDpAuth)})[0]), 0);
  EXPECT_EQ(b.authenticate(), 1);
  b.card.power_on();
  EXPECT_EQ(b.authenticate(), 1);
  b.smdpp.auth_role = CertificateRole::kDsAuth;
  EXPECT_EQ(b.authenticate(), 0);
  // The CI itself.
  EXPECT_EQ(b.code(b.issue(3, {b.revoked(CertificateRole::kCi)})[0]), 0);
  EXPECT_EQ(b.authenticate(), 1);
}

TEST(CardLoadCrl, RevokedDpPb) {
  CrlBench b;
  b.code(b.issue(1, {b.revoked(CertificateRole::kDpPb)})[0]);
  Download d(b.card.driver, b.smdpp, hex(kCardEid));
  d.authenticate();
  const auto r = d.prepare();
  EXPECT_EQ(std::get<PrepareDownloadResponseError>(r.value).downloadErrorCode,
            DownloadErrorCode::kInvalidCertificate);
}

TEST(CardLoadCrl, EachCheckHasItsCode) {
  CrlBench b;
  EXPECT_EQ(b.code(b.issue(5, {})[0]), 0);
  EXPECT_EQ(b.code(b.issue(5, {})[0]), 0);  // again: nothing to do
  EXPECT_EQ(b.code(b.issue(4, {})[0]), 5);
  EXPECT_EQ(to_hex(b.card.driver.store_data("BF3504A0023000").data), "BF3503810102");
  auto der = to_bytes(b.issue(6, {})[0].der());
  der.back() ^= 1;
  const auto broken = crypto::Crl::parse(der);
  ASSERT_TRUE(broken);
  EXPECT_EQ(b.code(*broken), 1);
  const auto strangers = make_test_pki({crypto::Curve::kP256}, 2);
  const auto& ci = strangers.get(CertificateRole::kCi);
  crypto::CrlRequest request{{}, 9, b.time, b.time + std::chrono::hours(24), "http://ci.example.com/CRL.crl"};
  EXPECT_EQ(b.code(must(crypto::issue_crl(ci.certificate, *crypto::make_signing_key(*ci.key), request))), 4);
}

TEST(CardLoadCrl, SegmentsTellWhatIsMissing) {
  CrlBench b;
  std::vector<crypto::RevokedEntry> entries;
  for (std::uint8_t i = 1; i <= 60; ++i)
    entries.push_back({Bytes{0x11, i}, b.time, {}, b.time + std::chrono::hours(1000)});
  entries.push_back(b.revoked(CertificateRole::kDpAuth));
  const auto segments = b.issue(1, entries, true);
  ASSERT_GT(segments.size(), 2u);
  for (std::size_t i = segments.size(); i-- > 0;) {  // any order
    const auto r = b.load(segments[i]);
    const auto& ok = std::get<LoadCRLResponseOk>(r.value);
    EXPECT_EQ(ok.missingParts ? ok.missingParts->size() : 0, i);
    if (i > 0) {
      EXPECT_EQ(ok.missingParts->front(), 1);
    }
  }
  EXPECT_EQ(b.authenticate(), 1);
}

TEST(CardLoadCrl, TheNewestCrlIsTheClockOfTheCard) {
  CrlBench b;
  EXPECT_EQ(b.authenticate(), 0);
  b.time = pki().get(CertificateRole::kDpAuth).certificate.not_after() + std::chrono::hours(1);
  EXPECT_EQ(b.code(b.issue(1, {})[0]), 0);
  EXPECT_EQ(b.authenticate(), 1);  // expired
}

TEST(CardLoadCrl, CardsWithoutSupportDoNotKnowIt) {
  eum::CardModel model;
  model.crl = false;
  TestCard card(pki(), model);
  EXPECT_EQ(card.driver.store_data("BF3504A0023000").sw, 0x6A88);
  EXPECT_FALSE(card.driver.call<EUICCInfo2>(GetEuiccInfo2Request{}).rspCapability.test(kCrlSupport));
}

// ---- UpdateMetadata ----

TEST(CardUpdateMetadata, ChangesDeletesAndOnlyEverUnsetsRules) {
  TestCard card(pki());
  MiniSmdpp smdpp(pki());
  auto plan = plan_of_class(kIccidA);
  plan.metadata.profilePolicyRules = BitString{kPpr1, kPpr2};
  plan.metadata.profileOwner = op("00F110");
  plan.metadata.iconType = IconType::kPng;
  plan.metadata.icon = Bytes(10, 1);
  install(card, smdpp, plan);
  card::PersistentState state(card.nvm);
  must(state.load());
  auto& profile = *state.find(*parse_iccid(kIccidA));
  const auto update = [&](const char* request) -> int {
    const auto r = card::update_metadata(state, profile, hex(request));
    return r ? 0x9000 : r.error().as<StatusWord>()->sw;
  };
  const auto metadata = [&] { return must(card::inspect(card.nvm)).profiles[0].metadata; };
  EXPECT_EQ(update("BF2A06 9101 41 9201 42"), 0x9000);
  EXPECT_EQ(metadata().serviceProviderName, "A");
  EXPECT_EQ(metadata().profileName, "B");
  EXPECT_EQ(update("BF2A02 9100"), 0x9000);
  EXPECT_EQ(metadata().serviceProviderName, "");
  EXPECT_EQ(metadata().profileName, "B");
  EXPECT_EQ(update("BF2A04 99020780"), 0x6A81);  // pprUpdateControl
  EXPECT_EQ(update("BF2A04 99020640"), 0x9000);  // PPR1 stays, PPR2 goes
  EXPECT_TRUE(metadata().profilePolicyRules->test(kPpr1));
  EXPECT_FALSE(metadata().profilePolicyRules->test(kPpr2));
  EXPECT_EQ(update("BF2A04 99020560"), 0x9000);  // cannot set it again
  EXPECT_FALSE(metadata().profilePolicyRules->test(kPpr2));
  EXPECT_EQ(update("BF2A03 990100"), 0x9000);
  EXPECT_FALSE(metadata().profilePolicyRules);
  EXPECT_EQ(update("BF2A05 9400930101"), 0x6A80);
  EXPECT_EQ(update("BF2A06 930100 940155"), 0x9000);
  EXPECT_EQ(metadata().iconType, IconType::kJpg);
  EXPECT_EQ(update("BF2A03 930101"), 0x6A80);  // both or none
  EXPECT_EQ(update("BF2A04 9300 9400"), 0x9000);
  EXPECT_FALSE(metadata().icon);
  EXPECT_FALSE(metadata().iconType);
  const auto before = state_text(card.nvm);
  EXPECT_EQ(update("BF2A00"), 0x6A80);
  EXPECT_EQ(update("BF2A03 9101"), 0x6A80);
  EXPECT_EQ(state_text(card.nvm), before);
  EXPECT_EQ(must(card::inspect(card.nvm)).notifications.size(), 2u);  // none in this version
}

}  // namespace eider::test
