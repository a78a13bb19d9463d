// Checksums and ciphers of secured packets, for both directions (scp80.cpp).
#pragma once
#include "channel/scp80.hpp"

namespace eider::channel::scp80 {

// What the header fields and the key set come to: how to compute, or why not to.
struct Suite {
  etsi::Integrity integrity = etsi::Integrity::kNone;
  const Key* kid = nullptr;  // of a cryptographic checksum
  std::uint8_t crc = 0;      // of a redundancy check
  const Key* kic = nullptr;  // null: not ciphered
  std::size_t checksum = 0;  // octets
  std::size_t block = 1;     // octets that the ciphered part is a multiple of

  // kInsufficientSecurityLevel: the policy forbids it; kUnidentifiedSecurityError: nobody here can do it.
  static tl::expected<Suite, Refusal> make(etsi::Integrity integrity, bool ciphered, etsi::KeyUse kic,
                                           etsi::KeyUse kid, const KeySet& keys, const Policy& policy);
  std::size_t padding(std::size_t size) const { return (block - size % block) % block; }
  // `covered`: everything of the packet but the checksum.
  Result<Bytes> compute(ByteView covered) const;
  Result<Bytes> encipher(ByteView plain) const;
  Result<Bytes> decipher(ByteView enciphered) const;
};

// TS 102 225 section 5.1.3.2: x^16 + x^12 + x^5 + 1 as in X.25, and the CRC of ISO 3309 with 32 bits.
std::uint16_t crc16(ByteView data);
std::uint32_t crc32(ByteView data);

}  // namespace eider::channel::scp80
