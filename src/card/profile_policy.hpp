// Profile Policy Rules and the Rules Authorisation Table (SGP.22 v2.6.1 section 2.9).
#pragma once
#include "card/persistent_state.hpp"

namespace eider::card {

// Section 2.9.2.1: does this entry of a RAT (wildcards allowed) cover the Profile Owner?
bool operator_matches(const sgp22::OperatorId& allowed, const sgp22::OperatorId& owner);
// The first entry that names the rule and covers the owner; nullptr: the rule is not allowed.
const sgp22::ProfilePolicyAuthorisationRule* find_authorisation(
    std::span<const sgp22::ProfilePolicyAuthorisationRule> rat, int ppr, const sgp22::OperatorId& owner);

inline bool has_rule(const IsdPRecord& profile, int ppr) {
  return profile.metadata.profilePolicyRules && profile.metadata.profilePolicyRules->test(ppr);
}
bool operational_profile_installed(const PersistentState& state);
// EUICCInfo2.forbiddenProfilePolicyRules (section 4.3).
der::BitString forbidden_profile_policy_rules(const PersistentState& state);
// The card's check at StoreMetadata (section 5.5.3): every rule allowed for the owner, and PPR1 only on a
// card without an Operational Profile.
bool policy_rules_acceptable(const PersistentState& state, const sgp22::StoreMetadataRequest& metadata);

}  // namespace eider::card
