#include "crypto/aes.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include "crypto/detail/openssl.hpp"

namespace eider::crypto {
namespace {

struct Ciphers {
  const EVP_CIPHER* ecb;
  const EVP_CIPHER* cbc;
  const char* cbc_name;
};

const EVP_CIPHER* fetch_cipher(const char* name) {
  const EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  detail::require(cipher != nullptr, name);
  return cipher;
}

// Nothing for a size that is no AES key size.
const Ciphers* ciphers_for(std::size_t key_size) {
  static const Ciphers all[3] = {{fetch_cipher("AES-128-ECB"), fetch_cipher("AES-128-CBC"), "AES-128-CBC"},
                                 {fetch_cipher("AES-192-ECB"), fetch_cipher("AES-192-CBC"), "AES-192-CBC"},
                                 {fetch_cipher("AES-256-ECB"), fetch_cipher("AES-256-CBC"), "AES-256-CBC"}};
  if (key_size != 16 && key_size != 24 && key_size != 32) return nullptr;
  return &all[key_size / 8 - 2];
}

using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, detail::Deleter<EVP_CIPHER_CTX_free>>;

CipherCtx new_cipher_ctx() {
  CipherCtx ctx(EVP_CIPHER_CTX_new());
  detail::require(ctx != nullptr, "EVP_CIPHER_CTX_new");
  return ctx;
}

void key_ctx(EVP_CIPHER_CTX* ctx, const EVP_CIPHER* cipher, ByteView key, int encrypt) {
  const AesBlock zero;
  detail::require(EVP_CipherInit_ex2(ctx, cipher, key.data(), zero.data(), encrypt, nullptr) == 1, "AES key");
  EVP_CIPHER_CTX_set_padding(ctx, 0);
}

void run_block(EVP_CIPHER_CTX* ctx, const AesBlock& in, AesBlock& out) {
  int n = 0;
  detail::require(EVP_CipherUpdate(ctx, out.data(), &n, in.data(), 16) == 1 && n == 16, "AES block");
}

Status run_cbc(EVP_CIPHER_CTX* ctx, const AesBlock& iv, std::span<std::uint8_t> data) {
  if (data.size() % 16 != 0) return fail_local("AES-CBC input is not a multiple of 16 octets");
  if (data.empty()) return {};
  int n = 0;
  detail::require(
      EVP_CipherInit_ex2(ctx, nullptr, nullptr, iv.data(), -1, nullptr) == 1 &&
          EVP_CipherUpdate(ctx, data.data(), &n, data.data(), static_cast<int>(data.size())) == 1 &&
          static_cast<std::size_t>(n) == data.size(),
      "AES-CBC");
  return {};
}

tl::unexpected<Fault> bad_key(std::size_t size) {
  return fail_local("an AES key has 16, 24 or 32 octets, not " + std::to_string(size));
}

}  // namespace

struct Aes::Impl {
  CipherCtx ecb_encrypt = new_cipher_ctx();
  CipherCtx cbc_encrypt = new_cipher_ctx();
  CipherCtx ecb_decrypt;  // made at first use: most users only encrypt, or only decrypt
  CipherCtx cbc_decrypt;
  const Ciphers* ciphers = nullptr;
  std::uint8_t key[32] = {};
  std::size_t key_size = 0;
  ~Impl() { zeroise(key); }
  ByteView key_view() const { return {key, key_size}; }
};

Aes::Aes() : impl_(std::make_unique<Impl>()) {}
Aes::~Aes() = default;
Aes::Aes(Aes&&) noexcept = default;
Aes& Aes::operator=(Aes&&) noexcept = default;

Result<Aes> Aes::make(ByteView key) {
  Aes aes;
  EIDER_CHECK(aes.set_key(key));
  return aes;
}

Status Aes::set_key(ByteView key) {
  const Ciphers* ciphers = ciphers_for(key.size());
  if (ciphers == nullptr) return bad_key(key.size());
  Impl& m = *impl_;
  m.ciphers = ciphers;
  m.key_size = key.size();
  std::copy(key.begin(), key.end(), m.key);
  key_ctx(m.ecb_encrypt.get(), ciphers->ecb, key, 1);
  key_ctx(m.cbc_encrypt.get(), ciphers->cbc, key, 1);
  m.ecb_decrypt.reset();
  m.cbc_decrypt.reset();
  return {};
}

AesBlock Aes::encrypt_block(const AesBlock& in) const {
  AesBlock out;
  run_block(impl_->ecb_encrypt.get(), in, out);
  return out;
}

AesBlock Aes::decrypt_block(const AesBlock& in) const {
  if (!impl_->ecb_decrypt) {
    impl_->ecb_decrypt = new_cipher_ctx();
    key_ctx(impl_->ecb_decrypt.get(), impl_->ciphers->ecb, impl_->key_view(), 0);
  }
  AesBlock out;
  run_block(impl_->ecb_decrypt.get(), in, out);
  return out;
}

Status Aes::cbc_encrypt(const AesBlock& iv, std::span<std::uint8_t> data) const {
  return run_cbc(impl_->cbc_encrypt.get(), iv, data);
}

Status Aes::cbc_decrypt(const AesBlock& iv, std::span<std::uint8_t> data) const {
  if (!impl_->cbc_decrypt) {
    impl_->cbc_decrypt = new_cipher_ctx();
    key_ctx(impl_->cbc_decrypt.get(), impl_->ciphers->cbc, impl_->key_view(), 0);
  }
  return run_cbc(impl_->cbc_decrypt.get(), iv, data);
}

struct Cmac::Impl {
  std::unique_ptr<EVP_MAC_CTX, detail::Deleter<EVP_MAC_CTX_free>> ctx;
  Impl() {
    static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "CMAC", nullptr);
    detail::require(mac != nullptr, "CMAC");
    ctx.reset(EVP_MAC_CTX_new(mac));
    detail::require(ctx != nullptr, "EVP_MAC_CTX_new");
  }
};

