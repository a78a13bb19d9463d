// The default SM-DP+ address of the card: SGP.22 v2.6.1 section 3.3.4.
#pragma once
#include "roles/lpa/lpa.hpp"

namespace eider::lpa {

// Empty: none.
Result<std::string> default_smdp_address(Lpa& lpa);
// Empty deletes it.
Status set_default_smdp_address(Lpa& lpa, std::string_view address);

}  // namespace eider::lpa
