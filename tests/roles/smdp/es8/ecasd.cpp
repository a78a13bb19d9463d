// CERT.ECASD.ECKA <- EUM <- CI.
#include "roles/smdp/es8/ecasd.hpp"

#include <gtest/gtest.h>

#include "support/must.hpp"
#include "support/smdp_pki.hpp"

namespace eider::smdp::es8 {
namespace {
using crypto::GpCertificateFields;
using test::must;
using Check = VerificationFault::Check;

const test::SmdpPki& pki() {
  static const test::SmdpPki value;
  return value;
}
const sgp02::es5::Eid& eid() {
  static const auto value = *sgp02::es5::Eid::from(hex("89049032000001000000000000000074"));
  return value;
}
const crypto::PrivateKey& key() {
  static const auto value = must(crypto::PrivateKey::from_scalar(crypto::Curve::kP256, Bytes(32, 0x11)));
  return value;
}
Result<Ecasd> verify(const crypto::GpCertificate& c, const crypto::TrustStore& roots,
                     std::vector<crypto::Certificate> eums, std::optional<Time> now = test::pki_time()) {
  return verify_ecasd(c.octets(), eid(), {roots, eums, now});
}
Result<Ecasd> verify(const std::function<void(GpCertificateFields&)>& edit) {
  return verify(pki().ecasd(key().public_key(), eid(), edit), pki().pki.roots, {pki().eum});
}
std::optional<Check> check_of(const Result<Ecasd>& r) {
  if (r) return std::nullopt;
  const auto* v = r.error().as<VerificationFault>();
  return v ? std::optional(v->check) : std::nullopt;
}

TEST(SmdpEcasd, GivesTheKeyAndTheCi) {
  const auto e = must(verify({}));
  EXPECT_TRUE(e.key == key().public_key());
  EXPECT_TRUE(equal(e.ci, pki().ci.subject_key_identifier()));
}

TEST(SmdpEcasd, TakesTheEidFrom45WhereTheSubjectIsNone) {
  EXPECT_TRUE(verify([](auto& f) { f.subject = hex("0102"), f.image_number = to_bytes(eid()); }));
}

TEST(SmdpEcasd, FindsTheIssuerWithoutAKeyIdentifier) {
  const test::SmdpPki other(2);
  const auto c = pki().ecasd(key().public_key(), eid(), [](auto& f) { f.authority_key_identifier.clear(); });
  EXPECT_TRUE(verify(c, pki().pki.roots, {other.eum, pki().eum}));
}

TEST(SmdpEcasd, RefusesOtherCardsRolesAndUses) {
  auto another = eid();
  another[15] ^= 1;
  EXPECT_EQ(check_of(verify([&](auto& f) { f.subject = to_bytes(another); })), Check::kBinding);
  EXPECT_EQ(check_of(verify([&](auto& f) {
              f.subject = to_bytes(another), f.image_number = to_bytes(eid());  // 45 does not heal 5F20
            })),
            Check::kBinding);
  EXPECT_EQ(check_of(verify([](auto& f) { f.role = crypto::GpRole::kSmDp; })), Check::kRole);
  EXPECT_EQ(check_of(verify([](auto& f) { f.key_usage = 0x88; })), Check::kRole);
}

TEST(SmdpEcasd, RefusesOtherIssuers) {
  const test::SmdpPki other(2);
  const auto c = pki().ecasd(key().public_key(), eid());
  EXPECT_EQ(check_of(verify(c, pki().pki.roots, {})), Check::kChain);
  EXPECT_EQ(check_of(verify(c, pki().pki.roots, {other.eum})), Check::kChain);  // an EUM that did not sign it
  EXPECT_EQ(check_of(verify(c, other.pki.roots, {pki().eum})), Check::kChain);  // a CI that is not ours
  // Another EUM with this one's key identifier in C9.
  const auto forged = other.ecasd(key().public_key(), eid(), [](auto& f) {
    f.authority_key_identifier = to_bytes(pki().eum.subject_key_identifier());
  });
  EXPECT_EQ(check_of(verify(forged, pki().pki.roots, {pki().eum})), Check::kSignature);
}

TEST(SmdpEcasd, LooksAtTheTimeWhenItIsToldTo) {
  const auto old = pki().ecasd(key().public_key(), eid(), [](auto& f) { f.expiration = "20200101"; });
  EXPECT_EQ(check_of(verify(old, pki().pki.roots, {pki().eum})), Check::kExpired);
  EXPECT_TRUE(verify(old, pki().pki.roots, {pki().eum}, std::nullopt));
}

TEST(SmdpEcasd, RefusesEveryFlippedBit) {
  const auto c = pki().ecasd(key().public_key(), eid());
  std::vector<crypto::Certificate> eums = {pki().eum};
  for (std::size_t bit = 0; bit < c.octets().size() * 8; bit += 3) {
    auto bad = to_bytes(c.octets());
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    EXPECT_FALSE(verify_ecasd(bad, eid(), {pki().pki.roots, eums, std::nullopt})) << bit;
  }
}

}  // namespace
}  // namespace eider::smdp::es8