Cmac::Cmac() : impl_(std::make_unique<Impl>()) {}
Cmac::~Cmac() = default;
Cmac::Cmac(Cmac&&) noexcept = default;
Cmac& Cmac::operator=(Cmac&&) noexcept = default;

Result<Cmac> Cmac::make(ByteView key) {
  Cmac cmac;
  EIDER_CHECK(cmac.set_key(key));
  return cmac;
}

Status Cmac::set_key(ByteView key) {
  const Ciphers* ciphers = ciphers_for(key.size());
  if (ciphers == nullptr) return bad_key(key.size());
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, const_cast<char*>(ciphers->cbc_name), 0),
      OSSL_PARAM_construct_end()};
  detail::require(EVP_MAC_init(impl_->ctx.get(), key.data(), key.size(), params) == 1, "CMAC key");
  return {};
}

Cmac& Cmac::update(ByteView part) {
  if (part.empty()) return *this;
  detail::require(EVP_MAC_update(impl_->ctx.get(), part.data(), part.size()) == 1, "CMAC");
  return *this;
}

AesBlock Cmac::finish() {
  AesBlock out;
  std::size_t n = 0;
  detail::require(EVP_MAC_final(impl_->ctx.get(), out.data(), &n, out.size()) == 1 && n == out.size(),
                  "CMAC");
  detail::require(EVP_MAC_init(impl_->ctx.get(), nullptr, 0, nullptr) == 1, "CMAC restart");
  return out;
}

Result<Bytes> aes_cbc_encrypt(ByteView key, const AesBlock& iv, ByteView plaintext) {
  EIDER_TRY(aes, Aes::make(key));
  Bytes out = to_bytes(plaintext);
  EIDER_CHECK(aes.cbc_encrypt(iv, out));
  return out;
}

Result<Bytes> aes_cbc_decrypt(ByteView key, const AesBlock& iv, ByteView ciphertext) {
  EIDER_TRY(aes, Aes::make(key));
  Bytes out = to_bytes(ciphertext);
  EIDER_CHECK(aes.cbc_decrypt(iv, out));
  return out;
}

Result<AesBlock> aes_cmac(ByteView key, std::initializer_list<ByteView> parts) {
  EIDER_TRY(cmac, Cmac::make(key));
  return cmac.mac(parts);
}

}  // namespace eider::crypto
