// Changes of profile states: which are allowed, and how one is carried out (SGP.22 v2.6.1
// sections 2.4.5, 5.7.16 to 5.7.19).
#pragma once
#include "card/isd_r/isd_r.hpp"

namespace eider::card {

// What EnableProfile of `target` would change; the enabled Profile, if any, becomes disabled.
PendingSwitch plan_enable(PersistentState& state, const IsdPRecord& target);
// A Test Profile hands over to the Operational Profile that was enabled before the first Test Profile.
PendingSwitch plan_disable(PersistentState& state, const IsdPRecord& target);

// Carries the switch out at once, or leaves it to the REFRESH when `refresh` is set and the terminal has
// announced it. Commits.
Status request_switch(IsdR& isd_r, const PendingSwitch& plan, bool refresh);
// Changes the states and makes the notifications: those of the disabled Profile first. No commit.
Status perform_switch(PersistentState& state, Ecasd& ecasd, const PendingSwitch& plan);

// Deletes the Profile and leaves its delete notifications. No commit.
Status remove_profile(PersistentState& state, Ecasd& ecasd, std::uint16_t instance);

// Instances that these resetOptions delete.
std::vector<std::uint16_t> memory_reset_targets(const PersistentState& state, const der::BitString& options);
// Carries out isd_r.pendingMemoryReset. No commit.
Status perform_memory_reset(PersistentState& state, Ecasd& ecasd);

}  // namespace eider::card
