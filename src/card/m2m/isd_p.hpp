// The ISD-P of the M2M architecture (SGP.02 v4.2 section 2.2.1.3).
#pragma once
#include "card/persistent_state.hpp"

namespace eider::card::m2m {

// GlobalPlatform life cycle states of an ISD-P.
inline constexpr std::uint8_t kSelectable = 0x07, kPersonalized = 0x0F, kDisabled = 0x1F, kEnabled = 0x3F;
std::uint8_t life_cycle(const PersistentState& state, const IsdP& isd_p);

}  // namespace eider::card::m2m
