#include "card/isd_r/isd_r.hpp"
#include "card/profile_state.hpp"

namespace eider::card {

// The options are made durable first: a power loss between the two commits is followed by the reset at the
// next power-on (section 5.7.19).
Result<sgp22::EuiccMemoryResetResponse> euicc_memory_reset(IsdR& isd_r,
                                                           const sgp22::EuiccMemoryResetRequest& request) {
  using sgp22::EuiccMemoryResetResult;
  const auto answer = [](EuiccMemoryResetResult r) { return sgp22::EuiccMemoryResetResponse{r}; };
  auto& state = isd_r.state;
  const auto targets = memory_reset_targets(state, request.resetOptions);
  const bool reset_address = request.resetOptions.test(sgp22::kResetDefaultSmdpAddress);
  if (targets.empty() && !reset_address) return answer(EuiccMemoryResetResult::kNothingToDelete);
  const auto* enabled = state.enabled_profile();
  const bool enabled_goes = enabled && std::ranges::find(targets, enabled->instance) != targets.end();
  if (enabled_goes && isd_r.toolkit.busy()) return answer(EuiccMemoryResetResult::kCatBusy);
  isd_r.session = NoSession{};
  state.isd_r.pendingMemoryReset = request.resetOptions;
  state.save_isd_r();
  EIDER_CHECK(state.commit());
  EIDER_CHECK(perform_memory_reset(state, isd_r.ecasd));
  EIDER_CHECK(state.commit());
  if (enabled_goes) {
    isd_r.profile_switched = true;
    if (isd_r.toolkit.refresh_supported()) isd_r.toolkit.send_refresh(etsi::cat::RefreshMode::kUiccReset);
  }
  return answer(EuiccMemoryResetResult::kOk);
}

}  // namespace eider::card
