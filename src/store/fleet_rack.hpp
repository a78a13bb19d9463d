// The cards of a store, each powered while somebody has it.
#pragma once
#include "card/euicc.hpp"
#include "device/card_rack.hpp"
#include "store/card_fleet.hpp"

namespace eider::store {

class FleetRack final : public CardRack {
 public:
  // The store must outlive it.
  // The LPA inside each card that has one comes from `lpae`.
  explicit FleetRack(CardFleet& fleet, card::LpaeFactory lpae = {}) : fleet_(fleet), lpae_(std::move(lpae)) {}
  Result<Taken> take(const CardChoice& choice) override;

 private:
  CardFleet& fleet_;
  card::LpaeFactory lpae_;
};

}  // namespace eider::store
