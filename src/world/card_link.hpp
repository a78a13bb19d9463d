// The contact between a device and its card: carries APDUs, loses some, and shows the judge whole ES10
// commands.
#pragma once
#include <memory>

#include "card/euicc.hpp"
#include "device/card_port.hpp"
#include "world/faults.hpp"
#include "world/laws.hpp"
#include "world/sabotage.hpp"

namespace eider::world {

class CardLink final : public CardPort {
 public:
  // `memory` is what the card runs on; `chips` the memory whose power can be cut.
  CardLink(std::size_t card, card::MemoryNvm& chips, card::Nvm& memory, Random& random, Faults& faults,
           Laws& laws, Journal& journal, const TearHook& tear = {});

  // Power off and on: volatile state is gone. It may go again while the card recovers. Faults of the card
  // itself are reported as violations by the caller.
  Status power_cycle();
  bool powered() const { return chips_.powered(); }
  // The process at this end is gone: nothing passes any more until it is set again.
  void set_alive(bool alive) { alive_ = alive; }
  bool alive() const { return alive_; }
  std::uint64_t commands() const { return commands_; }

  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override;
  // A command of the modem: each APDU may be lost by itself, and the judge sees all of them.
  Result<Bytes> modem(ByteView command);
  // The card is about to write: power may go before, within or after it, whatever the command, and also while
  // it recovers.
  void before_write();

 private:
  enum class Loss : std::uint8_t { kNone, kFirst, kMiddle, kAnswer };
  struct Chain {  // one ES10 command
    Bytes object, answer;
    Loss loss = Loss::kNone;
  };
  void begin_chain();
  Result<Bytes> pass(ByteView command);
  void finish_chain(ByteView response);

  std::size_t card_;
  card::MemoryNvm& chips_;
  card::Nvm& memory_;
  Random& random_;
  Faults& faults_;
  Laws& laws_;
  Journal& journal_;
  TearHook tear_;
  std::unique_ptr<card::Euicc> euicc_;
  bool alive_ = true, recovering_ = false;
  Chain chain_;
  bool in_answer_ = false;  // 61xx was given: GET RESPONSE follows
  std::uint64_t commands_ = 0;
};

}  // namespace eider::world
