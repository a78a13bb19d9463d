#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::GetRatResponse> get_rat(IsdR& isd_r, const sgp22::GetRatRequest&) {
  return sgp22::GetRatResponse{isd_r.state.personalisation.rat};
}

}  // namespace eider::card
