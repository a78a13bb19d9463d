#include "crypto/transport_key.hpp"

#include "crypto/aes.hpp"
#include "crypto/hash.hpp"

namespace eider::crypto {
namespace {

constexpr std::size_t kBlock = 16, kCheckValue = 3;

Result<Bytes> aes_check_value(ByteView key) {
  EIDER_TRY(aes, Aes::make(key));
  AesBlock ones;
  ones.fill(0x01);
  const auto out = aes.encrypt_block(ones);
  return to_bytes(out.view().first(kCheckValue));
}

bool starts_digest(ByteView digest, ByteView check_value) {
  return check_value.size() >= kCheckValue && check_value.size() <= digest.size() &&
         equal_constant_time(digest.first(check_value.size()), check_value);
}

bool matches(std::uint8_t type, ByteView key, ByteView check_value) {
  if (type != kGpKeyTypeAes) {
    if (check_value.empty()) return true;
    if (starts_digest(sha256(key).view(), check_value) || starts_digest(sha1(key).view(), check_value))
      return true;
  }
  const auto aes = aes_check_value(key);
  return aes && equal_constant_time(*aes, check_value);
}

// The octets that PKCS#7 would have added; 0 when the end looks like none of it.
std::size_t padding_of(ByteView plain) {
  const std::size_t n = plain.back();
  if (n == 0 || n >= kBlock) return 0;
  for (const auto octet : plain.last(n))
    if (octet != n) return 0;
  return n;
}

Result<Secret> decrypt(ByteView wrapped, ByteView transport) {
  if (wrapped.empty() || wrapped.size() % kBlock != 0)
    return fail_verification(VerificationFault::Check::kFormat, "the wrapped key is not made of blocks");
  EIDER_TRY(aes, Aes::make(transport));
  Secret plain(wrapped.size());
  for (std::size_t at = 0; at < wrapped.size(); at += kBlock) {
    auto block = aes.decrypt_block(*AesBlock::from(wrapped.subspan(at, kBlock)));
    std::ranges::copy(block, plain.mutable_view().begin() + static_cast<std::ptrdiff_t>(at));
    zeroise(block);
  }
  return plain;
}

}  // namespace

Result<Bytes> key_check_value(std::uint8_t type, ByteView key) {
  if (type == kGpKeyTypeAes) return aes_check_value(key);
  return to_bytes(sha256(key).view().first(kCheckValue));
}

Result<Bytes> wrap_transported(const Secret& key, ByteView transport) {
  if (key.empty()) return fail_local("there is no key to wrap");
  EIDER_TRY(aes, Aes::make(transport));
  const auto padding = (kBlock - key.size() % kBlock) % kBlock;
  Secret plain(key.size() + padding);
  std::ranges::fill(plain.mutable_view(), static_cast<std::uint8_t>(padding));
  std::ranges::copy(key.view(), plain.mutable_view().begin());
  Bytes out;
  for (std::size_t at = 0; at < plain.size(); at += kBlock)
    append(out, aes.encrypt_block(*AesBlock::from(plain.view().subspan(at, kBlock))));
  return out;
}

Result<Secret> unwrap_transported(std::uint8_t type, ByteView wrapped, ByteView transport,
                                  ByteView check_value) {
  EIDER_TRY(plain, decrypt(wrapped, transport));
  const auto padding = padding_of(plain.view());
  // Padded first: without a check value there is nothing else to go by.
  if (padding)
    if (const auto shorter = plain.view().first(plain.size() - padding); matches(type, shorter, check_value))
      return Secret(shorter);
  if (matches(type, plain.view(), check_value)) return plain;
  return fail_verification(VerificationFault::Check::kMac,
                           "the key has another check value: the transport key is a different one");
}

}  // namespace eider::crypto
