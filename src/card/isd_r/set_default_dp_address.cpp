#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::SetDefaultDpAddressResponse> set_default_dp_address(
    IsdR& isd_r, const sgp22::SetDefaultDpAddressRequest& request) {
  // An FQDN has at most 253 characters (RFC 1035 section 2.3.4).
  if (request.defaultDpAddress.size() > 253) return sgp22::SetDefaultDpAddressResponse{127};
  isd_r.state.isd_r.defaultDpAddress = request.defaultDpAddress;
  isd_r.state.save_isd_r();
  EIDER_CHECK(isd_r.state.commit());
  return sgp22::SetDefaultDpAddressResponse{0};
}

}  // namespace eider::card
