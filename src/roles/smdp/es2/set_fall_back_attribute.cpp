// ES2.SetFallBackAttribute, SGP.02 v4.2 section 5.3: which Profile the card falls back to (v4).
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
Relay set_fall_back_attribute() {
  return {FunctionName::kSetFallBackAttribute, FunctionName::kSetFallBackAttribute,
          smsr_of<sgp02::es2::SetFallBackAttributeRequest>,
          about_profile<sgp02::es2::SetFallBackAttributeRequest, sgp02::es3::SetFallBackAttributeRequest>,
          nullptr};
}

}  // namespace eider::smdp::es2
