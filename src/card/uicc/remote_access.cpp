#include "card/uicc/remote_access.hpp"

namespace eider::card::uicc {

// Of the bit map only the octet of ADM1 to ADM5 is certain: 02 00 01 00 is ADM1 in the packages of TCA and
// pySim. What the other bits mean is not taken on trust: they open nothing.
bool AccessDomain::fulfils(std::uint8_t reference) const {
  if (closed()) return false;
  if (coded_[0] == kFull) return true;
  constexpr std::uint8_t kAdm1 = 0x0A, kAdm5 = 0x0E;
  return coded_.size() >= 3 && reference >= kAdm1 && reference <= kAdm5 &&
         (coded_[2] >> (reference - kAdm1) & 1) != 0;
}

}  // namespace eider::card::uicc
