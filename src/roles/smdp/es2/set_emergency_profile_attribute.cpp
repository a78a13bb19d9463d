// ES2.SetEmergencyProfileAttribute, SGP.02 v4.2 section 5.3: which Profile is for emergencies (v4).
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
Relay set_emergency_profile_attribute() {
  return {FunctionName::kSetEmergencyProfileAttribute, FunctionName::kSetEmergencyProfileAttribute,
          smsr_of<sgp02::es2::SetEmergencyProfileAttributeRequest>,
          about_profile<sgp02::es2::SetEmergencyProfileAttributeRequest,
                        sgp02::es3::SetEmergencyProfileAttributeRequest>,
          nullptr};
}

}  // namespace eider::smdp::es2
