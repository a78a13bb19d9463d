// A value as what differs from another one of the same length. Internal to src/store.
//
//   delta: stretches of skip | length | octets; skip: octets that are as in the base; both numbers in groups
//          of seven bits, the lowest first, bit 8 of an octet: more follow; length is never 0
#pragma once
#include <optional>

#include "base/bytes.hpp"

namespace eider::store {

// Requires values of one length.
Bytes delta_between(ByteView base, ByteView value);
bool is_delta(std::size_t base_size, ByteView delta);
// Nothing: the octets are no delta of this base.
std::optional<Bytes> apply_delta(ByteView base, ByteView delta);

}  // namespace eider::store
