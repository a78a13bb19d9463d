// ES3.UpdateConnectivityParameters: SGP.02 v4.2 section 4.1.3.4. The secure channel is opened by SendData;
// the command itself has a function of its own, so that the SM-SR learns what it is.
#include "roles/smdp/orders.hpp"
#include "roles/smdp/procedures/procedure.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp::connectivity {
namespace {
namespace status = sgp02::status;

Status finish(Work& w, Procedure& p, const sgp02::FunctionExecutionStatus& value) {
  EIDER_CHECK(answer(w, p, value));
  return conclude(w, p);
}

Status send(Work& w, Procedure& p, es8::Scp03Script& script, bool last) {
  EIDER_TRY(next, script.next());
  if (last) {
    sgp02::es3::UpdateConnectivityParametersRequest request;
    request.eid = p.eid;
    request.iccid = *p.iccid;
    request.connectivityParameters = std::move(next.data);
    EIDER_CHECK(call_smsr(w, p, FunctionName::kUpdateConnectivityParameters, std::move(request)));
  } else {
    sgp02::es3::SendDataRequest request;
    request.eid = p.eid;
    request.sdAid = next.sd_aid;
    request.data = std::move(next.data);
    request.moreToDo = true;
    EIDER_CHECK(call_smsr(w, p, FunctionName::kSendData, std::move(request)));
  }
  return w.tx.put_procedure(p);
}
}  // namespace

// It was ordered, or its session with the ISD-P was lost by a restart: the session begins.
Status on_resume(Work& w, Procedure& p) {
  p.resume_at.reset();
  if (w.now >= p.expires_at) return finish(w, p, status::expired());
  const auto owned = owned_profile(w.tx, p.caller, *p.iccid);
  if (!owned) {
    if (!owned.error().as<FunctionStatus>()) return fail(owned.error());
    return finish(w, p, status::failed(owned.error()));
  }
  EIDER_TRY(command, es8::update_connectivity_parameters(p.payload));
  auto script = std::make_shared<es8::Scp03Script>(owned->profile.isdp, owned->keys.keys,
                                                   owned->keys.key_version, std::vector<CommandApdu>{command},
                                                   "UpdateConnectivityParameters", false, w.cx.random);
  EIDER_CHECK(send(w, p, *script, false));
  w.cx.scripts.put(p.id, std::move(script));
  return {};
}

Status on_answer(Work& w, Procedure& p, const Message& reply) {
  const auto session = w.cx.scripts.find(p.id);
  const auto status = status_of(reply);
  if (!session) return on_resume(w, p);
  auto& script = *session;
  const auto* response = reply.as<sgp02::EuiccResponse>();
  if (!executed(status)) return finish(w, p, status);
  const auto taken =
      script.answer(response && response->euiccResponseData ? *response->euiccResponseData : Bytes{});
  if (!taken) return finish(w, p, card_failure(taken.error(), script.step()));
  if (script.done()) return finish(w, p, status);
  return send(w, p, script, true);
}

}  // namespace eider::smdp::connectivity
