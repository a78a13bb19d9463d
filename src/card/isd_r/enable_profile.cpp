#include "card/isd_r/isd_r.hpp"
#include "card/profile_policy.hpp"
#include "card/profile_state.hpp"

namespace eider::card {
namespace {
using sgp22::EnableProfileResult;
using sgp22::ProfileClass;

// Checks 3 to 6 of section 5.7.16, in their order.
EnableProfileResult check_enabling(PersistentState& state, const IsdPRecord* target) {
  if (!target) return EnableProfileResult::kIccidOrAidNotFound;
  if (target->state != sgp22::ProfileState::kDisabled) return EnableProfileResult::kProfileNotInDisabledState;
  const auto* enabled = state.enabled_profile();
  if (!enabled) return EnableProfileResult::kOk;
  const auto target_class = target->metadata.profileClass;
  // PPR1 of the enabled Profile gives way to Test and Provisioning Profiles only (sections 2.4.5.2, 2.4.5.3).
  if (target_class == ProfileClass::kOperational && has_rule(*enabled, sgp22::kPpr1) &&
      enabled->metadata.profileClass != ProfileClass::kTest)
    return EnableProfileResult::kDisallowedByPolicy;
  if (enabled->metadata.profileClass == ProfileClass::kTest && target_class != ProfileClass::kTest &&
      state.isd_r.previousOperational != target->metadata.iccid)
    return EnableProfileResult::kWrongProfileReenabling;
  return EnableProfileResult::kOk;
}
}  // namespace

Result<sgp22::EnableProfileResponse> enable_profile(IsdR& isd_r, const sgp22::EnableProfileRequest& request) {
  const auto busy = [&](bool flag) { return request.refreshFlag == flag && isd_r.toolkit.busy(); };
  if (busy(false)) return sgp22::EnableProfileResponse{EnableProfileResult::kCatBusy};
  auto* target =
      std::visit([&](const auto& id) { return isd_r.state.find(id); }, request.profileIdentifier.value);
  const auto result = check_enabling(isd_r.state, target);
  if (result != EnableProfileResult::kOk) return sgp22::EnableProfileResponse{result};
  if (busy(true)) return sgp22::EnableProfileResponse{EnableProfileResult::kCatBusy};
  EIDER_CHECK(request_switch(isd_r, plan_enable(isd_r.state, *target), request.refreshFlag));
  return sgp22::EnableProfileResponse{EnableProfileResult::kOk};
}

}  // namespace eider::card
