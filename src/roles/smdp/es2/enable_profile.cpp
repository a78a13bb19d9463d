// ES2.EnableProfile, SGP.02 v4.2 section 5.3: the SM-SR enables it.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Status enable_profile_executed(Work& w, Procedure& p, const std::any&, std::any& response) {
  // The Profile that it displaced: the SM-SR reports that one to its owner.
  return change_state(w, p, response, sgp02::ProfileState::kEnabled);
}
}  // namespace

Relay enable_profile() {
  return {FunctionName::kEnableProfile, FunctionName::kEnableProfile,
          smsr_of<sgp02::es2::EnableProfileRequest>,
          about_profile<sgp02::es2::EnableProfileRequest, sgp02::es3::EnableProfileRequest>,
          enable_profile_executed};
}

}  // namespace eider::smdp::es2
