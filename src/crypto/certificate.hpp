// X.509 certificates as SGP.22 section 4.5 profiles them: parsed once, over the received octets. What a field
// means for a role is decided in crypto/verify.hpp.
#pragma once
#include <memory>

#include "base/clock.hpp"
#include "crypto/ec.hpp"
#include "crypto/hash.hpp"
#include "crypto/name.hpp"

namespace eider::crypto {

namespace extension {  // object identifiers of X.509 and GSMA extensions
extern const der::Oid kSubjectKeyIdentifier, kAuthorityKeyIdentifier, kKeyUsage, kCertificatePolicies,
    kBasicConstraints, kExtendedKeyUsage, kSubjectAltName, kNameConstraints, kCrlDistributionPoints,
    kCrlNumber, kReasonCode, kIssuingDistributionPoint;
extern const der::Oid kExpDate, kTotalPartialCrlNumber, kPartialCrlNumber;  // SGP.22 section 4.6
extern const der::Oid kPermittedEins;                                       // SGP.22 v3: EUM certificates
}  // namespace extension
namespace key_purpose {
extern const der::Oid kServerAuth, kClientAuth;
}

// Bit n of X.509 KeyUsage is 1 << n.
using KeyUsage = std::uint16_t;
constexpr KeyUsage kDigitalSignature = 1u << 0, kKeyAgreement = 1u << 4, kKeyCertSign = 1u << 5,
                   kCrlSign = 1u << 6;
std::string key_usage_text(KeyUsage usage);

struct BasicConstraints {
  bool ca = false;
  std::optional<unsigned> path_length;
};

struct NameConstraints {
  std::vector<Name> permitted;  // the directoryName subtrees
  bool other = false;  // excluded subtrees or other name forms are present: no role of SGP.22 has them
};

struct Extension {
  der::Oid id;
  bool critical = false;
  ByteView value;  // inside the certificate's octets
};

// Everything below stays valid as long as one copy lives. Cheap to copy, safe to share between threads.
class Certificate {
 public:
  // DER, or the first CERTIFICATE block of a PEM text. DecodeFault for anything that is not one X.509 v3
  // certificate in DER (trailing data included), kCurve for a key that is not on a curve of SGP.22.
  static Result<Certificate> parse(ByteView der_or_pem);

  ByteView der() const;     // as received
  ByteView tbs() const;     // the signed part of it
  ByteView serial() const;  // content octets of the INTEGER
  const Name& issuer() const;
  const Name& subject() const;
  Time not_before() const;
  Time not_after() const;
  const PublicKey& public_key() const;
  const Signature& signature() const;
  Sha256Digest fingerprint() const;
  std::string pem() const;

  ByteView subject_key_identifier() const;    // empty when absent
  ByteView authority_key_identifier() const;  // empty when absent
  std::optional<KeyUsage> key_usage() const;
  const std::vector<der::Oid>& policies() const;
  const std::vector<der::Oid>& extended_key_usage() const;
  const std::optional<BasicConstraints>& basic_constraints() const;
  const std::vector<std::string>& dns_names() const;
  const std::vector<der::Oid>& registered_ids() const;
  const std::optional<NameConstraints>& name_constraints() const;
  const std::vector<std::string>& permitted_eins() const;
  const std::vector<std::string>& crl_distribution_points() const;
  const std::vector<Extension>& extensions() const;
  const Extension* find_extension(const der::Oid& id) const;

  // The issuer's signature over tbs(): kSignature when it does not verify, kCurve when the key is on another
  // curve.
  Status verify_signed_by(const PublicKey& issuer) const;
  bool self_issued() const;
  bool operator==(const Certificate& o) const { return equal(der(), o.der()); }

 private:
  struct Impl;
  explicit Certificate(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// The EID of CERT.EUICC: serialNumber of the subject, 32 decimal digits as 16 octets. kFormat when it is not
// there.
Result<FixedBytes<16>> eid_of(const Certificate& euicc);

}  // namespace eider::crypto
