// CRC-32 of ISO 3309: finds what a disk did to stored octets; protects against nobody.
#pragma once
#include "base/bytes.hpp"

namespace eider::store {

// `before`: the CRC of the octets that stand in front of `data`.
std::uint32_t crc32(ByteView data, std::uint32_t before = 0);

}  // namespace eider::store
