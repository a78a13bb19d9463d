// EnableProfile, DisableProfile, DeleteProfile (DeleteISDP) and the attributes, of ES3 and ES4 (SGP.02 v4.2
// sections 5.4.8 to 5.4.10, 5.5.3 to 5.5.5, and those of v4).
#include "roles/smsr/functions.hpp"
#include "roles/smsr/policy.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr::shared {
namespace {

Result<Handled> queue(StoreTransaction& tx, Context& context, const Incoming& in, OperationKind kind,
                      const Profile& p) {
  auto o = operation_of(in, kind, p.eid);
  o.iccid = p.iccid;
  o.isdp_aid = p.isdp_aid;
  return later(tx, context, std::move(o));
}
// While others wait their turn, the state may become another: then it is checked again at the turn.
Result<bool> first_in_line(StoreReader& reader, const Eid& eid) {
  EIDER_TRY(waiting, reader.operations(eid));
  return std::ranges::none_of(waiting, [](const Operation& o) { return !o.internal || o.started; });
}

// Who has the attribute now loses it: its owner must let that happen.
Status may_take(StoreReader& reader, const Incoming& in, const Profile& to, bool Profile::* attribute,
                std::string_view unset) {
  EIDER_TRY(all, reader.profiles(to.eid));
  for (const auto& p : all) {
    if (!(p.*attribute) || p.iccid == to.iccid || p.owner == to.owner) continue;
    const auto& party = in.caller.interface == sgp02::Interface::kEs3 ? to.owner : in.caller.id;
    EIDER_TRY(may, authorised(reader, p.owner, party, p.type, unset));
    if (!may && p.owner != party)
      return refuse(code::kIccidNotAllowed, sgp22::iccid_digits(p.iccid),
                    "its owner does not let the attribute go");
  }
  return {};
}
}  // namespace

Result<Handled> enable_profile(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::EnableProfileRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  EIDER_TRY(first, first_in_line(tx, r.eid));
  EIDER_TRY(all, tx.profiles(r.eid));
  if (first) EIDER_CHECK(may_enable(p, all));
  return queue(tx, context, in, OperationKind::kEnable, p);
}

Result<Handled> disable_profile(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::DisableProfileRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  EIDER_TRY(first, first_in_line(tx, r.eid));
  EIDER_TRY(all, tx.profiles(r.eid));
  if (first) EIDER_CHECK(may_disable(p, all));
  return queue(tx, context, in, OperationKind::kDisable, p);
}

Result<Handled> delete_profile(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto* isdp = std::any_cast<sgp02::es3::DeleteISDPRequest>(in.body);
  const auto& eid = isdp ? isdp->eid : in.as<sgp02::es4::DeleteProfileRequest>().eid;
  const auto& iccid = isdp ? isdp->iccid : in.as<sgp02::es4::DeleteProfileRequest>().iccid;
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, eid, iccid));
  EIDER_TRY(first, first_in_line(tx, eid));
  EIDER_TRY(all, tx.profiles(eid));
  if (first) EIDER_CHECK(may_delete(p, all));
  return queue(tx, context, in, OperationKind::kDelete, p);
}

Result<Handled> set_fallback_attribute(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::SetFallBackAttributeRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  EIDER_CHECK(may_take(tx, in, p, &Profile::fallback, "UnsetFallBackAttribute"));
  EIDER_TRY(first, first_in_line(tx, r.eid));
  if (first) EIDER_CHECK(may_set_fallback(p));
  return queue(tx, context, in, OperationKind::kSetFallback, p);
}

Result<Handled> set_emergency_attribute(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::SetEmergencyProfileAttributeRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  EIDER_CHECK(may_take(tx, in, p, &Profile::emergency, "UnsetEmergencyProfileAttribute"));
  EIDER_TRY(first, first_in_line(tx, r.eid));
  if (first) EIDER_CHECK(may_set_emergency(p));
  return queue(tx, context, in, OperationKind::kSetEmergency, p);
}

}  // namespace eider::smsr::shared
