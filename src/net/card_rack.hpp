// Many cards, of which whoever connects takes one.
#pragma once
#include <memory>

#include "device/card_port.hpp"
#include "net/card_frames.hpp"

namespace eider::net {

// Called by several threads at the same time.
class CardRack {
 public:
  struct Taken {
    sgp22::Eid eid;
    std::unique_ptr<CardPort> card;  // powered off; nobody else's until it goes
  };
  virtual ~CardRack() = default;
  // LocalFault: there is no such card, or somebody has it.
  virtual Result<Taken> take(const CardChoice& choice) = 0;
};

}  // namespace eider::net
