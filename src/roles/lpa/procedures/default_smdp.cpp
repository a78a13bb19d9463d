#include "roles/lpa/procedures/default_smdp.hpp"

#include "roles/lpa/activation_code.hpp"
#include "roles/lpa/es10a.hpp"

namespace eider::lpa {

Result<std::string> default_smdp_address(Lpa& lpa) {
  EIDER_TRY(addresses, es10a::get_euicc_configured_addresses(lpa.card));
  return addresses.defaultDpAddress;
}

Status set_default_smdp_address(Lpa& lpa, std::string_view address) {
  if (!address.empty() && !is_server_address(address))
    return fail_local(std::string(address) + " is not a host name",
                      "Give the FQDN of an SM-DP+, or nothing to remove the address.");
  return es10a::set_default_dp_address(lpa.card, address);
}

}  // namespace eider::lpa
