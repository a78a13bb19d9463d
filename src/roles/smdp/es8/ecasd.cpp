#include "roles/smdp/es8/ecasd.hpp"

#include "spec/sgp22/certificates.hpp"

namespace eider::smdp::es8 {
namespace {
using Check = VerificationFault::Check;
using crypto::GpCertificate;

// 5F20 is the EID; cards were seen that have it in 45.
bool names(const GpCertificate& c, const sgp02::es5::Eid& eid) {
  const auto& f = c.fields();
  return equal(f.subject, eid) || (f.subject.size() != eid.size() && equal(f.image_number, eid));
}

// By the authority key identifier where there is one, else whoever signed it.
Result<const crypto::Certificate*> issuer_of(const GpCertificate& c,
                                             std::span<const crypto::Certificate> eums) {
  const auto& wanted = c.fields().authority_key_identifier;
  Fault why = VerificationFault{Check::kChain, "no certificate of the EUM of CERT.ECASD.ECKA is known"};
  for (const auto& eum : eums) {
    if (!wanted.empty() && !equal(eum.subject_key_identifier(), wanted)) continue;
    if (const auto signed_by = c.verify(eum.public_key()))
      return &eum;
    else
      why = signed_by.error();
  }
  return fail(std::move(why));
}

Status check_expiry(const GpCertificate& c, Time now) {
  const auto& day = c.fields().expiration;  // YYYYMMDD; the last day counts
  const auto ends =
      parse_time(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6) + "T23:59:59Z");
  if (!ends) return fail_verification(Check::kFormat, "expiration date of CERT.ECASD.ECKA");
  if (*ends < now) return fail_verification(Check::kExpired, "CERT.ECASD.ECKA has run out");
  return {};
}
}  // namespace

Result<Ecasd> verify_ecasd(ByteView certificate, const sgp02::es5::Eid& eid, const EcasdTrust& trust) {
  EIDER_TRY(c, GpCertificate::decode(certificate));
  if (!names(c, eid)) return fail_verification(Check::kBinding, "CERT.ECASD.ECKA is of another eUICC");
  if (c.fields().role)
    return fail_verification(Check::kRole, "an SM-DP's or SM-SR's certificate in the place of the ECASD's");
  if (c.fields().key_usage != static_cast<std::uint16_t>(crypto::GpKeyUsage::kEcasdAgreement))
    return fail_verification(Check::kRole, "the key of CERT.ECASD.ECKA is not for key agreement");
  EIDER_TRY(eum, issuer_of(c, trust.eums));
  crypto::VerifyOptions options;
  options.now = trust.now;
  EIDER_TRY(root, crypto::verify_certificate(*eum, sgp22::certificate_profile(crypto::CertificateRole::kEum),
                                             trust.roots, options));
  if (trust.now) EIDER_CHECK(check_expiry(c, *trust.now));
  auto key = c.public_key();
  return Ecasd{std::move(c), std::move(key), root->ski};
}

}  // namespace eider::smdp::es8
