#pragma once
#include <initializer_list>

#include "base/secret.hpp"

namespace eider::crypto {

// ANSI X9.63 key derivation with SHA-256 (BSI TR-03111 section 4.3.3): `length` octets from the shared
// secret.
Secret x963_kdf_sha256(ByteView shared_secret, ByteView shared_info, std::size_t length);

// HMAC with SHA-256 (RFC 2104) over the parts, one after the other.
FixedBytes<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

// The key derivation function of 3GPP TS 33.220 annex B.2: HMAC-SHA-256 over FC || P0 || L0 || P1 || L1 ...
// Each parameter has at most 65535 octets.
Secret kdf_ts33220(ByteView key, std::uint8_t fc, std::initializer_list<ByteView> parameters);

}  // namespace eider::crypto
