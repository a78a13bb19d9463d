#include "card/isd_r/isd_r.hpp"
#include "card/profile_policy.hpp"
#include "card/profile_state.hpp"

namespace eider::card {
namespace {
using sgp22::DisableProfileResult;

DisableProfileResult check_disabling(const IsdPRecord* target) {
  if (!target) return DisableProfileResult::kIccidOrAidNotFound;
  if (target->state != sgp22::ProfileState::kEnabled) return DisableProfileResult::kProfileNotInEnabledState;
  if (target->metadata.profileClass != sgp22::ProfileClass::kTest && has_rule(*target, sgp22::kPpr1))
    return DisableProfileResult::kDisallowedByPolicy;
  return DisableProfileResult::kOk;
}
}  // namespace

Result<sgp22::DisableProfileResponse> disable_profile(IsdR& isd_r,
                                                      const sgp22::DisableProfileRequest& request) {
  const auto busy = [&](bool flag) { return request.refreshFlag == flag && isd_r.toolkit.busy(); };
  if (busy(false)) return sgp22::DisableProfileResponse{DisableProfileResult::kCatBusy};
  auto* target =
      std::visit([&](const auto& id) { return isd_r.state.find(id); }, request.profileIdentifier.value);
  const auto result = check_disabling(target);
  if (result != DisableProfileResult::kOk) return sgp22::DisableProfileResponse{result};
  if (busy(true)) return sgp22::DisableProfileResponse{DisableProfileResult::kCatBusy};
  EIDER_CHECK(request_switch(isd_r, plan_disable(isd_r.state, *target), request.refreshFlag));
  return sgp22::DisableProfileResponse{DisableProfileResult::kOk};
}

}  // namespace eider::card
