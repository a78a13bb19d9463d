#include "crypto/sealing.hpp"

#include <openssl/rand.h>

#include "crypto/detail/openssl.hpp"

namespace eider::crypto {
namespace {

constexpr std::size_t kNonce = 12, kTag = 16;

using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, detail::Deleter<EVP_CIPHER_CTX_free>>;

// Keyed with this key and nonce, the associated data taken in.
CipherCtx start(ByteView key, ByteView nonce, ByteView associated, int encrypt) {
  static EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  CipherCtx ctx(EVP_CIPHER_CTX_new());
  int n = 0;
  const bool good =
      ctx && cipher &&
      EVP_CipherInit_ex2(ctx.get(), cipher, key.data(), nonce.data(), encrypt, nullptr) == 1 &&
      EVP_CipherUpdate(ctx.get(), nullptr, &n, associated.data(), static_cast<int>(associated.size())) == 1;
  detail::require(good, "AES-256-GCM");
  return ctx;
}

tl::unexpected<Fault> refused(const char* what) {
  return fail(VerificationFault{VerificationFault::Check::kMac, what});
}

}  // namespace

Result<SealingKey> SealingKey::make(const Secret& key) {
  if (key.size() != kKeySize)
    return fail_local("a sealing key has 32 octets, not " + std::to_string(key.size()));
  return SealingKey(key);
}

Bytes SealingKey::seal(ByteView plaintext, ByteView associated) const {
  Bytes out(kNonce + plaintext.size() + kTag);
  detail::require(RAND_bytes(out.data(), static_cast<int>(kNonce)) == 1, "random octets");
  const auto ctx = start(key_.view(), ByteView(out).first(kNonce), associated, 1);
  int n = 0;
  const bool good =
      (plaintext.empty() || EVP_CipherUpdate(ctx.get(), out.data() + kNonce, &n, plaintext.data(),
                                             static_cast<int>(plaintext.size())) == 1) &&
      EVP_CipherFinal_ex(ctx.get(), out.data() + kNonce + plaintext.size(), &n) == 1 &&
      EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTag),
                          out.data() + kNonce + plaintext.size()) == 1;
  detail::require(good, "AES-256-GCM");
  return out;
}

Result<Secret> SealingKey::open(ByteView sealed, ByteView associated) const {
  if (sealed.size() < kOverhead) return refused("sealed data is too short");
  const auto text = sealed.subspan(kNonce, sealed.size() - kOverhead);
  Bytes tag = to_bytes(sealed.last(kTag));
  const auto ctx = start(key_.view(), sealed.first(kNonce), associated, 0);
  Secret out(text.size());
  int n = 0;
  std::uint8_t none = 0;
  if (!text.empty())
    detail::require(EVP_CipherUpdate(ctx.get(), out.mutable_view().data(), &n, text.data(),
                                     static_cast<int>(text.size())) == 1,
                    "AES-256-GCM");
  detail::require(
      EVP_CIPHER_CTX_ctrl(ctx.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTag), tag.data()) == 1,
      "AES-256-GCM");
  if (EVP_CipherFinal_ex(ctx.get(), &none, &n) != 1) return refused("sealed data or its place was changed");
  return out;
}

}  // namespace eider::crypto
