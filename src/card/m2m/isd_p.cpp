#include "card/m2m/isd_p.hpp"

namespace eider::card::m2m {

std::uint8_t life_cycle(const PersistentState& state, const IsdP& isd_p) {
  const auto profile = state.profiles.find(isd_p.instance);
  if (profile != state.profiles.end())
    return profile->second.state == sgp22::ProfileState::kEnabled ? kEnabled : kDisabled;
  return isd_p.keys.empty() ? kSelectable : kPersonalized;
}

}  // namespace eider::card::m2m
