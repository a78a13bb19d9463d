// Fall-back and emergency attribute (SGP.02 v4.2 sections 4.1.1.7 and 4.1.1.13): each is on one Profile at
// most, and setting it on one takes it from the other.
#include "card/m2m/isd_r.hpp"
#include "card/m2m/profile_change.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;

Result<Answer> set_fallback_attribute(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_profile_command(c);
  if (!aid) return refusal(aid.error());
  auto& state = isd_r.state;
  auto& m = *state.m2m;
  const auto* isd_p = find_isd_p(state, *aid);
  if (!isd_p) return Answer(es5::kNotFound);
  if (!profile_of(state, isd_p->instance) || is_test(state, isd_p->instance) ||
      m.emergency == isd_p->instance || changing(state))
    return Answer(es5::kConditionsNotSatisfied);
  if (m.pinned) return Answer(es5::kPol1Forbids);
  m.fallback = isd_p->instance;
  state.save_m2m();
  EIDER_CHECK(state.commit());
  return Answer(0x9000);
}

Result<Answer> set_emergency_profile_attribute(IsdR& isd_r, const CommandView& c) {
  const auto aid = es5::decode_profile_command(c);
  if (!aid) return refusal(aid.error());
  auto& state = isd_r.state;
  auto& m = *state.m2m;
  const auto* isd_p = find_isd_p(state, *aid);
  if (!isd_p) return Answer(es5::kNotFound);
  const auto* profile = profile_of(state, isd_p->instance);
  const auto* enabled = state.enabled_profile();
  const bool emergency_now = enabled && m.emergency == enabled->instance;
  if (!profile || profile->state != sgp22::ProfileState::kDisabled || is_test(state, isd_p->instance) ||
      m.fallback == isd_p->instance || emergency_now || changing(state))
    return Answer(es5::kConditionsNotSatisfied);
  m.emergency = isd_p->instance;
  state.save_m2m();
  EIDER_CHECK(state.commit());
  return Answer(0x9000);
}

}  // namespace eider::card::m2m
