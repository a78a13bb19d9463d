// The contact between a modem and its card, whose power may go at any write.
#pragma once
#include <memory>

#include "card/euicc.hpp"
#include "device/card_port.hpp"
#include "world/faults.hpp"
#include "world/m2m/laws.hpp"
#include "world/m2m/sabotage.hpp"

namespace eider::world::m2m {

class CardSlot final : public CardPort {
 public:
  // `memory` is what the card runs on; `chips` the memory whose power can be cut.
  CardSlot(std::size_t card, card::MemoryNvm& chips, card::Nvm& memory, Random& random, Faults& faults,
           Laws& laws, Journal& journal, const TearHook& tear);

  // Power off and on: volatile state is gone. It may go again while the card recovers.
  Status power_cycle();
  bool powered() const { return chips_.powered(); }
  std::uint64_t commands() const { return commands_; }

  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override;
  // The card is about to write: power may go before, within or after it.
  void before_write();

 private:
  std::size_t card_;
  card::MemoryNvm& chips_;
  card::Nvm& memory_;
  Random& random_;
  Faults& faults_;
  Laws& laws_;
  Journal& journal_;
  TearHook tear_;
  std::unique_ptr<card::Euicc> euicc_;
  bool recovering_ = false;
  std::uint64_t commands_ = 0;
};

}  // namespace eider::world::m2m
