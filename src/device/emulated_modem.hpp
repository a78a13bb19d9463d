// A modem that is emulated, seen from the device it is driven by: octets in, octets out.
#pragma once
#include <string>

#include "base/bytes.hpp"

namespace eider::device {

class EmulatedModem {
 public:
  virtual ~EmulatedModem() = default;
  // What was written to the device, in pieces of any size; what is to be read from it.
  virtual std::string receive(ByteView octets) = 0;
  // Nobody has the device open any more: what was written by halves is forgotten.
  virtual void hang_up() = 0;
};

}  // namespace eider::device
