#include "crypto/suci.hpp"

#include "crypto/aes.hpp"
#include "crypto/detail/openssl.hpp"
#include "crypto/kdf.hpp"

namespace eider::crypto {
namespace {

using Check = VerificationFault::Check;

constexpr std::size_t kMacSize = 8;

std::size_t key_size(SuciScheme scheme) {
  return scheme == SuciScheme::kProfileA ? 32 : 33;
}

tl::unexpected<Fault> no_suci_key(const char* profile) {
  return fail_verification(Check::kFormat, std::string("not a public key of profile ") + profile);
}

// ---- Profile A: RFC 7748

Result<Secret> x25519(const Secret& own, ByteView other) {
  const detail::PkeyPtr mine(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, own.view().data(), own.size()));
  const detail::PkeyPtr theirs(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, other.data(), other.size()));
  if (!mine || !theirs) return no_suci_key("A");
  const detail::PkeyCtxPtr ctx(EVP_PKEY_CTX_new(mine.get(), nullptr));
  Secret out(32);
  std::size_t n = out.size();
  // Refuses points of small order, whose product is zero.
  if (!ctx || EVP_PKEY_derive_init(ctx.get()) != 1 ||
      EVP_PKEY_derive_set_peer(ctx.get(), theirs.get()) != 1 ||
      EVP_PKEY_derive(ctx.get(), out.mutable_view().data(), &n) != 1)
    return no_suci_key("A");
  return out;
}

Result<Bytes> x25519_public(const Secret& own) {
  const detail::PkeyPtr key(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, own.view().data(), own.size()));
  Bytes out(32);
  std::size_t n = out.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.data(), &n) != 1)
    return fail_local("a private key of profile A has 32 octets");
  return out;
}

// ---- Profile B: P-256

Result<PublicKey> point(ByteView octets) {
  if (octets.size() == 65) return PublicKey::from_point(Curve::kP256, octets);
  const EC_GROUP* group = detail::group_of(Curve::kP256);
  const detail::PointPtr p(EC_POINT_new(group));
  PointOctets uncompressed;
  if (octets.size() != 33 || !p ||
      EC_POINT_oct2point(group, p.get(), octets.data(), octets.size(), nullptr) != 1 ||
      EC_POINT_point2oct(group, p.get(), POINT_CONVERSION_UNCOMPRESSED, uncompressed.data(),
                         uncompressed.size(), nullptr) != uncompressed.size())
    return no_suci_key("B");
  return PublicKey::from_point(Curve::kP256, uncompressed);
}

Bytes compressed(const PublicKey& key) {
  const auto p = key.point().view();
  Bytes out(p.begin(), p.begin() + 33);
  out[0] = static_cast<std::uint8_t>(2 | (p.back() & 1));
  return out;
}

Result<Secret> shared_secret(SuciScheme scheme, const Secret& own, ByteView other) {
  if (scheme == SuciScheme::kProfileA) return x25519(own, other);
  EIDER_TRY(theirs, point(other));
  EIDER_TRY(mine, PrivateKey::from_scalar(Curve::kP256, own.view()));
  return mine.agree(theirs);
}

// ---- Both: ECIES of SECG SEC 1 version 2 with the parameters of TS 33.501 section C.3.4

struct Keys {
  Secret material;  // AES key, initial counter block, MAC key
  ByteView encryption() const { return material.view().first(16); }
  ByteView counter() const { return material.view().subspan(16, 16); }
  ByteView mac() const { return material.view().subspan(32, 32); }
};

// AES-128 in counter mode, the last 32 bits counting (NIST SP 800-38A section B.1).
Result<Bytes> counter_mode(const Keys& keys, ByteView in) {
  EIDER_TRY(aes, Aes::make(keys.encryption()));
  auto counter = *AesBlock::from(keys.counter());
  Bytes out = to_bytes(in);
  for (std::size_t at = 0; at < out.size(); at += 16) {
    const auto pad = aes.encrypt_block(counter);
    for (std::size_t i = 0; i < std::min<std::size_t>(16, out.size() - at); ++i) out[at + i] ^= pad[i];
    for (std::size_t i = 16; i-- > 12 && ++counter[i] == 0;) {
    }
  }
  return out;
}

Bytes mac_tag(const Keys& keys, ByteView cipher_text) {
  return to_bytes(hmac_sha256(keys.mac(), {cipher_text}).view().first(kMacSize));
}

Status known(SuciScheme scheme) {
  if (scheme != SuciScheme::kProfileA && scheme != SuciScheme::kProfileB)
    return fail_local("protection scheme " + std::to_string(static_cast<int>(scheme)) + " is not built");
  return {};
}

}  // namespace

Result<Bytes> suci_public_key(SuciScheme scheme, const Secret& private_key) {
  EIDER_CHECK(known(scheme));
  if (scheme == SuciScheme::kProfileA) return x25519_public(private_key);
  EIDER_TRY(key, PrivateKey::from_scalar(Curve::kP256, private_key.view()));
  return compressed(key.public_key());
}

Result<SuciOutput> suci_conceal_with(SuciScheme scheme, ByteView home_network_key, ByteView scheme_input,
                                     const Secret& ephemeral_private_key) {
  if (scheme == SuciScheme::kNull) return SuciOutput{{}, to_bytes(scheme_input), {}};
  EIDER_TRY(ephemeral, suci_public_key(scheme, ephemeral_private_key));
  EIDER_TRY(secret, shared_secret(scheme, ephemeral_private_key, home_network_key));
  const Keys keys{x963_kdf_sha256(secret.view(), ephemeral, 64)};
  EIDER_TRY(cipher_text, counter_mode(keys, scheme_input));
  auto tag = mac_tag(keys, cipher_text);
  return SuciOutput{std::move(ephemeral), std::move(cipher_text), std::move(tag)};
}

Result<SuciOutput> suci_conceal(SuciScheme scheme, ByteView home_network_key, ByteView scheme_input,
                                Random& random) {
  Secret ephemeral(32);
  if (scheme == SuciScheme::kNull)
    return suci_conceal_with(scheme, home_network_key, scheme_input, ephemeral);
  do {
    random.fill(ephemeral.mutable_view());  // for P-256 again, in the rare case that it is no scalar
  } while (scheme == SuciScheme::kProfileB && !PrivateKey::from_scalar(Curve::kP256, ephemeral.view()));
  return suci_conceal_with(scheme, home_network_key, scheme_input, ephemeral);
}

Result<Bytes> suci_deconceal(SuciScheme scheme, const Secret& private_key, ByteView scheme_output) {
  if (scheme == SuciScheme::kNull) return to_bytes(scheme_output);
  EIDER_CHECK(known(scheme));
  const std::size_t n = key_size(scheme);
  if (scheme_output.size() < n + kMacSize)
    return fail_verification(Check::kFormat,
                             "scheme output of " + std::to_string(scheme_output.size()) + " octets");
  const auto ephemeral = scheme_output.first(n), tag = scheme_output.last(kMacSize);
  const auto cipher_text = scheme_output.subspan(n, scheme_output.size() - n - kMacSize);
  EIDER_TRY(secret, shared_secret(scheme, private_key, ephemeral));
  const Keys keys{x963_kdf_sha256(secret.view(), ephemeral, 64)};
  if (!equal_constant_time(mac_tag(keys, cipher_text), tag))
    return fail_verification(Check::kMac, "MAC tag of the SUCI");
  return counter_mode(keys, cipher_text);
}

}  // namespace eider::crypto
