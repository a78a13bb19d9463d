#include "spec/etsi/imsi.hpp"

namespace eider::etsi {

std::string decode_imsi(ByteView ef) {
  if (ef.empty() || ef[0] == 0 || ef[0] >= ef.size()) return {};
  std::string digits;
  for (std::size_t n = 1; n < ef[0] * 2u; ++n) {  // nibble 0 tells parity and type
    const int v = n % 2 ? ef[1 + n / 2] >> 4 : ef[1 + n / 2] & 0x0F;
    if (v > 9) break;
    digits.push_back(static_cast<char>('0' + v));
  }
  return digits;
}

}  // namespace eider::etsi
