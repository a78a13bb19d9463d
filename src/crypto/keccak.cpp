#include "crypto/keccak.hpp"

#include <bit>
#include <cstring>

namespace eider::crypto {
namespace {

using Lanes = std::array<std::uint64_t, 25>;

constexpr std::uint64_t kRoundConstants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000A, 0x000000008000808B, 0x800000000000008B, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

// rho and pi walk one cycle through 24 lanes: the next lane, and how far the moved one is rotated.
constexpr std::uint8_t kPath[24] = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                    15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};
constexpr std::uint8_t kRotations[24] = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                         27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};

void round(Lanes& a, std::uint64_t constant) {
  std::uint64_t c[5];
  for (std::size_t x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  for (std::size_t x = 0; x < 5; ++x) {
    const std::uint64_t d = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
    for (std::size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
  }
  std::uint64_t moving = a[1];
  for (std::size_t i = 0; i < 24; ++i) {
    const std::uint64_t next = a[kPath[i]];
    a[kPath[i]] = std::rotl(moving, kRotations[i]);
    moving = next;
  }
  for (std::size_t y = 0; y < 25; y += 5) {
    const std::uint64_t row[5] = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
  a[0] ^= constant;
}

}  // namespace

void keccak_f1600(KeccakState& state) {
  static_assert(std::endian::native == std::endian::little, "lanes are copied as they lie in memory");
  Lanes lanes;
  std::memcpy(lanes.data(), state.data(), state.size());
  for (const auto constant : kRoundConstants) round(lanes, constant);
  std::memcpy(state.data(), lanes.data(), state.size());
}

}  // namespace eider::crypto
