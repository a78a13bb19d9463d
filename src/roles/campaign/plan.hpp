// What a campaign does with one card, by the SM-SR's view of it: no call, no change.
#pragma once
#include "roles/campaign/records.hpp"

namespace eider::campaign {

// Puts the decision into the card: state (waiting with what comes next; done; skipped; held), target, reason
// and notes. POL1 is known to the card alone: it shows when the function is called (8.2.2/3.8).
void decide(const Goal& goal, const EntityId& self, const sgp02::Eis& eis,
            const std::vector<sgp02::Plma>& rights, Card& card);
// Without having looked.
void decide_unseen(const Goal& goal, Card& card);

}  // namespace eider::campaign
