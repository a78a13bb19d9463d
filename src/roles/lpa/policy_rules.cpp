#include "roles/lpa/policy_rules.hpp"

#include <algorithm>

namespace eider::lpa {
using namespace sgp22;
namespace {
bool nibble_matches(int allowed, int owner) {
  return allowed == 0xE || allowed == owner;
}

bool gid_matches(const std::optional<Bytes>& allowed, const std::optional<Bytes>& owner) {
  if (!allowed) return !owner || owner->empty();
  return allowed->empty() || (owner && *owner == *allowed);
}

std::string rule_name(int bit) {
  return bit == kPpr1 || bit == kPpr2 ? "PPR" + std::to_string(bit)
                                      : "Profile Policy Rule bit " + std::to_string(bit);
}
}  // namespace

bool operator_matches(const OperatorId& allowed, const OperatorId& owner) {
  for (std::size_t i = 0; i < 3; ++i)
    if (!nibble_matches(allowed.mccMnc[i] >> 4, owner.mccMnc[i] >> 4) ||
        !nibble_matches(allowed.mccMnc[i] & 15, owner.mccMnc[i] & 15))
      return false;
  return gid_matches(allowed.gid1, owner.gid1) && gid_matches(allowed.gid2, owner.gid2);
}

PolicyRuleDecision evaluate_policy_rules(const std::optional<BitString>& rules,
                                         const std::optional<OperatorId>& owner,
                                         const std::vector<ProfilePolicyAuthorisationRule>& rat,
                                         bool operational_profile_installed) {
  PolicyRuleDecision out;
  const auto refuse = [&](std::string why) { return PolicyRuleDecision{false, false, std::move(why)}; };
  if (!rules) return out;
  for (int bit = 1; bit < 128; ++bit) {  // bit 0 is pprUpdateControl, which is no rule
    if (!rules->test(bit)) continue;
    if (bit != kPpr1 && bit != kPpr2) return refuse(rule_name(bit) + " is unknown");
    if (!owner) return refuse(rule_name(bit) + " is set but the metadata names no Profile owner");
    const auto entry = std::ranges::find_if(rat, [&](const auto& rule) {
      return rule.pprIds.test(bit) && std::ranges::any_of(rule.allowedOperators, [&](const auto& o) {
               return operator_matches(o, *owner);
             });
    });
    if (entry == rat.end())
      return refuse(rule_name(bit) + " is not authorised for this operator by the Rules Authorisation Table");
    if (bit == kPpr1 && operational_profile_installed)
      return refuse("PPR1 is not allowed while another Operational Profile is installed");
    out.consentRequired |= entry->pprFlags.test(0);
  }
  return out;
}

}  // namespace eider::lpa
