// Certificates of an SM-DP and of the eUICCs that it serves: a CI, an EUM, CERT.DP.ECDSA, CERT.ECASD.ECKA.
#pragma once
#include "roles/smdp/es8/key_establishment.hpp"
#include "support/test_pki.hpp"

namespace eider::test {

struct SmdpPki {
  TestPki pki;
  crypto::Certificate ci, eum;
  crypto::PrivateKey ci_key, eum_key;
  crypto::PrivateKey dp_key;
  smdp::es8::DpCredential credential;

  explicit SmdpPki(std::uint64_t seed = 1);
  // `edit` changes the fields before the EUM signs.
  crypto::GpCertificate ecasd(const crypto::PublicKey& key, const sgp02::es5::Eid& eid,
                              const std::function<void(crypto::GpCertificateFields&)>& edit = {}) const;
  crypto::GpCertificate dp(const std::function<void(crypto::GpCertificateFields&)>& edit = {}) const;
};

}  // namespace eider::test
