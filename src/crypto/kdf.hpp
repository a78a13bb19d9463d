#pragma once
#include "base/secret.hpp"

namespace eider::crypto {

// ANSI X9.63 key derivation with SHA-256 (BSI TR-03111 section 4.3.3): `length` octets from the shared
// secret.
Secret x963_kdf_sha256(ByteView shared_secret, ByteView shared_info, std::size_t length);

}  // namespace eider::crypto
