// An ES2 function whose work the SM-SR does.
#include "roles/smdp/es2/functions.hpp"
#include "roles/smdp/procedures/procedure.hpp"

namespace eider::smdp::relay {

namespace {
// The SM-SR that carries functions out manages the card, though its notification of the change got lost.
Status note_manager(Work& w, const Procedure& p) {
  if (!p.iccid) return {};
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  if (!profile || !(profile->eid == p.eid) || profile->smsr == p.smsr) return {};
  profile->smsr = p.smsr;
  return w.tx.put_profile(*profile);
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
  if (executed(status) && !p.answered) EIDER_CHECK(note_manager(w, p));
  if (executed(status) && relay->executed) EIDER_CHECK(relay->executed(w, p, request.body, response));
  EIDER_CHECK(answer(w, p, response));
  return conclude(w, p);
}

}  // namespace eider::smdp::relay
