// What a remote manager may do with files, in the place of what was verified at the terminal (ETSI TS 102 226
// section 8.2.1.3.2.2).
#pragma once
#include "base/bytes.hpp"

namespace eider::card::uicc {

// Access domain parameter and data: 00 everything but "never"; 02 the keys of a bit map; FF, and every form
// that is not known here, nothing.
class AccessDomain {
 public:
  AccessDomain() = default;
  explicit AccessDomain(ByteView coded) : coded_(to_bytes(coded)) {}
  bool closed() const { return coded_.empty() || (coded_[0] != kFull && coded_[0] != kKeys); }
  // May it act as if this PIN or administrative key were verified?
  bool fulfils(std::uint8_t reference) const;

 private:
  static constexpr std::uint8_t kFull = 0x00, kKeys = 0x02;
  Bytes coded_;
};

struct RemoteAccess {
  AccessDomain uicc;
  int adf = -1;  // the application whose files have a domain of their own; -1: none
  AccessDomain application;
};

}  // namespace eider::card::uicc
