#include "roles/campaign/plan.hpp"

#include <algorithm>

namespace eider::campaign {
namespace {
using sgp02::Pol2Action, sgp02::Pol2Qualification, sgp02::ProfileInfo, sgp02::ProfileState;

void end_with(Card& card, CardState state, Reason reason) {
  card.state = state;
  card.reason = reason;
}
void skip(Card& card, Reason reason) {
  end_with(card, CardState::kSkipped, reason);
}
void wait_for(Card& card, Action action) {
  card.state = CardState::kWaiting;
  card.action = action;
  card.reason = Reason::kNone;
}

bool is_of(const ProfileInfo& p, const std::string& type) {
  return p.profileType.value_or("") == type;
}
const ProfileInfo* enabled_of(const std::vector<ProfileInfo>& profiles) {
  const auto it = std::ranges::find(profiles, ProfileState::kEnabled, &ProfileInfo::state);
  return it == profiles.end() ? nullptr : &*it;
}
bool selected(const Goal& goal, const std::vector<ProfileInfo>& profiles) {
  const auto* enabled = enabled_of(profiles);
  if (!goal.enabled_type.empty() && (!enabled || !is_of(*enabled, goal.enabled_type))) return false;
  return goal.having_type.empty() ||
         std::ranges::any_of(profiles, [&](const auto& p) { return is_of(p, goal.having_type); });
}

struct Found {
  const ProfileInfo* profile = nullptr;
  bool several = false;
};
// By the ICCID of the list; else of the type, the enabled one before others.
Found find_target(const Goal& goal, const std::vector<ProfileInfo>& profiles, const Card& card) {
  Found out;
  for (const auto& p : profiles) {
    if (card.target ? p.iccid != *card.target : !is_of(p, goal.type)) continue;
    if (p.state == ProfileState::kEnabled) return {&p, false};
    out.several = out.profile != nullptr;
    out.profile = &p;
    if (out.several) break;
  }
  return out;
}

// Section 3.20: the owner may; others when an authorisation for its Profiles of that type names the function.
bool may_enable(const ProfileInfo& p, const EntityId& self, const std::vector<sgp02::Plma>& rights) {
  if (p.mnoId == self) return true;
  return std::ranges::any_of(rights, [&](const sgp02::Plma& r) {
    return r.mnoId == p.mnoId && r.m2mSpId == self &&
           (!r.profileType || *r.profileType == p.profileType.value_or("")) &&
           std::ranges::find(r.authorisedOperations, "EnableProfile") != r.authorisedOperations.end();
  });
}

// As the SM-SR decides at execution (SGP.01 v4.0 section 2.4.3).
std::optional<Reason> obstacle(const ProfileInfo& target, const ProfileInfo* enabled, const EntityId& self,
                               const std::vector<sgp02::Plma>& rights) {
  if (!may_enable(target, self, rights)) return Reason::kNoRight;
  if (target.state == ProfileState::kCreated) return Reason::kNotInstalled;
  if (target.emergencyProfileAttribute.value_or(false)) return Reason::kEmergency;
  if (target.pol2.has(Pol2Action::kEnable, Pol2Qualification::kNotAllowed)) return Reason::kEnableForbidden;
  if (enabled && enabled->pol2.has(Pol2Action::kDisable, Pol2Qualification::kNotAllowed))
    return Reason::kDisableForbidden;
  return std::nullopt;
}

std::uint8_t notes_of(const ProfileInfo* target, const ProfileInfo* enabled) {
  unsigned out = 0;
  if (!enabled) out |= kPresentUnseen;
  if (enabled && enabled->pol2.has(Pol2Action::kDisable, Pol2Qualification::kAutoDelete))
    out |= kDeletesPresent;
  if (target && target->fallbackAttribute) out |= kTargetFallback;
  return static_cast<std::uint8_t>(out);
}

}  // namespace

void decide(const Goal& goal, const EntityId& self, const sgp02::Eis& eis,
            const std::vector<sgp02::Plma>& rights, Card& card) {
  const auto& profiles = eis.profileInfos;
  const bool tried = card.attempts > 0;
  const auto found = find_target(goal, profiles, card);
  if (found.profile && found.profile->state == ProfileState::kEnabled) {
    card.target = found.profile->iccid;
    return end_with(card, CardState::kDone, tried ? Reason::kFoundThere : Reason::kAlreadyThere);
  }
  // Once something was tried the card may look otherwise than it did when it was chosen.
  if (!tried && !selected(goal, profiles)) return skip(card, Reason::kNotSelected);
  if (found.several) return end_with(card, CardState::kHeld, Reason::kSeveralProfiles);
  const auto* enabled = enabled_of(profiles);
  if (!found.profile) {
    if (!goal.download) return skip(card, Reason::kNoSuchProfile);
    if (enabled && enabled->pol2.has(Pol2Action::kDisable, Pol2Qualification::kNotAllowed))
      return skip(card, Reason::kDisableForbidden);
    card.notes = notes_of(nullptr, enabled);
    return wait_for(card, Action::kDownload);
  }
  if (const auto why = obstacle(*found.profile, enabled, self, rights)) return skip(card, *why);
  card.target = found.profile->iccid;
  card.notes = notes_of(found.profile, enabled);
  wait_for(card, Action::kEnable);
}

void decide_unseen(const Goal& goal, Card& card) {
  if (card.target && !goal.download) return wait_for(card, Action::kEnable);
  if (goal.download) return wait_for(card, Action::kDownload);
  wait_for(card, Action::kLook);
}

}  // namespace eider::campaign
