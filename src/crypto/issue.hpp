// Issuing certificates by the row of their role (SGP.22 section 4.5.2.1).
#pragma once
#include "crypto/certificate_profile.hpp"
#include "crypto/key_store.hpp"

namespace eider::crypto {

struct CertificateRequest {
  Name subject;
  PublicKey public_key;
  Bytes serial;  // magnitude, big-endian, 1 to 20 octets; unique for the issuer
  Time not_before, not_after;
  std::optional<der::Oid> registered_id;             // CI, EUM, SM-DP+ or SM-DS OID
  std::vector<std::string> dns_names;                // TLS roles
  std::vector<Name> permitted;                       // EUM: subtrees { O, serialNumber = IIN }
  std::vector<std::string> crl_distribution_points;  // URIs
};

// `issuer` is nullptr for a root, which signs itself with `issuer_key`. LocalFault when the request lacks
// what the role needs; the issued certificate has passed check_profile().
Result<Certificate> issue_certificate(const CertificateProfile& profile, const CertificateRequest& request,
                                      const Certificate* issuer, const SigningKey& issuer_key);

// The subject of CERT.EUICC: O of the EUM's permitted subtree whose IIN starts the EID, then serialNumber =
// EID. kNameConstraint when the EUM may not have that EID.
Result<Name> euicc_subject(const Certificate& eum, const FixedBytes<16>& eid,
                           std::string_view common_name = "eUICC");

// 16 octets, positive.
Bytes random_serial(Random& random);

}  // namespace eider::crypto
