// Profile download and installation: SGP.02 v4.2 section 3.1. The numbers of steps are those of the
// specification. Sessions with ISD-Ps live in memory: what a restart interrupts is deleted and begun anew.
#include "roles/smdp/es8/ecasd.hpp"
#include "roles/smdp/procedures/eligibility.hpp"
#include "roles/smdp/procedures/procedure.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp::download {
namespace {
namespace status = sgp02::status;
using sgp02::ExecutionStatus;
using sgp02::FunctionExecutionStatus;

// Step 20.
Status give_answer(Work& w, Procedure& p) {
  sgp02::es2::DownloadProfileResponse response;
  response.base.functionExecutionStatus = p.outcome;
  response.iccid = p.iccid;
  response.euiccResponseData = p.euicc_response;
  return answer(w, p, response);
}
Status finish(Work& w, Procedure& p, FunctionExecutionStatus outcome, Settle settle) {
  p.outcome = std::move(outcome);
  p.settle = p.stock ? settle : Settle::kNothing;
  EIDER_CHECK(give_answer(w, p));
  return conclude(w, p);
}
Status wait(Work& w, Procedure& p) {
  resume_later(w, p);
  return w.tx.put_procedure(p);
}

// Steps 2 to 4.
Status ask_for_eis(Work& w, Procedure& p) {
  p.step = Step::kGetEis;
  sgp02::es3::GetEISRequest request;
  request.eid = p.eid;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kGetEIS, std::move(request)));
  return w.tx.put_procedure(p);
}

// Another download to this card is on its way: its ISD-P is not one that was left behind.
Result<bool> another_is_first(Work& w, const Procedure& p) {
  EIDER_TRY(others, w.tx.procedures(p.eid));
  for (const auto& o : others)
    if (o.id < p.id && o.function == FunctionName::kDownloadProfile && o.step != Step::kSettle) return true;
  return false;
}

Status delete_isdp(Work& w, Procedure& p, Step step, const Iccid& iccid) {
  p.step = step;
  sgp02::es3::DeleteISDPRequest request;
  request.eid = p.eid;
  request.iccid = iccid;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kDeleteISDP, std::move(request)));
  return w.tx.put_procedure(p);
}
// Error management. What of the card's answers is wanted by the operator is in `p` already.
Status undo(Work& w, Procedure& p, FunctionExecutionStatus outcome, bool again) {
  p.outcome = std::move(outcome);
  p.again = again && p.attempts < w.cx.config.limits.download_attempts && w.now < p.expires_at;
  w.cx.installations.erase(p.id);
  return delete_isdp(w, p, Step::kUndo, *p.iccid);
}

// Steps 6 and 7.
Status create_isdp(Work& w, Procedure& p) {
  p.step = Step::kCreate;
  ++p.attempts;
  sgp02::es3::CreateISDPRequest request;
  request.eid = p.eid;
  request.iccid = *p.iccid;
  request.mnoId = p.caller;
  const auto& limits = w.cx.config.limits;
  const auto size = p.stock->size;
  if (size != 0) request.requiredMemory = size + size * limits.memory_percent / 100 + limits.memory_octets;
  request.moreToDo = true;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kCreateISDP, std::move(request)));
  return w.tx.put_procedure(p);
}

// Step 5 and 5b.
Status take_eis(Work& w, Procedure& p, const sgp02::Eis& eis) {
  if (!(eis.eid() == p.eid)) return finish(w, p, status::failed(status::kEisInvalid), Settle::kReturned);
  if (const auto verified = verify_eis(w.cx, eis); !verified)
    return finish(w, p, status::failed(status::kEisSignature, {}, verified.error().message()),
                  Settle::kReturned);
  const auto ecasd = verified_ecasd(w.cx, eis, w.now);
  if (!ecasd) return finish(w, p, ecasd_failure(ecasd.error()), Settle::kReturned);
  if (!w.cx.credential_of(ecasd->ci))
    return finish(
        w, p, status::failed(status::kEuiccCertificateInvalid, {}, "no CERT.DP.ECDSA under the card's CI"),
        Settle::kReturned);
  p.ecasd = to_bytes(ecasd->certificate.octets());
  p.ci = ecasd->ci;
  for (const auto& info : eis.profileInfos) {
    const bool own = info.smdpId && *info.smdpId == w.cx.config.self.id;
    if (own && info.state == sgp02::ProfileState::kCreated &&
        std::ranges::find(p.cleaned, info.iccid) == p.cleaned.end()) {
      p.cleaned.push_back(info.iccid);
      return delete_isdp(w, p, Step::kCleanUp, info.iccid);
    }
    if (info.iccid == *p.iccid && info.state != sgp02::ProfileState::kCreated)
      return finish(w, p, status::failed(status::kIccidInUse, iccid_text(*p.iccid)), Settle::kNothing);
  }
  if (const auto eligible = check_eligibility(eis, *p.stock); !eligible)
    return finish(w, p, status::failed(eligible.error()), Settle::kReturned);
  return create_isdp(w, p);
}

