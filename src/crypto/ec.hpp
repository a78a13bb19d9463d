// Elliptic curve keys: ECDSA with SHA-256 in the raw form r || s of SGP.22 section 2.6.3, and ECKA (BSI
// TR-03111).
#pragma once
#include <initializer_list>
#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto {

// SGP.22 section 2.6.3. FRP256V1 (1.2.250.1.223.101.256.1) is recognised and refused with kCurve: OpenSSL
// lacks it.
enum class Curve : std::uint8_t { kP256, kBrainpoolP256r1 };

const char* to_string(Curve curve);                 // "P-256", "brainpoolP256r1"
std::optional<Curve> curve_from(std::string_view);  // those names and the short ones "p256", "brainpool"

using Signature = FixedBytes<64>;  // r || s, each 32 octets big-endian
using PointOctets = FixedBytes<65>;
using KeyIdentifier = FixedBytes<20>;  // SHA-1 of the point: SKI, AKI and the "CI PKId"

// Always a valid point of its curve. Cheap to copy, safe to share between threads.
class PublicKey {
 public:
  // 04 || X || Y. Refused with VerificationFault kFormat: any other form, the point at infinity, a point off
  // the curve.
  static Result<PublicKey> from_point(Curve curve, ByteView uncompressed);
  // SubjectPublicKeyInfo, DER or PEM. kCurve for a curve that is not named above.
  static Result<PublicKey> from_spki(ByteView der_or_pem);

  Curve curve() const;
  const PointOctets& point() const;
  KeyIdentifier key_identifier() const;
  Bytes spki_der() const;
  bool operator==(const PublicKey& o) const {
    return curve() == o.curve() && equal(point().view(), o.point().view());
  }

  struct Impl;
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// Zeroised when the last copy goes. Cheap to copy, safe to share between threads.
class PrivateKey {
 public:
  // The scalar comes from `random` by rejection sampling, so that a seeded source gives repeatable keys.
  static PrivateKey generate(Curve curve, Random& random);
  // 32 octets big-endian in [1, n-1].
  static Result<PrivateKey> from_scalar(Curve curve, ByteView scalar);
  // PKCS#8 or SEC1, DER or PEM. An encrypted PEM needs its passphrase.
  static Result<PrivateKey> from_encoded(ByteView der_or_pem, const Secret& passphrase = {});

  Curve curve() const { return public_key().curve(); }
  const PublicKey& public_key() const;

  Signature sign(std::span<const ByteView> parts) const;
  Signature sign(std::initializer_list<ByteView> parts) const {
    return sign(std::span<const ByteView>(parts.begin(), parts.size()));
  }
  Signature sign(ByteView message) const { return sign(std::span<const ByteView>(&message, 1)); }
  Signature sign_digest(const FixedBytes<32>& sha256) const;

  // ECKA: the x-coordinate of the shared point, 32 octets. kCurve when the keys are of different curves.
  Result<Secret> agree(const PublicKey& other) const;

  // For files and TLS libraries only.
  Secret pkcs8_der() const;
  Secret pkcs8_pem() const;
  // PKCS#8 encrypted with AES-256-CBC, PBKDF2.
  Bytes pkcs8_pem_encrypted(const Secret& passphrase) const;

  struct Impl;
  explicit PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// Refused with VerificationFault kSignature: wrong size, r or s outside [1, n-1], or not made by this key
// over exactly these octets.
Status verify(const PublicKey& key, std::span<const ByteView> parts, ByteView signature);
inline Status verify(const PublicKey& key, std::initializer_list<ByteView> parts, ByteView signature) {
  return verify(key, std::span<const ByteView>(parts.begin(), parts.size()), signature);
}
inline Status verify(const PublicKey& key, ByteView message, ByteView signature) {
  return verify(key, std::span<const ByteView>(&message, 1), signature);
}
Status verify_digest(const PublicKey& key, const FixedBytes<32>& sha256, ByteView signature);

// Between r || s and the SEQUENCE { r, s } of X.509. from_der refuses what is not minimal DER (kFormat).
Bytes signature_to_der(const Signature& raw);
Result<Signature> signature_from_der(ByteView der);

}  // namespace eider::crypto
