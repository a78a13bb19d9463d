#include "roles/smsr/registry.hpp"

#include "roles/smsr/operations.hpp"
#include "roles/smsr/outbox.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::smsr {

std::optional<Profile> enabled_of(const std::vector<Profile>& profiles) {
  for (const auto& p : profiles)
    if (p.state == ProfileState::kEnabled) return p;
  return std::nullopt;
}
std::optional<Profile> with_aid(const std::vector<Profile>& profiles, const Aid& isdp_aid) {
  for (const auto& p : profiles)
    if (p.isdp_aid == isdp_aid) return p;
  return std::nullopt;
}

Result<Aid> free_aid(const std::vector<Profile>& profiles) {
  for (std::uint32_t n = sgp22::kFirstIsdPInstance; n <= 0xFFFF; ++n) {
    const auto aid = *Aid::from(sgp22::isd_p_aid(static_cast<std::uint16_t>(n)));
    if (!with_aid(profiles, aid)) return aid;
  }
  return refuse(code::kEuiccMemory, {}, "every ISD-P AID is in use");
}

std::optional<EntityId> initiator_of(const Operation& o) {
  if (o.call.caller.empty()) return std::nullopt;
  return o.call.caller;
}

Result<std::optional<Profile>> set_enabled(StoreTransaction& tx, Context& context, const Eid& eid,
                                           const Aid& isdp_aid, const Operation* by) {
  EIDER_TRY(profiles, tx.profiles(eid));
  std::optional<Profile> before;
  if (!with_aid(profiles, isdp_aid)) return before;  // one that this SM-SR does not know
  for (auto& p : profiles) {
    const bool now = p.isdp_aid == isdp_aid, was = p.state == ProfileState::kEnabled;
    if (now == was) continue;
    p.state = now ? ProfileState::kEnabled : ProfileState::kDisabled;
    EIDER_CHECK(tx.put_profile(p));
    EIDER_CHECK(report(tx, context, p, now ? Report::kEnabled : Report::kDisabled,
                       by ? initiator_of(*by) : std::nullopt,
                       by && by->iccid == p.iccid && by->kind != OperationKind::kDelete));
    if (was) before = p;
  }
  return before;
}

Status profile_gone(StoreTransaction& tx, Context& context, const Profile& profile,
                    const std::optional<EntityId>& initiator) {
  EIDER_CHECK(tx.remove_profile(profile.eid, profile.iccid));
  if (profile.state == ProfileState::kInCreation) return {};
  EIDER_TRY(euicc, tx.euicc(profile.eid));
  if (euicc) {
    euicc->remaining_memory += profile.allocated_memory;
    EIDER_CHECK(tx.put_euicc(*euicc));
  }
  return report(tx, context, profile, Report::kDeleted, initiator);
}

Status apply_auto_delete(StoreTransaction& tx, Context& context, const Profile& profile) {
  using sgp02::Pol2Action, sgp02::Pol2Qualification;
  if (!profile.pol2.has(Pol2Action::kDisable, Pol2Qualification::kAutoDelete)) return {};
  EIDER_TRY(still, tx.profile(profile.eid, profile.iccid));
  if (!still) return {};  // POL1 did it
  Operation o;
  o.eid = profile.eid;
  o.kind = OperationKind::kDelete;
  o.internal = true;
  o.iccid = profile.iccid;
  o.isdp_aid = profile.isdp_aid;
  o.expires_at = context.now() + context.settings.longest_validity;
  return enqueue(tx, context, o);
}

}  // namespace eider::smsr
