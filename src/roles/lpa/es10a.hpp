// ES10a: what the LPA's discovery service asks the card. SGP.22 v2.6.1 sections 5.7.3 and 5.7.4.
#pragma once
#include "roles/lpa/es10_client.hpp"

namespace eider::lpa::es10a {

struct ConfiguredAddresses {
  std::string defaultDpAddress;  // empty: none
  std::string rootDsAddress;     // empty: none (cards after SGP.22 v2 may leave it out)
};
Result<ConfiguredAddresses> get_euicc_configured_addresses(Es10Client& card);
// An empty address deletes it.
Status set_default_dp_address(Es10Client& card, std::string_view address);

}  // namespace eider::lpa::es10a
