#include "store/crc32.hpp"

#include <array>

namespace eider::store {
namespace {
// Row k: the CRC of an octet that k zeros follow, so that eight octets are taken at a time.
constexpr std::array<std::array<std::uint32_t, 256>, 8> crc_tables() {
  std::array<std::array<std::uint32_t, 256>, 8> t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    t[0][i] = c;
  }
  for (std::size_t k = 1; k < t.size(); ++k)
    for (std::size_t i = 0; i < 256; ++i) t[k][i] = t[0][t[k - 1][i] & 0xFF] ^ (t[k - 1][i] >> 8);
  return t;
}
}  // namespace

std::uint32_t crc32(ByteView data, std::uint32_t before) {
  static constexpr auto t = crc_tables();
  std::uint32_t c = ~before;
  for (; data.size() >= 8; data = data.subspan(8)) {
    const auto low = c ^ (std::uint32_t{data[0]} | std::uint32_t{data[1]} << 8 |
                          std::uint32_t{data[2]} << 16 | std::uint32_t{data[3]} << 24);
    c = t[7][low & 0xFF] ^ t[6][low >> 8 & 0xFF] ^ t[5][low >> 16 & 0xFF] ^ t[4][low >> 24] ^ t[3][data[4]] ^
        t[2][data[5]] ^ t[1][data[6]] ^ t[0][data[7]];
  }
  for (const auto b : data) c = t[0][(c ^ b) & 0xFF] ^ (c >> 8);
  return ~c;
}

}  // namespace eider::store
