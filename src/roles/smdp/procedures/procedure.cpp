#include "roles/smdp/procedures/procedure.hpp"

#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp {
namespace {
namespace status = sgp02::status;

std::string order_of(const Procedure& p) {
  return p.caller.dotted() + "/" + p.call_identifier;
}

Result<server::StockProfile> reserve(Context& cx, const Procedure& p) {
  EIDER_TRY(message, request_of(p));
  const auto* request = message.as<sgp02::es2::DownloadProfileRequest>();
  if (!request) return fail_local("the procedure is no download");
  server::Reservation r;
  r.order = order_of(p);
  r.owner = p.caller.dotted();
  r.eid = p.eid;
  r.iccid = request->iccid;
  if (request->profileType && !request->profileType->empty()) r.type = request->profileType;
  return cx.inventory.reserve(r);
}
}  // namespace

Fetched fetch(Context& cx, const Procedure& p, const Message* answer) {
  Fetched out;
  if (p.step == Step::kGetEis && !p.stock) out.stock = reserve(cx, p);
  if (p.step == Step::kCreate && p.stock && answer && answer->response() &&
      executed(answer->response()->functionExecutionStatus))
    out.package = cx.inventory.package(p.stock->iccid);
  return out;
}

Status settle(Context& cx, const Procedure& p) {
  if (!p.iccid) return {};
  switch (p.settle) {
    case Settle::kInstalled:
      return cx.inventory.installed(*p.iccid, order_of(p));
    case Settle::kReturned:
      return cx.inventory.returned(*p.iccid, order_of(p));
    case Settle::kDeleted:
      return cx.inventory.deleted(*p.iccid, p.eid);
    case Settle::kNothing:
      break;
  }
  return {};
}

Status on_answer(Work& w, Procedure& p, const Message& answer, Fetched& fetched) {
  if (p.step == Step::kRelay || p.step == Step::kLate) return relay::on_answer(w, p, answer);
  if (p.step == Step::kConnect) return connectivity::on_answer(w, p, answer);
  return download::on_answer(w, p, answer, fetched);
}

namespace {
void await_late(const Work& w, Procedure& p, const Waiting& asked) {
  p.step = Step::kLate;
  p.waiting = asked;
  p.waiting->deadline = w.now + w.cx.config.limits.late_answers;
}
// The download ends, with a warning; the enabling after it may have been done, as one that was asked for
// alone.
Status leave_enabling(Work& w, const Procedure& download, const Waiting& asked) {
  Procedure p;
  p.caller = download.caller;
  p.call_identifier = asked.call_identifier;  // no Operator's: the download has its own
  p.function = FunctionName::kEnableProfile;
  p.requests.push_back(download.requests.front());
  p.smsr = download.smsr;
  p.eid = download.eid;
  p.iccid = download.iccid;
  p.received_at = download.received_at;
  p.expires_at = download.expires_at;
  p.answered = true;
  await_late(w, p, asked);
  return w.tx.add_procedure(p);
}
}  // namespace

// The Operator hears that it expired. An answer that comes later still says what became of the card.
Status on_silence(Work& w, Procedure& p, const Waiting& asked) {
  if (p.step == Step::kLate) return conclude(w, p);
  if (p.step == Step::kEnable) EIDER_CHECK(leave_enabling(w, p, asked));
  if (p.step != Step::kRelay && p.step != Step::kConnect) return download::on_silence(w, p);
  const bool first = !p.answered;
  EIDER_CHECK(answer(w, p, status::expired()));
  if (!first || p.step != Step::kRelay) return conclude(w, p);
  await_late(w, p, asked);
  return w.tx.put_procedure(p);
}

Status on_resume(Work& w, Procedure& p, Fetched& fetched) {
  if (p.step == Step::kSettle) return w.tx.remove_procedure(p.id);  // settled before
  if (p.step == Step::kRelay || p.step == Step::kLate) {            // it asks nothing twice
    EIDER_CHECK(answer(w, p, status::expired()));
    return conclude(w, p);
  }
  if (p.step == Step::kConnect) return connectivity::on_resume(w, p);
  return download::on_resume(w, p, fetched);
}

sgp02::FunctionExecutionStatus card_failure(const Fault& fault, std::string_view step) {
  const auto text = std::string(step) + ": " + fault.message();
  if (fault.as<VerificationFault>()) return status::failed(status::kEcasdVerification, {}, text);
  if (const auto* f = fault.as<FunctionStatus>()) return status::failed(*f);
  return status::failed(status::kIsdpExecutionError, {}, text);
}

}  // namespace eider::smdp
