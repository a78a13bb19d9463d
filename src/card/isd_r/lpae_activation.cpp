#include "card/isd_r/isd_r.hpp"

namespace eider::card {

// This card has no LPAe.
Result<sgp22::LpaeActivationResponse> lpae_activation(IsdR&, const sgp22::LpaeActivationRequest&) {
  return sgp22::LpaeActivationResponse{1};
}

}  // namespace eider::card
