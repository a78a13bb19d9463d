// Authenticated encryption of data at rest: AES-256-GCM (NIST SP 800-38D).
#pragma once
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto {

// Safe to share between threads.
class SealingKey {
 public:
  static constexpr std::size_t kKeySize = 32;
  static constexpr std::size_t kOverhead = 12 + 16;

  // LocalFault unless the key has 32 octets.
  static Result<SealingKey> make(const Secret& key);

  // Nonce (12 random octets), ciphertext, tag (16 octets). `associated` is protected and not stored. One key
  // is good for 2^32 of them.
  Bytes seal(ByteView plaintext, ByteView associated) const;
  // VerificationFault kMac when an octet of either differs from what was sealed, or the key does.
  Result<Secret> open(ByteView sealed, ByteView associated) const;

 private:
  explicit SealingKey(const Secret& key) : key_(key) {}
  Secret key_;
};

}  // namespace eider::crypto
