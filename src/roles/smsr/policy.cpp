#include "roles/smsr/policy.hpp"

#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
using sgp02::Pol2Action, sgp02::Pol2Qualification;

bool forbids(const Profile& p, Pol2Action action) {
  return p.pol2.has(action, Pol2Qualification::kNotAllowed);
}
std::string digits(const Profile& p) {
  return sgp22::iccid_digits(p.iccid);
}
tl::unexpected<Fault> wrong_state(const Profile& p, const char* needed) {
  return refuse(code::kIccidInvalidTransition, digits(p),
                "the Profile is " + std::string(to_string(p.state)) + ", not " + needed);
}
// Section 2.2.1.3 of SGP.01 (PRO22, PRO23).
Status no_test_profile(const Profile& p) {
  if (p.test) return refuse(code::kIccidNotAllowed, digits(p), "a test Profile is the device's alone");
  return {};
}
}  // namespace

Status check_rules(const Pol2& pol2) {
  for (const auto& rule : pol2.rules)
    if (rule.qualification == Pol2Qualification::kAutoDelete && rule.action != Pol2Action::kDisable)
      return refuse(code::kFormatInvalid, "Pol2", "Auto-Delete is a qualification of DISABLE alone");
  return {};
}

Status may_enable(const Profile& p, const std::vector<Profile>& all) {
  EIDER_CHECK(no_test_profile(p));
  if (p.state != ProfileState::kDisabled) return wrong_state(p, "Disabled");
  if (forbids(p, Pol2Action::kEnable)) return refuse(code::kPol2Refuses, digits(p));
  const auto enabled = enabled_of(all);
  if (enabled && forbids(*enabled, Pol2Action::kDisable)) return refuse(code::kPol2Refuses, digits(*enabled));
  return {};
}

Status may_disable(const Profile& p, const std::vector<Profile>& all) {
  EIDER_CHECK(no_test_profile(p));
  if (p.state != ProfileState::kEnabled) return wrong_state(p, "Enabled");
  if (p.fallback) return refuse(code::kPol2Refuses, digits(p), "it has the fall-back attribute");
  if (forbids(p, Pol2Action::kDisable)) return refuse(code::kPol2Refuses, digits(p));
  // The card enables the one with the fall-back attribute in its place.
  for (const auto& other : all)
    if (other.fallback && forbids(other, Pol2Action::kEnable))
      return refuse(code::kPol2Refuses, digits(other));
  return {};
}

Status may_delete(const Profile& p, const std::vector<Profile>& all) {
  EIDER_CHECK(no_test_profile(p));
  if (p.fallback) return refuse(code::kPol2Refuses, digits(p), "it has the fall-back attribute");
  if (forbids(p, Pol2Action::kDelete)) return refuse(code::kPol2Refuses, digits(p));
  if (p.state == ProfileState::kEnabled) return may_disable(p, all);
  return {};
}

Status may_master_delete(const Profile& p) {
  if (p.state != ProfileState::kDisabled) return wrong_state(p, "Disabled");
  if (p.fallback) return refuse(code::kPol2Refuses, digits(p), "it has the fall-back attribute");
  return {};
}

Status may_set_fallback(const Profile& p) {
  EIDER_CHECK(no_test_profile(p));
  if (p.state != ProfileState::kDisabled && p.state != ProfileState::kEnabled)
    return wrong_state(p, "Disabled or Enabled");
  if (p.emergency) return refuse(code::kIccidInvalidTransition, digits(p), "it has the emergency attribute");
  return {};
}

Status may_set_emergency(const Profile& p) {
  EIDER_CHECK(no_test_profile(p));
  if (p.state != ProfileState::kDisabled) return wrong_state(p, "Disabled");
  if (p.fallback) return refuse(code::kIccidInvalidTransition, digits(p), "it has the fall-back attribute");
  return {};
}

}  // namespace eider::smsr
