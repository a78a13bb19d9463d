// ES5.DeleteProfile and MasterDelete (SGP.02 v4.2 sections 3.6, 3.7, 3.10, 4.1.1.4, 4.1.1.6); and the
// deletion of what POL2 or a failed creation leaves behind.
#include "codec/tlv.hpp"
#include "roles/smsr/policy.hpp"
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
constexpr std::uint16_t kFileNotFound = 0x6A82;

Status begin(StoreTransaction& tx, Context& context, Operation& o) {
  if (o.iccid == Iccid{}) return {};  // an ISD-P that the EIS does not know, on order
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  if (!p) return refuse(code::kIccidUnknown, sgp22::iccid_digits(o.iccid));
  if (o.internal && p->state == ProfileState::kInCreation) return {};
  EIDER_TRY(all, tx.profiles(o.eid));
  // Auto-Delete is of POL2 itself; it never reaches for one that is enabled again.
  if (o.internal && p->state == ProfileState::kEnabled) return refuse(code::kIccidInvalidTransition);
  EIDER_CHECK(may_delete(*p, all));
  if (p->state != ProfileState::kEnabled) return {};
  return again(tx, context, o, Stage::kDisableFirst);
}

Result<Script> script(StoreReader&, Context&, const Operation& o) {
  if (o.stage == Stage::kDisableFirst)
    return Script::of(es5::encode_profile_command(es5::FunctionId::kDisableProfile, o.isdp_aid));
  return Script::of(es5::encode_delete_profile(o.isdp_aid));
}

bool gone(const CardAnswer& answer) {
  return answer.sw() == es5::kNotFound || answer.sw() == kFileNotFound;
}

Status deleted(StoreTransaction& tx, Context& context, const Operation& o, const CardAnswer& answer) {
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  if (p) EIDER_CHECK(profile_gone(tx, context, *p, initiator_of(o)));
  Outcome out;
  out.euicc_response = answer.content;
  return finish(tx, context, o, out);
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  const auto identifier = sgp22::iccid_digits(o.iccid);
  if (o.stage == Stage::kDisableFirst) {
    // Repeated: an earlier attempt may have got through.
    const bool earlier = o.attempts > 1 && answer.sw() == es5::kConditionsNotSatisfied;
    if (answer.ok() || earlier) return wait(tx, context, o, Stage::kNotification);
    return finish(tx, context, o, card_refused(answer, identifier));
  }
  // What POL1 deleted, an earlier attempt or another call that has expired meanwhile, is deleted.
  if (answer.ok() || gone(answer)) return deleted(tx, context, o, answer);
  return finish(tx, context, o, card_refused(answer, identifier));
}

Status begin_master(StoreTransaction& tx, Context&, Operation& o) {
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  if (!p) return refuse(code::kIccidUnknown, sgp22::iccid_digits(o.iccid));
  return may_master_delete(*p);
}
Result<Script> script_master(StoreReader&, Context&, const Operation& o) {
  return Script{isd_r_aid(), make_tlv(0x22, o.data)};
}
Status answered_master(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (answer.ok() || (gone(answer) && o.attempts > 1)) return deleted(tx, context, o, answer);
  return finish(tx, context, o, card_refused(answer, sgp22::iccid_digits(o.iccid)));
}
}  // namespace

const Procedure procedures::kDelete = {
    OperationKind::kDelete, 0x0400, false, false, begin, script, answered, nullptr};
const Procedure procedures::kMasterDelete = {OperationKind::kMasterDelete,
                                             0x0600,
                                             false,
                                             false,
                                             begin_master,
                                             script_master,
                                             answered_master,
                                             nullptr};

}  // namespace eider::smsr
