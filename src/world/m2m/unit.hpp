// An M2M device in a world: a modem with its card, somewhere with or without coverage.
#pragma once
#include "device/modem.hpp"
#include "world/m2m/air.hpp"
#include "world/m2m/card_slot.hpp"
#include "world/m2m/message_centre.hpp"
#include "world/observed_nvm.hpp"

namespace eider::world::m2m {

// What the network knows of its subscribers.
struct SubscriberBook {
  std::map<std::string, std::string> numbers;  // by IMSI
  std::set<std::string> unknown;               // IMSIs that are refused
};

class Unit final : public device::Subscriptions, public device::TerminalListener {
 public:
  struct Parts {
    const CardTemplate& card;
    std::size_t index;
    std::uint64_t card_seed;
    ManualClock& clock;
    SubscriberBook& subscribers;
    MessageCentre& centre;
    std::vector<Air::Place> places;
    Faults& faults;
    Laws& laws;
    Journal& journal;
  };
  Unit(Parts parts, const Sabotage* sabotage);

  const sgp02::Eid& eid() const { return parts_.card.eid; }
  std::size_t index() const { return parts_.index; }
  std::string name() const { return "device " + std::to_string(parts_.index); }
  const card::MemoryNvm& memory() const { return memory_; }
  std::uint64_t commands() const { return slot_.commands(); }
  bool covered() const { return covered_; }
  void set_covered(bool covered) { covered_ = covered; }
  // Of the Profile in use; empty before the device is switched on for the first time.
  std::string imsi() const { return modem_ ? modem_->imsi() : std::string(); }

  // Off and on; a card that lost its power in the middle is found as it is.
  void power_on();
  // Does what there is to do now. True: there was something.
  bool poll();
  std::optional<Time> next() const { return modem_->terminal().next_timer(); }

 private:
  std::optional<std::string> number_of(const std::string& imsi) override;
  void carried_out(ByteView command, ByteView answer) override;

  Parts parts_;
  card::MemoryNvm memory_;
  ObservedNvm observed_;
  std::unique_ptr<card::Nvm> sabotaged_;
  SeededRandom random_;
  CardSlot slot_;
  Air air_;
  std::unique_ptr<device::Modem> modem_;
  bool covered_ = true;
};

}  // namespace eider::world::m2m
