#include <openssl/ecdsa.h>

#include "crypto/detail/ec_impl.hpp"
#include "crypto/hash.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;

tl::unexpected<Fault> refuse(const char* why) {
  return fail_verification(Check::kSignature, why);
}

// Whether 1 <= value < n, over public octets.
bool in_range(Curve curve, ByteView value) {
  static const auto order = [](Curve c) {
    std::array<std::uint8_t, 32> n{};
    BN_bn2binpad(EC_GROUP_get0_order(detail::group_of(c)), n.data(), 32);
    return n;
  };
  static const std::array<std::uint8_t, 32> orders[2] = {order(Curve::kP256), order(Curve::kBrainpoolP256r1)};
  const auto& n = orders[static_cast<int>(curve)];
  return std::ranges::any_of(value, [](std::uint8_t b) { return b != 0; }) &&
         std::lexicographical_compare(value.begin(), value.end(), n.begin(), n.end());
}

std::size_t put_integer(std::uint8_t* out, ByteView value) {
  while (value.size() > 1 && value[0] == 0) value = value.subspan(1);
  const bool pad = (value[0] & 0x80) != 0;
  std::size_t n = 0;
  out[n++] = 0x02;
  out[n++] = static_cast<std::uint8_t>(value.size() + (pad ? 1 : 0));
  if (pad) out[n++] = 0x00;
  std::copy(value.begin(), value.end(), out + n);
  return n + value.size();
}

// At most 2 + 2 * (2 + 33) octets.
std::size_t put_der(std::uint8_t* out, ByteView raw) {
  std::size_t n = 2;
  n += put_integer(out + n, raw.first(32));
  n += put_integer(out + n, raw.subspan(32));
  out[0] = 0x30;
  out[1] = static_cast<std::uint8_t>(n - 2);
  return n;
}

bool take_integer(ByteView& in, std::uint8_t* out32) {
  if (in.size() < 3 || in[0] != 0x02 || in[1] == 0 || in[1] > 33 || in.size() < 2u + in[1]) return false;
  ByteView value = in.subspan(2, in[1]);
  in = in.subspan(2 + value.size());
  if ((value[0] & 0x80) != 0) return false;                                       // negative
  if (value.size() > 1 && value[0] == 0 && (value[1] & 0x80) == 0) return false;  // not minimal
  if (value[0] == 0 && value.size() > 1) value = value.subspan(1);
  if (value.size() > 32) return false;
  std::fill_n(out32, 32, std::uint8_t{0});
  std::copy(value.begin(), value.end(), out32 + 32 - value.size());
  return true;
}
}  // namespace

Bytes signature_to_der(const Signature& raw) {
  Bytes out(72);
  out.resize(put_der(out.data(), raw.view()));
  return out;
}

Result<Signature> signature_from_der(ByteView der) {
  Signature out;
  if (der.size() < 2 || der[0] != 0x30 || der[1] != der.size() - 2)
    return fail_verification(Check::kFormat, "ECDSA signature is not a DER SEQUENCE");
  ByteView rest = der.subspan(2);
  if (!take_integer(rest, out.data()) || !take_integer(rest, out.data() + 32) || !rest.empty())
    return fail_verification(Check::kFormat, "ECDSA signature is not SEQUENCE { r, s } in DER");
  return out;
}

Signature PrivateKey::sign_digest(const FixedBytes<32>& digest) const {
  const detail::PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, detail::evp_of(*this), nullptr));
  std::uint8_t der[80];
  std::size_t n = sizeof der;
  detail::require(ctx && EVP_PKEY_sign_init(ctx.get()) == 1 &&
                      EVP_PKEY_sign(ctx.get(), der, &n, digest.data(), digest.size()) == 1,
                  "ECDSA signature");
  auto raw = signature_from_der({der, n});
  detail::require(raw.has_value(), "ECDSA signature encoding");
  return *raw;
}

Signature PrivateKey::sign(std::span<const ByteView> parts) const {
  return sign_digest(sha256(parts));
}

Status verify_digest(const PublicKey& key, const FixedBytes<32>& digest, ByteView signature) {
  if (signature.size() != 64) return refuse("an ECDSA signature has 64 octets, r || s");
  if (!in_range(key.curve(), signature.first(32)) || !in_range(key.curve(), signature.subspan(32)))
    return refuse("r or s is outside [1, n-1]");
  std::uint8_t der[72];
  const std::size_t n = put_der(der, signature);
  const detail::PkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_pkey(nullptr, detail::evp_of(key), nullptr));
  detail::require(ctx && EVP_PKEY_verify_init(ctx.get()) == 1, "ECDSA verification");
  if (EVP_PKEY_verify(ctx.get(), der, n, digest.data(), digest.size()) != 1)
    return refuse("ECDSA signature does not match the key and the signed octets");
  return {};
}

Status verify(const PublicKey& key, std::span<const ByteView> parts, ByteView signature) {
  return verify_digest(key, sha256(parts), signature);
}

}  // namespace eider::crypto
