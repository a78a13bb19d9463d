#include "card/isd_r/isd_r.hpp"
#include "card/profile_policy.hpp"
#include "card/profile_state.hpp"

namespace eider::card {

Result<sgp22::DeleteProfileResponse> delete_profile(IsdR& isd_r, const sgp22::DeleteProfileRequest& request) {
  using sgp22::DeleteProfileResult;
  const auto answer = [](DeleteProfileResult r) { return sgp22::DeleteProfileResponse{r}; };
  const auto* target = std::visit([&](const auto& id) { return isd_r.state.find(id); }, request.value);
  if (!target) return answer(DeleteProfileResult::kIccidOrAidNotFound);
  if (target->state != sgp22::ProfileState::kDisabled)
    return answer(DeleteProfileResult::kProfileNotInDisabledState);
  // What the EUM loaded for tests and for connectivity stays (section 2.4.5).
  const bool protected_profile =
      target->preloaded && target->metadata.profileClass != sgp22::ProfileClass::kOperational;
  if (protected_profile || has_rule(*target, sgp22::kPpr2))
    return answer(DeleteProfileResult::kDisallowedByPolicy);
  EIDER_CHECK(remove_profile(isd_r.state, isd_r.ecasd, target->instance));
  EIDER_CHECK(isd_r.state.commit());
  return answer(DeleteProfileResult::kOk);
}

}  // namespace eider::card
