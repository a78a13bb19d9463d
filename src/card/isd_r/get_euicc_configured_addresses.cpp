#include "card/isd_r/isd_r.hpp"

namespace eider::card {

Result<sgp22::EuiccConfiguredAddressesResponse> get_euicc_configured_addresses(
    IsdR& isd_r, const sgp22::EuiccConfiguredAddressesRequest&) {
  sgp22::EuiccConfiguredAddressesResponse out;
  const auto& address = isd_r.state.isd_r.defaultDpAddress;
  if (!address.empty()) out.defaultDpAddress = address;
  out.rootDsAddress = isd_r.state.personalisation.rootDsAddress;
  return out;
}

}  // namespace eider::card
