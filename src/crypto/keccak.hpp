// The permutation Keccak-f[1600] (FIPS 202 section 3). An own one, against the rule of docs/architecture.md:
// OpenSSL 3.0 has it only inside SHA-3, whose padding and capacity TUAK does not use.
#pragma once
#include <array>
#include <cstdint>

namespace eider::crypto {

// 200 octets, lane by lane, each lane least significant octet first.
using KeccakState = std::array<std::uint8_t, 200>;

void keccak_f1600(KeccakState& state);

}  // namespace eider::crypto
