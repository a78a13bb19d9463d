// Profile Policy Rules against the Rules Authorisation Table: SGP.22 v2.6.1 section 2.9.2.
#pragma once
#include "spec/sgp22/es10b.hpp"

namespace eider::lpa {

struct PolicyRuleDecision {
  bool allowed = true;
  bool consentRequired = false;
  std::string why;  // when refused
};

// Does an entry of the RAT name this owner? Nibble E of mccMnc and an empty gid stand for any value; a gid
// left out stands for none.
bool operator_matches(const sgp22::OperatorId& allowed, const sgp22::OperatorId& owner);

// Each rule is decided by the first entry that names the rule and the owner; none means refused. PPR1 is
// refused while an Operational Profile is installed.
PolicyRuleDecision evaluate_policy_rules(const std::optional<sgp22::BitString>& rules,
                                         const std::optional<sgp22::OperatorId>& owner,
                                         const std::vector<sgp22::ProfilePolicyAuthorisationRule>& rat,
                                         bool operational_profile_installed);

}  // namespace eider::lpa
