#include "roles/smsr/orders.hpp"

#include "roles/smsr/policy.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr {
namespace {
// The answer is kept as that of a function is.
Status add(StoreTransaction& tx, const Order& order, Operation o, const char* function, Time now) {
  o.eid = order.eid;
  o.call.function = function;
  o.call.caller = order.initiator;
  o.call.call_identifier = order.identifier;
  o.call.received_at = now;
  o.created_at = o.next_at = now;
  o.expires_at = order.expires_at;
  EIDER_CHECK(tx.put_answered_call({o.call, std::nullopt, {}, order.eid, {}}));
  return tx.add_operation(o);
}
// What is about the card alone.
Status add_plain(StoreTransaction& tx, const Order& order, OperationKind kind, const char* function,
                 Time now) {
  EIDER_CHECK(available(tx, order.eid));
  Operation o;
  o.kind = kind;
  return add(tx, order, std::move(o), function, now);
}
}  // namespace

Status order_master_delete(StoreTransaction& tx, const Order& order, const Iccid& iccid,
                           const sgp02::es5::MasterDelete& command, Time now) {
  EIDER_TRY(euicc, available(tx, order.eid));
  EIDER_TRY(p, tx.profile(euicc.eid, iccid));
  if (!p || p->state == ProfileState::kInCreation)
    return refuse(code::kIccidUnknown, sgp22::iccid_digits(iccid));
  if (p->isdp_aid != command.isdp_aid) return refuse(code::kSdAidUnknown, to_hex(command.isdp_aid));
  EIDER_CHECK(may_master_delete(*p));
  Operation o;
  o.kind = OperationKind::kMasterDelete;
  o.iccid = iccid;
  o.isdp_aid = p->isdp_aid;
  o.data = command.encode().encode();
  return add(tx, order, std::move(o), "ES5-MasterDelete", now);
}

Status order_addressing(StoreTransaction& tx, const Order& order, Time now) {
  return add_plain(tx, order, OperationKind::kAddressing, "ES5-UpdateSMSRAddressingParameters", now);
}
Status order_https_keys(StoreTransaction& tx, const Order& order, Time now) {
  return add_plain(tx, order, OperationKind::kHttpsKeys, "ES5-EstablishISDRKeySet", now);
}
Status order_audit(StoreTransaction& tx, const Order& order, Time now) {
  return add_plain(tx, order, OperationKind::kAudit, "ES5-eUICCCapabilityAudit", now);
}

namespace {
Status must_be_unknown(StoreReader& reader, const Eid& eid, const Aid& isdp_aid) {
  EIDER_TRY(profiles, reader.profiles(eid));
  const auto known = std::ranges::find(profiles, isdp_aid, &Profile::isdp_aid);
  if (known == profiles.end()) return {};
  return refuse(code::kIccidInUse, sgp22::iccid_digits(known->iccid), "the EIS knows this ISD-P");
}
}  // namespace

Status order_deletion_of_unknown(StoreTransaction& tx, const Order& order, const Aid& isdp_aid, Time now) {
  EIDER_CHECK(available(tx, order.eid));
  EIDER_CHECK(must_be_unknown(tx, order.eid, isdp_aid));
  Operation o;
  o.kind = OperationKind::kDelete;
  o.isdp_aid = isdp_aid;
  return add(tx, order, std::move(o), "ES5-DeleteProfile", now);
}

Status adopt(StoreTransaction& tx, const Profile& profile) {
  EIDER_CHECK(available(tx, profile.eid));
  EIDER_CHECK(must_be_unknown(tx, profile.eid, profile.isdp_aid));
  EIDER_TRY(holder, tx.eid_of_iccid(profile.iccid));
  if (holder) return refuse(code::kIccidInUse, sgp22::iccid_digits(profile.iccid));
  return tx.put_profile(profile);
}

Result<std::optional<Outcome>> outcome_of_order(StoreReader& reader, const EntityId& initiator,
                                                const std::string& identifier) {
  EIDER_TRY(answered, reader.answered_call(initiator, identifier));
  return answered ? answered->outcome : std::nullopt;
}

}  // namespace eider::smsr
