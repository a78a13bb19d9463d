// The cards of a store, each powered while somebody has it.
#pragma once
#include "device/card_rack.hpp"
#include "store/card_fleet.hpp"

namespace eider::store {

class FleetRack final : public CardRack {
 public:
  // The store must outlive it.
  explicit FleetRack(CardFleet& fleet) : fleet_(fleet) {}
  Result<Taken> take(const CardChoice& choice) override;

 private:
  CardFleet& fleet_;
};

}  // namespace eider::store
