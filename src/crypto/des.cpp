#include "crypto/des.hpp"

#include "base/secret.hpp"
#include "crypto/detail/openssl.hpp"

namespace eider::crypto {
namespace {

// Always EDE with three keys: single DES is the same key three times, and needs no legacy provider.
Result<Secret> three_keys(ByteView key) {
  if (key.size() != 8 && key.size() != 16 && key.size() != 24)
    return fail_local("a DES key has 8, 16 or 24 octets, not " + std::to_string(key.size()));
  Secret out(std::size_t{24});
  for (std::size_t i = 0; i < 24; ++i) out.mutable_view()[i] = key[i % key.size()];
  return out;
}

Result<Bytes> run(ByteView key, ByteView data, int encrypt) {
  EIDER_TRY(keys, three_keys(key));
  if (data.size() % 8 != 0) return fail_local("DES-CBC input is not a multiple of 8 octets");
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "DES-EDE3-CBC", nullptr);
  detail::require(cipher != nullptr, "DES-EDE3-CBC");
  const std::unique_ptr<EVP_CIPHER_CTX, detail::Deleter<EVP_CIPHER_CTX_free>> ctx(EVP_CIPHER_CTX_new());
  detail::require(ctx != nullptr, "EVP_CIPHER_CTX_new");
  const DesBlock zero;
  detail::require(
      EVP_CipherInit_ex2(ctx.get(), cipher, keys.view().data(), zero.data(), encrypt, nullptr) == 1,
      "DES key");
  EVP_CIPHER_CTX_set_padding(ctx.get(), 0);
  Bytes out(data.size());
  int n = 0;
  if (!data.empty())
    detail::require(
        EVP_CipherUpdate(ctx.get(), out.data(), &n, data.data(), static_cast<int>(data.size())) == 1 &&
            static_cast<std::size_t>(n) == data.size(),
        "DES-CBC");
  return out;
}

}  // namespace

Result<Bytes> des_cbc_encrypt(ByteView key, ByteView plaintext) {
  return run(key, plaintext, 1);
}
Result<Bytes> des_cbc_decrypt(ByteView key, ByteView ciphertext) {
  return run(key, ciphertext, 0);
}

Result<DesBlock> des_cbc_mac(ByteView key, ByteView data) {
  Bytes padded = to_bytes(data);
  padded.resize(std::max<std::size_t>(8, (data.size() + 7) / 8 * 8));
  EIDER_TRY(out, run(key, padded, 1));
  return *DesBlock::from(ByteView(out).last(8));
}

}  // namespace eider::crypto
