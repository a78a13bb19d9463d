// Access rules in the expanded format, as EF.ARR holds them (ETSI TS 102 221 section 9.2, ISO 7816-4).
#pragma once
#include <functional>

#include "base/bytes.hpp"

namespace eider::card::uicc {

// What a command needs of a file: bits of the access mode octet, or the instruction that a rule must name.
struct Need {
  std::uint8_t mode = 0;
  std::uint8_t ins = 0;
  bool nothing() const { return mode == 0 && ins == 0; }
};
// Access mode octet for an EF.
constexpr Need kNothing{}, kRead{0x01, 0}, kUpdate{0x02, 0}, kDeactivate{0x08, 0}, kActivate{0x10, 0};

// Is the PIN or administrative key with this reference fulfilled?
using KeyFulfilled = std::function<bool(std::uint8_t reference)>;

// Does the record of EF.ARR open the file? Without a rule for the need, or when the record is damaged: no.
bool access_allowed(ByteView rules, Need need, const KeyFulfilled& fulfilled);

}  // namespace eider::card::uicc
