// The records that BSP (SGP.22 section 2.5.3) and SCP03t (SGP.02 section 4.1.3.3) have in common: a TLV whose
// value is data followed by eight octets of MAC, padding 80 00…, a counter that the first vector is made of.
#pragma once
#include "crypto/aes.hpp"

namespace eider::channel::record {

constexpr std::size_t kMac = 8;  // octets of a MAC that are sent

// Writes tag and DER length (up to FFFF); the number of octets written, at most four.
std::size_t put_header(std::uint8_t* out, std::uint8_t tag, std::size_t length);
// Octets of tag and length; 0 when they do not describe exactly `tlv`, in DER, up to FFFF.
std::size_t header_size(std::uint8_t tag, ByteView tlv);
// Octets before the padding; nothing when `padded` does not end in 80 00… of 1 to 16 octets.
std::optional<std::size_t> unpadded_size(ByteView padded);
// Big-endian; the first octet is `first`.
crypto::AesBlock counter_block(std::uint64_t counter, std::uint8_t first = 0);

}  // namespace eider::channel::record
