#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::GetEuiccDataResponse> get_eid(IsdR& isd_r, const sgp22::GetEuiccDataRequest& request) {
  if (!equal(request.tagList, Bytes{0x5A})) return fail_sw(0x6A88);
  return sgp22::GetEuiccDataResponse{isd_r.state.personalisation.eid};
}

}  // namespace eider::card
