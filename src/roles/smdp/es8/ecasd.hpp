// CERT.ECASD.ECKA as the SM-DP finds it in an EIS, verified up to a CI: SGP.02 v4.2 sections 2.3.2 and 3.1,
// step 5.
#pragma once
#include "crypto/gp_certificate.hpp"
#include "crypto/verify.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::smdp::es8 {

struct EcasdTrust {
  const crypto::TrustStore& roots;
  std::span<const crypto::Certificate> eums;  // X.509; from configuration, and from the EIS's signature
  // Nothing: certificates that have run out are taken. The eUICC itself has no clock, and is in the field for
  // longer than the certificate of its maker.
  std::optional<Time> now;
};

struct Ecasd {
  crypto::GpCertificate certificate;
  crypto::PublicKey key;  // PK.ECASD.ECKA
  Bytes ci;               // subject key identifier of the CI: CERT.DP.ECDSA must be under the same one
};
// The certificate is of this eUICC and for key agreement, an EUM's signature is on it, that EUM's certificate
// is of a CI of `roots`. VerificationFault otherwise; a revoked EUM is no reason to refuse (section 2.3.2.3).
Result<Ecasd> verify_ecasd(ByteView certificate, const sgp02::es5::Eid& eid, const EcasdTrust& trust);

}  // namespace eider::smdp::es8