Status send_next(Work& w, Procedure& p, es8::Installation& installation) {
  p.step = Step::kCard;
  EIDER_TRY(next, installation.next());
  sgp02::es3::SendDataRequest request;
  request.eid = p.eid;
  request.sdAid = next.sd_aid;
  request.data = std::move(next.data);
  request.moreToDo = next.more_to_do;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kSendData, std::move(request)));
  return w.tx.put_procedure(p);
}

// Step 14: the session with the new ISD-P begins.
Status begin_installation(Work& w, Procedure& p, Secret package) {
  EIDER_TRY(certificate, crypto::GpCertificate::decode(p.ecasd));
  const auto* credential = w.cx.credential_of(p.ci);
  if (!credential) return fail_local("the credential under the card's CI is gone");
  EIDER_TRY(owner, w.tx.find_operator(p.caller));
  std::optional<es8::TokenKey> token;
  if (owner && owner->delete_tokens) token = es8::TokenKey{owner->domain, 1, Secret(w.cx.random.bytes(16))};
  auto options = w.cx.config.download;
  options.more_to_do_after = p.enable;
  auto installation =
      std::make_shared<es8::Installation>(*p.isdp, certificate.public_key(), *credential, w.cx.config.keys,
                                          std::move(token), std::move(package), options, w.cx.random);
  EIDER_CHECK(send_next(w, p, *installation));
  w.cx.installations.put(p.id, std::move(installation));
  return {};
}

// Step 18, with what this SM-DP keeps of the Profile from now on.
Status complete(Work& w, Procedure& p) {
  EIDER_TRY(policy, w.tx.type_policy(p.stock->type));
  EIDER_TRY(owner, w.tx.find_operator(p.caller));
  Profile profile;
  profile.iccid = *p.iccid;
  profile.eid = p.eid;
  profile.smsr = p.smsr;
  profile.owner = p.caller;
  profile.isdp = *p.isdp;
  profile.type = p.stock->type;
  if (policy) profile.pol2 = policy->pol2;
  profile.address = {p.stock->imsi, p.stock->msisdn};
  profile.changed_at = w.now;
  EIDER_CHECK(w.tx.put_profile(profile));
  const auto done = w.cx.installations.find(p.id);
  if (done && owner) {
    IsdpKeys keys{profile.iccid, owner->keys, done->key_version(), {}, done->token()};
    if (owner->keys != KeyPolicy::kDelete) keys.keys = done->keys();
    EIDER_CHECK(w.tx.put_keys(keys));
  }
  p.step = Step::kCompleted;
  sgp02::es3::ProfileDownloadCompletedRequest request;
  request.eid = p.eid;
  request.iccid = profile.iccid;
  request.profileType = profile.type;
  if (profile.address.imsi || profile.address.msisdn) request.subscriptionAddress = profile.address;
  if (!profile.pol2.rules.empty()) request.pol2 = profile.pol2;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kProfileDownloadCompleted, std::move(request)));
  return w.tx.put_procedure(p);
}

// Nothing of it stays on the card, so nothing of it is kept.
Status forget(Work& w, const Procedure& p) {
  EIDER_CHECK(w.tx.remove_keys(*p.iccid));
  return w.tx.remove_profile(*p.iccid);
}

// Steps 14 to 17.
Status take_card_answer(Work& w, Procedure& p, const Message& reply) {
  const auto session = w.cx.installations.find(p.id);
  if (!session)
    return undo(w, p, status::failed(status::kExecutionError, {}, "the SM-DP was started anew"), true);
  auto& installation = *session;
  const auto step = std::string(installation.step());
  const auto* response = reply.as<sgp02::EuiccResponse>();
  const auto status = status_of(reply);
  const bool has_data = response && response->euiccResponseData && !response->euiccResponseData->empty();
  if (!executed(status) && !has_data) return undo(w, p, status, is_passing(status));
  const auto taken = installation.answer(has_data ? *response->euiccResponseData : Bytes{});
  if (const auto* result = installation.result(); result && !result->response.empty())
    p.euicc_response = result->response;
  if (!taken) {
    if (!p.euicc_response && has_data) p.euicc_response = response->euiccResponseData;
    auto failure = card_failure(taken.error(), step);
    if (const auto* result = installation.result()) describe_elements(*result, failure);
    return undo(w, p, std::move(failure), false);
  }
  if (!executed(status)) return undo(w, p, status, is_passing(status));
  if (!installation.done()) return send_next(w, p, installation);
  p.outcome = {};
  describe_elements(*installation.result(), p.outcome);
  return complete(w, p);
}

