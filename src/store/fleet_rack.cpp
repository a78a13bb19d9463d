#include "store/fleet_rack.hpp"

#include "card/stored_card.hpp"

namespace eider::store {

Result<CardRack::Taken> FleetRack::take(const CardChoice& choice) {
  EIDER_TRY(entry, std::visit([&](const auto& which) { return fleet_.find(which); }, choice));
  EIDER_TRY(memory, fleet_.open_card(entry.eid));
  return Taken{entry.eid, std::make_unique<card::StoredCard>(std::move(memory), lpae_)};
}

}  // namespace eider::store
