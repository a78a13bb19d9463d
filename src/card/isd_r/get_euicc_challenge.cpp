#include "card/isd_r/isd_r.hpp"

namespace eider::card {

// Opens a session: whatever an earlier one held is dropped, a profile being loaded included: its server hears
// of no result. One-time keys that were not used up stay in the non-volatile memory for a retry.
Result<sgp22::GetEuiccChallengeResponse> get_euicc_challenge(IsdR& isd_r,
                                                             const sgp22::GetEuiccChallengeRequest&) {
  const auto challenge = isd_r.random.fixed<16>();
  isd_r.state.erase_loading();
  EIDER_CHECK(isd_r.state.commit());
  isd_r.session = Challenged{challenge};
  return sgp22::GetEuiccChallengeResponse{challenge};
}

}  // namespace eider::card
