#include "card/m2m/profile_change.hpp"

#include "card/m2m/isd_r.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;
using es5::NotificationType;
using sgp22::ProfileState;

namespace {
std::optional<std::uint16_t> enabled_instance(PersistentState& state) {
  const auto* enabled = state.enabled_profile();
  return enabled ? std::optional(enabled->instance) : std::nullopt;
}
std::uint8_t pol1(const PersistentState& state, std::uint16_t instance) {
  const auto found = state.isd_ps.find(instance);
  return found == state.isd_ps.end() ? std::uint8_t{0} : found->second.pol1;
}
void set_state(PersistentState& state, std::optional<std::uint16_t> instance, ProfileState to) {
  auto* profile = instance ? profile_of(state, *instance) : nullptr;
  if (!profile) return;
  profile->state = to;
  state.save_profile(*profile);
}
std::optional<NotificationType> notification_of(Cause cause) {
  switch (cause) {
    case Cause::kCommand:
      return NotificationType::kProfileChangeSucceeded;
    case Cause::kRollBack:
      return NotificationType::kProfileChangeFailedAndRollBack;
    case Cause::kFallBack:
      return NotificationType::kProfileChangeAfterFallBack;
    case Cause::kLocal:
      break;
  }
  return std::nullopt;
}
// Test and emergency Profile: until the device ends them, nothing else may begin.
bool locally_enabled(PersistentState& state) {
  const auto enabled = enabled_instance(state);
  return enabled && (is_test(state, *enabled) || state.m2m->emergency == enabled);
}
}  // namespace

bool changing(const PersistentState& state) {
  return state.m2m->change.has_value();
}

void notify(PersistentState& state, NotificationType type) {
  auto& m = *state.m2m;
  m.notice = Notice{type, m.nextNotification++};
  state.save_m2m();
}

Status accept_change(PersistentState& state, Cause cause, std::optional<std::uint16_t> to) {
  state.m2m->change = Change{cause, Phase::kAccepted, enabled_instance(state), to};
  state.save_m2m();
  return state.commit();
}

Status carry_out_change(PersistentState& state) {
  auto& m = *state.m2m;
  if (!m.change || m.change->phase == Phase::kUnconfirmed) return {};
  auto& change = *m.change;
  set_state(state, change.from, ProfileState::kDisabled);
  set_state(state, change.to, ProfileState::kEnabled);
  change.phase = Phase::kUnconfirmed;
  // What a fall-back has disabled against its POL1 is to come back, and to nothing else (section 3.16).
  if (change.cause == Cause::kFallBack && change.from &&
      (pol1(state, *change.from) & (kDisablingNotAllowed | kDeletedWhenDisabled)) != 0)
    m.pinned = change.from;
  if (const auto type = notification_of(change.cause)) notify(state, *type);
  // Nobody confirms what the device has asked for. Where a Profile comes back by itself, it is supervised no
  // longer either: loss of network does the rest.
  if (change.cause == Cause::kLocal) m.change.reset();
  state.save_m2m();
  return state.commit();
}

Result<bool> give_up_change(PersistentState& state) {
  auto& m = *state.m2m;
  if (!m.change || m.change->phase != Phase::kUnconfirmed) return false;
  const auto change = *m.change;
  if (change.cause == Cause::kCommand && change.from && profile_of(state, *change.from)) {
    m.notice.reset();
    EIDER_CHECK(accept_change(state, Cause::kRollBack, change.from));
    return true;
  }
  if (change.cause == Cause::kRollBack && m.fallback && m.fallback != enabled_instance(state)) {
    m.notice.reset();
    EIDER_CHECK(accept_change(state, Cause::kFallBack, m.fallback));
    return true;
  }
  return false;
}

Result<bool> fall_back(PersistentState& state) {
  auto& m = *state.m2m;
  const auto enabled = enabled_instance(state);
  if (!m.fallback || !enabled || m.fallback == enabled || changing(state) || locally_enabled(state))
    return false;
  m.notice.reset();
  EIDER_CHECK(accept_change(state, Cause::kFallBack, m.fallback));
  return true;
}

Result<std::optional<std::vector<es5::Aid>>> confirm(PersistentState& state, std::uint16_t sequence) {
  auto& m = *state.m2m;
  std::optional<std::vector<es5::Aid>> out;
  if (!m.notice || m.notice->sequence != sequence) {
    if (m.confirmed && m.confirmed->sequence == sequence) out = m.confirmed->deleted;
    return out;
  }
  out.emplace();
  // A change that was accepted since then is not the one that is confirmed.
  const bool done = m.change && m.change->phase == Phase::kUnconfirmed;
  const auto change = done ? std::exchange(m.change, std::nullopt) : std::nullopt;
  m.notice.reset();
  m.declared = true;
  const auto from = change && change->cause == Cause::kCommand ? change->from : std::nullopt;
  if (m.pinned && m.pinned == enabled_instance(state)) m.pinned.reset();
  if (from && (pol1(state, *from) & kDeletedWhenDisabled) != 0 && m.fallback != from) {
    out->push_back(*es5::Aid::from(sgp22::isd_p_aid(*from)));
    remove_isd_p(state, *from);
  }
  m.confirmed = Confirmed{sequence, *out};
  state.save_m2m();
  EIDER_CHECK(state.commit());
  return out;
}

namespace {
std::optional<std::uint16_t> test_profile(const PersistentState& state) {
  for (const auto& [instance, profile] : state.profiles)
    if (is_test(state, instance)) return instance;
  return std::nullopt;
}
}  // namespace

Result<std::uint16_t> local_change(PersistentState& state, LocalFunction function) {
  auto& m = *state.m2m;
  const bool test =
      function == LocalFunction::kEnableTestProfile || function == LocalFunction::kDisableTestProfile;
  const bool enable =
      function == LocalFunction::kEnableTestProfile || function == LocalFunction::kEnableEmergencyProfile;
  const auto profile = test ? test_profile(state) : m.emergency;
  if (!profile) return es5::kNotFound;
  const auto enabled = enabled_instance(state);
  if (changing(state) || enable == (enabled == profile)) return es5::kConditionsNotSatisfied;
  // One of them does not take over from the other one.
  if (enable && locally_enabled(state)) return es5::kConditionsNotSatisfied;
  auto to = profile;
  if (enable) {
    m.previous = enabled;
  } else {
    to = std::exchange(m.previous, std::nullopt);
    if (!to || !profile_of(state, *to)) to = m.fallback;
    if (!to) return es5::kConditionsNotSatisfied;
  }
  EIDER_CHECK(accept_change(state, Cause::kLocal, to));
  return 0x9000;
}

}  // namespace eider::card::m2m
