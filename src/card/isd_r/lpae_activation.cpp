#include "card/isd_r/isd_r.hpp"
#include "spec/sgp22/lpae.hpp"

namespace eider::card {

// The device has the card's own LPA work, which speaks with the user through the toolkit and in no other way.
Result<sgp22::LpaeActivationResponse> lpae_activation(IsdR& isd_r,
                                                      const sgp22::LpaeActivationRequest& request) {
  constexpr std::uint8_t kOk = 0, kNotSupported = 1;
  if (!isd_r.has_lpae || !request.lpaeOption.test(sgp22::kLpaeUsingCat))
    return sgp22::LpaeActivationResponse{kNotSupported};
  isd_r.lpae_wanted = true;
  return sgp22::LpaeActivationResponse{kOk};
}

}  // namespace eider::card
