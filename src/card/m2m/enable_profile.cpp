#include "card/m2m/isd_r.hpp"
#include "card/m2m/profile_change.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

namespace {
// What the SM-SR may neither enable nor disable: the Profiles that the device switches itself.
bool is_local(const PersistentState& state, std::uint16_t instance) {
  return is_test(state, instance) || state.m2m->emergency == instance;
}

// Sections 3.2 and 4.1.1.2.
std::uint16_t check_enable(PersistentState& state, const IsdP* target) {
  if (!target) return es5::kNotFound;
  const auto* profile = profile_of(state, target->instance);
  if (!profile || profile->state != sgp22::ProfileState::kDisabled || changing(state) ||
      is_local(state, target->instance))
    return es5::kConditionsNotSatisfied;
  const auto* enabled = state.enabled_profile();
  if (enabled && is_local(state, enabled->instance)) return es5::kConditionsNotSatisfied;
  const auto pinned = state.m2m->pinned;
  if (pinned && pinned != target->instance) return es5::kPol1Forbids;
  if (enabled && (state.isd_ps.at(enabled->instance).pol1 & kDisablingNotAllowed) != 0)
    return es5::kPol1Forbids;
  return 0x9000;
}

// Sections 3.4 and 4.1.1.3: the Profile with the fall-back attribute takes over.
std::uint16_t check_disable(PersistentState& state, const IsdP* target) {
  if (!target) return es5::kNotFound;
  const auto& m = *state.m2m;
  const auto* profile = profile_of(state, target->instance);
  if (!profile || profile->state != sgp22::ProfileState::kEnabled || changing(state) ||
      is_local(state, target->instance) || !m.fallback || m.fallback == target->instance)
    return es5::kConditionsNotSatisfied;
  if ((target->pol1 & kDisablingNotAllowed) != 0) return es5::kPol1Forbids;
  return 0x9000;
}
}  // namespace

Result<Answer> enable_profile(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_profile_command(c);
  if (!aid) return refusal(aid.error());
  auto& state = isd_r.state;
  const auto* target = find_isd_p(state, *aid);
  if (const auto sw = check_enable(state, target); sw != 0x9000) return Answer(sw);
  EIDER_CHECK(accept_change(state, Cause::kCommand, target->instance));
  return Answer(0x9000);
}

Result<Answer> disable_profile(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_profile_command(c);
  if (!aid) return refusal(aid.error());
  auto& state = isd_r.state;
  if (const auto sw = check_disable(state, find_isd_p(state, *aid)); sw != 0x9000) return Answer(sw);
  EIDER_CHECK(accept_change(state, Cause::kCommand, state.m2m->fallback));
  return Answer(0x9000);
}

}  // namespace eider::card::m2m