// When the SM-SR did what it answers, by its clock, as that of its notifications.
std::optional<Time> done_at(const Message& reply) {
  return reply.response() ? reply.response()->processingEnd : std::nullopt;
}
// What the card does from here on is later than this.
Status take_completed(Work& w, const Procedure& p, const Message& reply) {
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  const auto end = done_at(reply);
  if (!profile || !end || profile->state != sgp02::ProfileState::kDisabled) return {};
  profile->changed_at = *end;
  return w.tx.put_profile(*profile);
}

// Step 19.
Status enable_or_finish(Work& w, Procedure& p) {
  if (!p.enable || p.answered) return finish(w, p, p.outcome, Settle::kInstalled);
  p.step = Step::kEnable;
  sgp02::es3::EnableProfileRequest request;
  request.eid = p.eid;
  request.iccid = *p.iccid;
  EIDER_CHECK(call_smsr(w, p, FunctionName::kEnableProfile, std::move(request)));
  return w.tx.put_procedure(p);
}
// `end`: when it was enabled. What was reported of the Profile since stays.
Status take_enabled(Work& w, Procedure& p, const FunctionExecutionStatus& status, std::optional<Time> end) {
  if (!executed(status)) {
    const auto& why = status.statusCodeData;
    p.outcome = {ExecutionStatus::kExecutedWithWarning,
                 why ? why : status::failed(status::kFunctionExpired).statusCodeData};
    return finish(w, p, p.outcome, Settle::kInstalled);
  }
  EIDER_TRY(profile, w.tx.profile(*p.iccid));
  if (profile && end.value_or(w.now) >= profile->changed_at) {
    profile->state = sgp02::ProfileState::kEnabled;
    profile->changed_at = end.value_or(w.now);
    EIDER_CHECK(w.tx.put_profile(*profile));
  }
  return finish(w, p, p.outcome, Settle::kInstalled);
}

bool pinned_by_pol1(const FunctionExecutionStatus& status, const sgp02::EuiccResponse* response) {
  const auto& why = status.statusCodeData;
  if (why && why->subject == status::kPol1Refuses.subject && why->reason == status::kPol1Refuses.reason)
    return true;
  return response && response->euiccResponseData && is_pol1_refusal(*response->euiccResponseData);
}
bool is_code(const FunctionExecutionStatus& s, status::Code code) {
  return s.statusCodeData && s.statusCodeData->subject == code.subject &&
         s.statusCodeData->reason == code.reason;
}

// The ISD-P is gone, or cannot go.
Status take_undone(Work& w, Procedure& p, const Message& reply) {
  const auto status = status_of(reply);
  if (executed(status) || is_code(status, status::kIccidUnknown)) {
    EIDER_CHECK(forget(w, p));
    if (p.again && w.now < p.expires_at && !p.answered) {
      p.isdp.reset();
      p.again = false;
      p.euicc_response.reset();
      p.step = Step::kGetEis;
      return wait(w, p);
    }
    return finish(w, p, p.outcome, Settle::kReturned);
  }
  if (pinned_by_pol1(status, reply.as<sgp02::EuiccResponse>()) && p.isdp) {
    p.outcome =
        {};  // section 3.1.1: it is installed, and the SM-SR is to know, whatever the Operator was told
    if (w.now >= p.received_at + w.cx.config.limits.clean_up)
      return finish(w, p, p.outcome, Settle::kInstalled);
    return complete(w, p);
  }
  // A card that its SM-SR does not know is with another, which will say so.
  if (is_passing(status) || status.status == ExecutionStatus::kExpired ||
      is_code(status, status::kEidUnknown)) {
    if (w.now >= p.expires_at) EIDER_CHECK(give_answer(w, p));
    if (w.now < p.received_at + w.cx.config.limits.clean_up) return wait(w, p);
  }
  // It stays reserved: what is on the card nobody knows.
  return finish(w, p, p.outcome, Settle::kNothing);
}

