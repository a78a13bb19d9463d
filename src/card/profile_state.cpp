#include "card/profile_state.hpp"

#include "card/notifications.hpp"

namespace eider::card {
using sgp22::ProfileClass;
using sgp22::ProfileState;

PendingSwitch plan_enable(PersistentState& state, const IsdPRecord& target) {
  PendingSwitch plan;
  plan.enable = target.instance;
  const auto* enabled = state.enabled_profile();
  if (enabled) plan.disable = enabled->instance;
  if (target.metadata.profileClass == ProfileClass::kTest && enabled) {
    if (enabled->metadata.profileClass == ProfileClass::kTest)
      plan.previousOperational = state.isd_r.previousOperational;
    if (enabled->metadata.profileClass == ProfileClass::kOperational)
      plan.previousOperational = enabled->metadata.iccid;
  }
  return plan;
}

PendingSwitch plan_disable(PersistentState& state, const IsdPRecord& target) {
  PendingSwitch plan;
  plan.disable = target.instance;
  if (target.metadata.profileClass == ProfileClass::kTest && state.isd_r.previousOperational) {
    if (const auto* back = state.find(*state.isd_r.previousOperational)) plan.enable = back->instance;
  }
  return plan;
}

Status perform_switch(PersistentState& state, Ecasd& ecasd, const PendingSwitch& plan) {
  const auto change = [&](std::optional<std::uint16_t> instance, ProfileState to,
                          sgp22::NotificationEvent event) -> Status {
    if (!instance) return {};
    const auto found = state.profiles.find(*instance);
    if (found == state.profiles.end()) return {};
    found->second.state = to;
    state.save_profile(found->second);
    return add_notifications(state, ecasd, found->second, event);
  };
  EIDER_CHECK(change(plan.disable, ProfileState::kDisabled, sgp22::kEventDisable));
  EIDER_CHECK(change(plan.enable, ProfileState::kEnabled, sgp22::kEventEnable));
  state.isd_r.previousOperational = plan.previousOperational;
  state.isd_r.pendingSwitch.reset();
  state.save_isd_r();
  return {};
}

Status request_switch(IsdR& isd_r, const PendingSwitch& plan, bool refresh) {
  if (refresh && isd_r.toolkit.refresh_supported()) {
    isd_r.state.isd_r.pendingSwitch = plan;
    isd_r.state.save_isd_r();
    EIDER_CHECK(isd_r.state.commit());
    using etsi::cat::RefreshMode;
    isd_r.toolkit.send_refresh(isd_r.toolkit.profile_state_change_supported()
                                   ? RefreshMode::kProfileStateChange
                                   : RefreshMode::kUiccReset);
    return {};
  }
  EIDER_CHECK(perform_switch(isd_r.state, isd_r.ecasd, plan));
  EIDER_CHECK(isd_r.state.commit());
  isd_r.profile_switched = true;
  return {};
}

Status remove_profile(PersistentState& state, Ecasd& ecasd, std::uint16_t instance) {
  const auto& profile = state.profiles.at(instance);
  EIDER_CHECK(add_notifications(state, ecasd, profile, sgp22::kEventDelete));
  if (state.isd_r.previousOperational == profile.metadata.iccid) {
    state.isd_r.previousOperational.reset();
    state.save_isd_r();
  }
  state.erase_profile(instance);
  return {};
}

std::vector<std::uint16_t> memory_reset_targets(const PersistentState& state, const der::BitString& options) {
  std::vector<std::uint16_t> out;
  for (const auto& [instance, profile] : state.profiles) {
    const auto profile_class = profile.metadata.profileClass;
    if ((options.test(sgp22::kDeleteOperationalProfiles) && profile_class == ProfileClass::kOperational) ||
        (options.test(sgp22::kDeleteFieldLoadedTestProfiles) && profile_class == ProfileClass::kTest &&
         !profile.preloaded))
      out.push_back(instance);
  }
  return out;
}

Status perform_memory_reset(PersistentState& state, Ecasd& ecasd) {
  if (!state.isd_r.pendingMemoryReset) return {};
  const auto options = *state.isd_r.pendingMemoryReset;
  const auto targets = memory_reset_targets(state, options);
  bool test_profile_went = false;
  for (const auto instance : targets) {
    const auto& profile = state.profiles.at(instance);
    test_profile_went |=
        profile.state == ProfileState::kEnabled && profile.metadata.profileClass == ProfileClass::kTest;
    EIDER_CHECK(remove_profile(state, ecasd, instance));
  }
  // The end of an enabled Test Profile brings the Operational Profile back, if that is still there
  // (section 2.4.5.3).
  if (test_profile_went && state.isd_r.previousOperational) {
    if (const auto* back = state.find(*state.isd_r.previousOperational)) {
      PendingSwitch plan;
      plan.enable = back->instance;
      EIDER_CHECK(perform_switch(state, ecasd, plan));
    }
  }
  if (options.test(sgp22::kResetDefaultSmdpAddress))
    state.isd_r.defaultDpAddress = state.personalisation.defaultDpAddress.value_or("");
  state.isd_r.pendingMemoryReset.reset();
  state.save_isd_r();
  return {};
}

}  // namespace eider::card
