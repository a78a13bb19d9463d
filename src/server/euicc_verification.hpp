// What a server checks of the eUICC behind an LPA: SGP.22 v2.6.1 sections 4.5.2.2, 5.6.3 and 5.8.2.
#pragma once
#include <functional>
#include <mutex>
#include <unordered_map>

#include "crypto/verify.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::server {

// Certificates of EUMs come back with every session: parsed once. Bounded.
class CertificateCache {
 public:
  Result<crypto::Certificate> parse(ByteView der);
  std::vector<crypto::Certificate> all();

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, crypto::Certificate> known_;
};

// By what a chain is judged; everything is the caller's.
struct EuiccTrust {
  const crypto::TrustStore& roots;
  const crypto::CrlSet* crls;
  Time now;
  CertificateCache& eum_certificates;
  crypto::VerifiedSignatures& verified;
  // What else is asked of the CI, once CERT.EUM has verified up to it; gets its key identifier.
  std::function<Status(ByteView ci_ski)> check_ci = {};
};

struct VerifiedEuicc {
  crypto::Certificate certificate;
  sgp22::Eid eid;
  Bytes ci_ski;  // the root that the chain ends at
};
// The chain CERT.EUICC, CERT.EUM, CI. Faults are the status codes of AuthenticateClient: 8.11.1/3.9,
// 8.1.2/6.1, 8.1.2/6.3, 8.1.3/6.1, 8.1.3/6.3.
Result<VerifiedEuicc> verify_euicc(const EuiccTrust& trust, ByteView euicc_certificate,
                                   ByteView eum_certificate);

}  // namespace eider::server