Status take_stock(Work& w, Procedure& p, Result<server::StockProfile>& stock) {
  if (!stock) {
    if (!stock.error().as<FunctionStatus>()) return wait(w, p);
    return finish(w, p, status::failed(stock.error()), Settle::kNothing);
  }
  p.stock = *stock;
  p.iccid = stock->iccid;
  return {};
}

}  // namespace

Status on_answer(Work& w, Procedure& p, const Message& reply, Fetched& fetched) {
  const auto status = status_of(reply);
  switch (p.step) {
    case Step::kGetEis: {
      const auto* response = reply.as<sgp02::EisResponse>();
      if (is_passing(status)) return wait(w, p);
      if (!executed(status)) return finish(w, p, status, Settle::kReturned);
      if (!response || !response->eis)
        return finish(w, p, status::failed(status::kEisInvalid), Settle::kReturned);
      return take_eis(w, p, *response->eis);
    }
    case Step::kCleanUp:  // whether or not it went: the SM-SR says what there is now
      if (executed(status) && !p.cleaned.empty()) {
        EIDER_CHECK(w.tx.remove_keys(p.cleaned.back()));
        EIDER_CHECK(w.tx.remove_profile(p.cleaned.back()));
      }
      return ask_for_eis(w, p);
    case Step::kCreate: {
      const auto* response = reply.as<sgp02::es3::CreateISDPResponse>();
      if (is_passing(status)) {
        --p.attempts;
        p.step = Step::kGetEis;
        return wait(w, p);
      }
      if (response && response->euiccResponseData) p.euicc_response = response->euiccResponseData;
      if (status.status == ExecutionStatus::kExpired) return undo(w, p, status, false);
      if (!executed(status)) return finish(w, p, status, Settle::kReturned);
      p.euicc_response.reset();
      if (!response || !response->isdpAid) return undo(w, p, status::failed(status::kSdAidUnknown), false);
      p.isdp = response->isdpAid;
      if (!fetched.package || !*fetched.package)
        return undo(w, p, status::failed(status::kExecutionError, {}, "the inventory has no package"), false);
      return begin_installation(w, p, std::move(**fetched.package));
    }
    case Step::kCard:
      return take_card_answer(w, p, reply);
    case Step::kCompleted:
      // It is Created no more: an earlier call, whose answer got lost, has completed it.
      if (executed(status)) EIDER_CHECK(take_completed(w, p, reply));
      if (executed(status) || is_code(status, status::kIccidInvalidTransition)) return enable_or_finish(w, p);
      if (is_passing(status)) return wait(w, p);
      return undo(w, p, status, false);
    case Step::kEnable:
      return take_enabled(w, p, status, done_at(reply));
    case Step::kUndo:
      return take_undone(w, p, reply);
    default:
      return fail_local("a download is in no such step");
  }
}

// How long it took nobody knows: whether the SM-SR did something, neither.
Status on_silence(Work& w, Procedure& p) {
  switch (p.step) {
    case Step::kGetEis:
    case Step::kCleanUp:
      return finish(w, p, status::expired(), Settle::kReturned);
    case Step::kEnable:
      return take_enabled(w, p, status::expired(), std::nullopt);
    case Step::kUndo:
      EIDER_CHECK(give_answer(w, p));
      if (w.now < p.received_at + w.cx.config.limits.clean_up) return wait(w, p);
      return finish(w, p, p.outcome, Settle::kNothing);
    default:
      return undo(w, p, status::expired(), false);
  }
}

// It was begun, waited for its turn, or was interrupted.
Status on_resume(Work& w, Procedure& p, Fetched& fetched) {
  p.resume_at.reset();
  if (fetched.stock) {
    EIDER_CHECK(take_stock(w, p, *fetched.stock));
    if (!p.stock) return {};
  }
  if (w.now >= p.expires_at && p.step != Step::kUndo) return download::on_silence(w, p);
  switch (p.step) {
    case Step::kGetEis: {
      EIDER_TRY(wait_for_other, another_is_first(w, p));
      return wait_for_other ? wait(w, p) : ask_for_eis(w, p);
    }
    case Step::kCard:
      return undo(w, p, status::failed(status::kExecutionError, {}, "the SM-DP was started anew"), true);
    case Step::kCompleted:
      return complete(w, p);
    case Step::kUndo:
      return delete_isdp(w, p, Step::kUndo, *p.iccid);
    default:
      return download::on_silence(w, p);
  }
}

}  // namespace eider::smdp::download
