// ES2.DeleteProfile, SGP.02 v4.2 section 5.3: DeleteISDP at the SM-SR.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Status delete_profile_executed(Work& w, Procedure& p, const std::any&, std::any& response) {
  if (!p.iccid) return {};
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  if (profile && is_overtaken(w, p, response, *profile)) return {};  // it was installed anew
  p.settle = Settle::kDeleted;
  EIDER_CHECK(w.tx.remove_keys(*p.iccid));
  return w.tx.remove_profile(*p.iccid);
}
}  // namespace

Relay delete_profile() {
  return {FunctionName::kDeleteProfile, FunctionName::kDeleteISDP, smsr_of<sgp02::es2::DeleteProfileRequest>,
          about_profile<sgp02::es2::DeleteProfileRequest, sgp02::es3::DeleteISDPRequest>,
          delete_profile_executed};
}

}  // namespace eider::smdp::es2
