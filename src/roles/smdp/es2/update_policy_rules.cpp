// ES2.UpdatePolicyRules, SGP.02 v4.2 section 5.3: POL2 of a Profile.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Status update_policy_rules_executed(Work& w, Procedure& p, const std::any& request, std::any&) {
  const auto& r = std::any_cast<const sgp02::es2::UpdatePolicyRulesRequest&>(request);
  return change_profile(w, p, [&](Profile& profile) { profile.pol2 = r.pol2.value_or(sgp02::Pol2{}); });
}
}  // namespace

Relay update_policy_rules() {
  return {FunctionName::kUpdatePolicyRules, FunctionName::kUpdatePolicyRules,
          smsr_of<sgp02::es2::UpdatePolicyRulesRequest>,
          about_profile<sgp02::es2::UpdatePolicyRulesRequest, sgp02::es3::UpdatePolicyRulesRequest>,
          update_policy_rules_executed};
}

}  // namespace eider::smdp::es2
