#include "card/profile_policy.hpp"

namespace eider::card {
namespace {
// RAT entry: omitted means that the owner has none, empty means any, else equal.
bool gid_matches(const std::optional<Bytes>& allowed, const std::optional<Bytes>& owner) {
  if (!allowed) return !owner || owner->empty();
  return allowed->empty() || (owner && *owner == *allowed);
}
}  // namespace

bool operator_matches(const sgp22::OperatorId& allowed, const sgp22::OperatorId& owner) {
  for (std::size_t i = 0; i < 3; ++i) {
    for (const int shift : {0, 4}) {
      const int a = allowed.mccMnc[i] >> shift & 0xF;
      if (a != 0xE && a != (owner.mccMnc[i] >> shift & 0xF)) return false;
    }
  }
  return gid_matches(allowed.gid1, owner.gid1) && gid_matches(allowed.gid2, owner.gid2);
}

const sgp22::ProfilePolicyAuthorisationRule* find_authorisation(
    std::span<const sgp22::ProfilePolicyAuthorisationRule> rat, int ppr, const sgp22::OperatorId& owner) {
  for (const auto& rule : rat) {
    if (!rule.pprIds.test(ppr)) continue;
    for (const auto& allowed : rule.allowedOperators)
      if (operator_matches(allowed, owner)) return &rule;
  }
  return nullptr;
}

bool operational_profile_installed(const PersistentState& state) {
  return std::ranges::any_of(state.profiles, [](const auto& entry) {
    return entry.second.metadata.profileClass == sgp22::ProfileClass::kOperational;
  });
}

der::BitString forbidden_profile_policy_rules(const PersistentState& state) {
  der::BitString out;
  for (const int ppr : {sgp22::kPpr1, sgp22::kPpr2}) {
    const auto& rat = state.personalisation.rat;
    if (std::ranges::none_of(rat, [&](const auto& rule) { return rule.pprIds.test(ppr); })) out.set(ppr);
  }
  if (operational_profile_installed(state)) out.set(sgp22::kPpr1);
  return out;
}

bool policy_rules_acceptable(const PersistentState& state, const sgp22::StoreMetadataRequest& metadata) {
  if (!metadata.profilePolicyRules) return true;
  auto rules = *metadata.profilePolicyRules;
  rules.set(sgp22::kPprUpdateControl, false);  // not a rule
  if (rules.none()) return true;
  if (!metadata.profileOwner) return false;
  for (int ppr = 1; ppr < 128; ++ppr) {
    if (!rules.test(ppr)) continue;
    if (ppr > sgp22::kPpr2) return false;  // a rule of a later version cannot be enforced
    if (!find_authorisation(state.personalisation.rat, ppr, *metadata.profileOwner)) return false;
  }
  return !(rules.test(sgp22::kPpr1) && operational_profile_installed(state));
}

}  // namespace eider::card
