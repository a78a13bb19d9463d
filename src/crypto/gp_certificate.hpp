// Certificates of GlobalPlatform form (tag 7F21), which a card can read: CERT.DP.ECDSA, CERT.SR.ECDSA and
// CERT.ECASD.ECKA (SGP.02 section 2.3.2.2; GlobalPlatform Amendment E section 6.1).
#pragma once
#include "crypto/key_store.hpp"

namespace eider::crypto {

// Values of tag 95.
enum class GpKeyUsage : std::uint16_t {
  kVerification = 0x82,              // digital signature verification
  kVerificationAndAgreement = 0x88,  // what deployed SM-DPs and SM-SRs carry
  kEcasdAgreement = 0x0080,          // of two octets: key agreement of an ECASD
};
// Tag C8 within 73: whose certificate it is.
enum class GpRole : std::uint8_t { kSmDp = 0x01, kSmSr = 0x02 };

// Key parameter references (tag F0), GlobalPlatform Amendment E table 4-1.
constexpr std::uint8_t kGpP256 = 0x00, kGpBrainpoolP256r1 = 0x03, kGpFrp256v1 = 0x40;
std::uint8_t key_parameter_reference(Curve curve);

// How a public key is written in 7F49. Both are read everywhere; the bare point is what cards of SGP.02 v3.1
// and before expect.
enum class GpKeyForm : std::uint8_t { kWithReference, kBarePoint };
Bytes encode_gp_public_key(const PublicKey& key, GpKeyForm form = GpKeyForm::kWithReference);  // 7F49 …
// The value of 7F49. A bare point does not tell its curve: it is `otherwise`. VerificationFault kCurve for a
// curve that is not supported, kFormat for what is no key.
Result<PublicKey> decode_gp_public_key(ByteView value, Curve otherwise);

struct GpCertificateFields {
  Bytes serial_number;                   // 93, 1 to 16 octets
  Bytes ca_identifier;                   // 42
  Bytes subject;                         // 5F20; of an ECASD its EID
  std::uint16_t key_usage = 0;           // 95
  std::optional<std::string> effective;  // 5F25, YYYYMMDD
  std::string expiration;                // 5F24, YYYYMMDD; a card has no clock and does not look at it
  Bytes image_number;                    // 45; of an ECASD
  std::optional<GpRole> role;            // C8 within 73
  Bytes authority_key_identifier;        // C9 within 73
  GpKeyForm key_form = GpKeyForm::kWithReference;
};

// Keeps the octets it was read from; what was signed is verified over those.
class GpCertificate {
 public:
  // One whole 7F21. DecodeFault when members are missing, repeated or malformed; members that are not known
  // stay where they are.
  static Result<GpCertificate> decode(ByteView octets, Curve otherwise = Curve::kP256);
  // LocalFault when a field has a form that the certificate does not allow.
  static Result<GpCertificate> issue(const GpCertificateFields& fields, const PublicKey& key,
                                     const SigningKey& issuer);

  ByteView octets() const { return octets_; }
  const GpCertificateFields& fields() const { return fields_; }
  const PublicKey& public_key() const { return key_; }
  // The issuer's signature over everything before 5F37: kSignature when it does not verify, kCurve when the
  // key is on another curve.
  Status verify(const PublicKey& issuer) const;

 private:
  GpCertificate(Bytes octets, GpCertificateFields fields, PublicKey key, std::size_t signed_at,
                std::size_t signed_size)
      : octets_(std::move(octets)),
        fields_(std::move(fields)),
        key_(std::move(key)),
        signed_at_(signed_at),
        signed_size_(signed_size) {}

  Bytes octets_;
  GpCertificateFields fields_;
  PublicKey key_;
  std::size_t signed_at_ = 0, signed_size_ = 0;  // within octets_
};

}  // namespace eider::crypto
