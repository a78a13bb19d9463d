#include "crypto/hash.hpp"

#include "crypto/detail/openssl.hpp"

namespace eider::crypto {
namespace {
// Fetched once: an implicit fetch on every call costs more than hashing a short message.
const EVP_MD* fetch_digest(const char* name) {
  const EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  detail::require(md != nullptr, name);
  return md;
}
const EVP_MD* md_sha256() {
  static const EVP_MD* const md = fetch_digest("SHA256");
  return md;
}
const EVP_MD* md_sha1() {
  static const EVP_MD* const md = fetch_digest("SHA1");
  return md;
}
}  // namespace

struct Sha256::Impl {
  std::unique_ptr<EVP_MD_CTX, detail::Deleter<EVP_MD_CTX_free>> ctx{EVP_MD_CTX_new()};
  Impl() { detail::require(ctx != nullptr, "EVP_MD_CTX_new"); }
  void start() { detail::require(EVP_DigestInit_ex(ctx.get(), md_sha256(), nullptr) == 1, "SHA-256"); }
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
  impl_->start();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::Sha256(const Sha256& other) : impl_(std::make_unique<Impl>()) {
  detail::require(EVP_MD_CTX_copy_ex(impl_->ctx.get(), other.impl_->ctx.get()) == 1, "SHA-256");
}

Sha256& Sha256::update(ByteView part) {
  detail::require(EVP_DigestUpdate(impl_->ctx.get(), part.data(), part.size()) == 1, "SHA-256");
  return *this;
}

Sha256Digest Sha256::finish() {
  Sha256Digest out;
  detail::require(EVP_DigestFinal_ex(impl_->ctx.get(), out.data(), nullptr) == 1, "SHA-256");
  impl_->start();
  return out;
}

Sha256Digest sha256(std::span<const ByteView> parts) {
  // One context a thread: allocation would dominate for the short messages of the protocol.
  thread_local Sha256 hash;
  for (const ByteView part : parts) hash.update(part);
  return hash.finish();
}

Sha256Digest sha256(ByteView message) {
  return sha256(std::span<const ByteView>(&message, 1));
}

Sha1Digest sha1(ByteView message) {
  Sha1Digest out;
  detail::require(EVP_Digest(message.data(), message.size(), out.data(), nullptr, md_sha1(), nullptr) == 1,
                  "SHA-1");
  return out;
}

}  // namespace eider::crypto
