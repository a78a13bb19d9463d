// ES4.PrepareSMSRChange, to the SM-SR that will manage the eUICC, and ES4.SMSRChange, to the one that does
// (SGP.02 v4.2 sections 3.8, 5.5.9, 5.5.10).
#include "roles/smsr/functions.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr::es4 {
namespace {
Status known_smsr(const Context& context, const EntityId& id) {
  const auto* peer = context.settings.find(id);
  if (!peer || peer->url.empty() || (peer->parties & sgp02::kSmSr) == 0)
    return refuse(code::kSmsrUnknown, id.dotted());
  return {};
}
}  // namespace

Result<Handled> prepare_smsr_change(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es4::PrepareSMSRChangeRequest>();
  const auto& s = context.settings;
  if (!s.accept_handovers || !s.certificate || !s.signing_key)
    return refuse(code::kSmsrRefused, s.id.dotted(), "this SM-SR takes no eUICCs over");
  EIDER_CHECK(known_smsr(context, r.currentSMSRid));
  EIDER_TRY(here, tx.euicc(r.eid));
  if (here) return refuse(code::kEidInUse, sgp22::eid_digits(r.eid));
  EIDER_CHECK(tx.put_expected_handover({r.eid, r.currentSMSRid, in.caller.id, in.expires_at}));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> smsr_change(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::es4::SMSRChangeRequest>();
  EIDER_TRY(euicc, available(tx, r.eid));
  EIDER_TRY(profiles, tx.profiles(euicc.eid));
  bool may = false;
  for (const auto& p : profiles) {
    if (p.state == ProfileState::kInCreation) continue;
    EIDER_TRY(plma, authorised(tx, p.owner, in.caller.id, p.type, "SMSRChange"));
    may = may || plma || p.owner == in.caller.id;
  }
  if (!may) return refuse(code::kEuiccNotAllowed, sgp22::eid_digits(r.eid));
  EIDER_CHECK(known_smsr(context, r.targetSMSRid));
  EIDER_TRY(waiting, tx.operations(r.eid));
  // An audit that nobody waits for is the next manager's. An ISD-P that is to go is not: its EIS does not say
  // so.
  const auto left_to_the_next = [](const Operation& o) {
    return o.internal && !o.started && o.kind == OperationKind::kAudit;
  };
  if (!std::ranges::all_of(waiting, left_to_the_next))
    return refuse(code::kBusy, sgp22::eid_digits(r.eid), "operations are pending");
  for (const auto& o : waiting) EIDER_CHECK(tx.remove_operation(o.id));
  auto o = operation_of(in, OperationKind::kHandover, r.eid);
  o.peer = r.targetSMSRid;
  return later(tx, context, std::move(o));
}

}  // namespace eider::smsr::es4
