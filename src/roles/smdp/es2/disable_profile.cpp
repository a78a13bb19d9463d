// ES2.DisableProfile, SGP.02 v4.2 section 5.3: the SM-SR disables it.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Status disable_profile_executed(Work& w, Procedure& p, const std::any&, std::any& response) {
  return change_state(w, p, response, sgp02::ProfileState::kDisabled);
}
}  // namespace

Relay disable_profile() {
  return {FunctionName::kDisableProfile, FunctionName::kDisableProfile,
          smsr_of<sgp02::es2::DisableProfileRequest>,
          about_profile<sgp02::es2::DisableProfileRequest, sgp02::es3::DisableProfileRequest>,
          disable_profile_executed};
}

}  // namespace eider::smdp::es2
