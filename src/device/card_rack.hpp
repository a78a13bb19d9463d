// Many cards, of which whoever comes takes one.
#pragma once
#include <memory>
#include <variant>

#include "device/card_port.hpp"
#include "spec/sgp22/types.hpp"

namespace eider {

// Which of many cards: its EID, or its number.
using CardChoice = std::variant<sgp22::Eid, std::uint32_t>;

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

}  // namespace eider
