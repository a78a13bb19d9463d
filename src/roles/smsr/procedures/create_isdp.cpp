// ES5.CreateISDP (SGP.02 v4.2 sections 3.1.1 and 4.1.1.1).
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;

Result<Script> script(StoreReader& reader, Context&, const Operation& o) {
  if (o.stage == Stage::kProbe) return probe_script(o.isdp_aid);
  EIDER_TRY(p, reader.profile(o.eid, o.iccid));
  if (!p) return refuse(code::kIccidUnknown);
  es5::CreateISDP command{o.isdp_aid, std::nullopt};
  if (p->allocated_memory != 0) command.cumulative_granted_memory = p->allocated_memory;
  return Script::of(command.encode());
}

Status created(StoreTransaction& tx, Context& context, const Operation& o, const CardAnswer& answer) {
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  EIDER_TRY(euicc, tx.euicc(o.eid));
  if (!p || !euicc) return refuse(code::kIccidUnknown);
  p->state = ProfileState::kCreated;
  EIDER_CHECK(tx.put_profile(*p));
  euicc->remaining_memory -= std::min(euicc->remaining_memory, p->allocated_memory);
  EIDER_CHECK(tx.put_euicc(*euicc));
  Outcome out;
  out.isdp_aid = o.isdp_aid;
  out.euicc_response = answer.content;
  return finish(tx, context, o, out);
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (o.stage == Stage::kProbe) {
    EIDER_TRY(state, probe_answer(answer));
    return state ? created(tx, context, o, answer) : again(tx, context, o, Stage::kCommand);
  }
  if (answer.ok()) return created(tx, context, o, answer);
  EIDER_CHECK(tx.remove_profile(o.eid, o.iccid));
  return finish(tx, context, o, card_refused(answer, sgp22::iccid_digits(o.iccid)));
}

// Whether the ISD-P is there nobody knows: it is to go, and its AID stays taken till then.
Status expired(StoreTransaction& tx, Context& context, Operation& o) {
  const auto outcome = expired_in(sgp22::iccid_digits(o.iccid));
  EIDER_CHECK(finish(tx, context, o, outcome));
  if (!o.started || o.attempts == 0) return tx.remove_profile(o.eid, o.iccid);
  Operation clean;
  clean.eid = o.eid;
  clean.kind = OperationKind::kDelete;
  clean.internal = true;
  clean.iccid = o.iccid;
  clean.isdp_aid = o.isdp_aid;
  clean.expires_at = context.now() + context.settings.longest_validity;
  return enqueue(tx, context, clean);
}
}  // namespace

const Procedure procedures::kCreateIsdp = {
    OperationKind::kCreateIsdp, 0x0100, true, true, nullptr, script, answered, expired};

}  // namespace eider::smsr
