// An ES2 function whose work the SM-SR does.
#include "roles/smdp/es2/functions.hpp"
#include "roles/smdp/procedures/procedure.hpp"

namespace eider::smdp::relay {

namespace {
// The SM-SR that carried it out manages the card, though its notification of the change got lost.
Status note_manager(Work& w, const Procedure& p) {
  if (!p.iccid) return {};
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  if (!profile || !(profile->eid == p.eid) || profile->smsr == p.smsr) return {};
  profile->smsr = p.smsr;
  return w.tx.put_profile(*profile);
}

// It came late, and the Profile has been reported on since.
Result<bool> is_overtaken(Work& w, const Procedure& p, const Message& reply) {
  const auto* base = reply.response();
  if (!p.answered || !p.iccid || !base || !base->processingEnd) return false;
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  return profile && profile->changed_at > *base->processingEnd;
}
}  // namespace

Status on_answer(Work& w, Procedure& p, const Message& reply) {
  const auto* relay = es2::find_relay(p.function);
  if (!relay) return fail_local("no function of ES2 is relayed under this number");
  EIDER_TRY(request, request_of(p));
  const auto status = status_of(reply);
  if (!reply.function) {  // a SOAP fault
    EIDER_CHECK(answer(w, p, status));
    return conclude(w, p);
  }
  auto response = reply.body;  // the two interfaces have one struct
  if (executed(status)) EIDER_CHECK(note_manager(w, p));
  EIDER_TRY(overtaken, is_overtaken(w, p, reply));
  if (executed(status) && relay->executed && !overtaken)
    EIDER_CHECK(relay->executed(w, p, request.body, response));
  EIDER_CHECK(answer(w, p, response));
  return conclude(w, p);
}

}  // namespace eider::smdp::relay
