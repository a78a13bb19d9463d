// What a role demands of its certificate. The rows are in spec/sgp22/certificates.hpp; crypto verifies and
// issues by them.
#pragma once
#include "crypto/certificate.hpp"

namespace eider::crypto {

enum class CertificateRole : std::uint8_t {
  kCi,
  kEum,
  kEuicc,
  kDpAuth,
  kDpPb,
  kDpTls,
  kDsAuth,
  kDsTls,
  kOperatorCa,
  kOperatorClient,  // ES2+ mutual TLS, outside the GSMA PKI
  // TLS of the M2M architecture (SGP.02 section 2.3.2, SGP.14), both ends of a connection: who it is says the
  // registeredID.
  kM2mSmDpTls,
  kM2mSmSrTls,
  kM2mEumTls,
  kM2mMnoTls,
  kM2mSpTls,
};

// "ci", "eum", "dpauth", …: as commands and the PKI index spell a role.
const char* to_string(CertificateRole role);
std::optional<CertificateRole> role_from(std::string_view name);

enum class ExtendedKeyUsageRule : std::uint8_t {
  kNone,       // the role's profile has none; present is tolerated unless critical
  kTlsServer,  // contains serverAuth (SGP.22 lists serverAuth + clientAuth; public CAs give the first only)
  kTlsClient,  // contains clientAuth
};

enum class SubjectAltNameRule : std::uint8_t {
  kNone,
  kRegisteredId,            // exactly one registeredID
  kRegisteredIdAndDnsName,  // the same and at least one dNSName
  kDnsName,
};

enum class NameRule : std::uint8_t {
  kAny,
  kOrganizationAndCommonName,
  kOrganizationAndEid,
};

struct CertificateProfile {
  CertificateRole role;
  std::string_view title;  // "CERT.EUM.ECDSA"
  const CertificateProfile*
      issuer;  // of the issuing certificate; nullptr: the root itself (self-signed for roots)
  std::vector<der::Oid> policies;  // any of them; the first is what is issued
  bool policy_required = true;     // false: may be absent, but another role's is refused
  bool policy_critical = true;
  KeyUsage key_usage = 0;           // all these bits
  KeyUsage key_usage_optional = 0;  // and at most these others
  ExtendedKeyUsageRule extended_key_usage = ExtendedKeyUsageRule::kNone;
  bool ca = false;
  std::optional<unsigned> path_length;
  SubjectAltNameRule subject_alt_name = SubjectAltNameRule::kNone;
  bool name_constraints = false;  // critical, with the IIN rule of SGP.22 section 4.5.2.1.0.2
  NameRule subject = NameRule::kAny;
  bool crl_distribution_points = true;  // when issued; their absence is tolerated in verification
};

}  // namespace eider::crypto
