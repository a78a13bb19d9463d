// ES6: what an Operator tells the ISD-P of its Profile through the MNO-SD (SGP.02 v4.2 section 4.1.2).
#pragma once
#include "card/persistent_state.hpp"

namespace eider::card::m2m {

// The data of one STORE DATA behind an INSTALL [for personalization]: UpdatePOL1byMNO (3A06),
// UpdateConnectivityParametersByMNO (3A07). StatusWord 6A80 for malformed data, 6A88 for other ones. Commits.
Status update_by_mno(PersistentState& state, std::uint16_t instance, ByteView data);

}  // namespace eider::card::m2m
