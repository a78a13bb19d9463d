// How anything outside a card talks to it. Drivers (in process, TCP, PC/SC) implement it; LPA and terminal
// use it.
#pragma once
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider {

class CardPort {
 public:
  virtual ~CardPort() = default;
  // Cold or warm reset; returns the ATR. Every logical channel but the basic one is gone afterwards.
  virtual Result<Bytes> reset() = 0;
  // One command APDU; returns the response data followed by SW1 SW2, exactly as the card gave it (61xx and
  // 6Cxx included). A TransportFault means that no complete answer arrived.
  virtual Result<Bytes> transmit(ByteView command) = 0;
  // PPS (ISO 7816-3 section 9): only between reset() and the first command. Returns the card's response as it
  // came; nothing when what is below this port does PPS by itself (a PC/SC reader, vpcd). TransportFault: the
  // card gave no response, and must be reset.
  virtual Result<std::optional<Bytes>> exchange_pps(ByteView request) {
    (void)request;
    return std::optional<Bytes>();
  }
};

}  // namespace eider
