#include "support/smdp_pki.hpp"

#include "support/must.hpp"

namespace eider::test {
namespace {
using crypto::Curve;
using crypto::PrivateKey;

PrivateKey key_of(std::uint64_t seed) {
  SeededRandom random(seed + 7000);
  return PrivateKey::generate(Curve::kP256, random);
}
}  // namespace

SmdpPki::SmdpPki(std::uint64_t seed)
    : pki(make_test_pki({Curve::kP256}, seed)),
      ci(pki.get(crypto::CertificateRole::kCi).certificate),
      eum(pki.get(crypto::CertificateRole::kEum).certificate),
      ci_key(*pki.get(crypto::CertificateRole::kCi).key),
      eum_key(*pki.get(crypto::CertificateRole::kEum).key),
      dp_key(key_of(seed)),
      credential{dp(), crypto::make_signing_key(dp_key)} {}

crypto::GpCertificate SmdpPki::dp(const std::function<void(crypto::GpCertificateFields&)>& edit) const {
  crypto::GpCertificateFields f;
  f.serial_number = hex("0D");
  f.ca_identifier = hex("4201");
  f.subject = hex("5F2001");
  f.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kVerificationAndAgreement);
  f.expiration = "20451231";
  f.role = crypto::GpRole::kSmDp;
  f.authority_key_identifier = to_bytes(ci.subject_key_identifier());
  if (edit) edit(f);
  return must(crypto::GpCertificate::issue(f, dp_key.public_key(), *crypto::make_signing_key(ci_key)));
}

crypto::GpCertificate SmdpPki::ecasd(const crypto::PublicKey& key, const sgp02::es5::Eid& eid,
                                     const std::function<void(crypto::GpCertificateFields&)>& edit) const {
  crypto::GpCertificateFields f;
  f.serial_number = hex("0E");
  f.ca_identifier = hex("4202");
  f.subject = to_bytes(eid);
  f.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kEcasdAgreement);
  f.expiration = "20451231";
  f.image_number = hex("45");
  f.authority_key_identifier = to_bytes(eum.subject_key_identifier());
  if (edit) edit(f);
  return must(crypto::GpCertificate::issue(f, key, *crypto::make_signing_key(eum_key)));
}

}  // namespace eider::test
