#include "roles/smdp/smdp.hpp"

#include "base/log.hpp"
#include "roles/smdp/es2/download_profile.hpp"
#include "roles/smdp/es2/functions.hpp"
#include "roles/smdp/es3/notifications.hpp"
#include "roles/smdp/moves.hpp"
#include "roles/smdp/orders.hpp"
#include "roles/smdp/procedures/procedure.hpp"

namespace eider::smdp {
namespace {
namespace soap = sgp02::soap;
namespace status = sgp02::status;
using sgp02::Interface;
using sgp02::MessageKind;
constexpr std::size_t kBatch = 64;
constexpr Duration kPurgePause{1000};

Status check(const SmDpConfig& c) {
  if (c.self.id.empty()) return fail_local("an SM-DP has an OID", "that of its certificates");
  if (c.self.address.empty()) return fail_local("an SM-DP has an address, where SM-SRs answer");
  if (c.credentials.empty()) return fail_local("no CERT.DP.ECDSA", "make one with `eider pki`");
  if (c.roots.anchors().empty()) return fail_local("no certificate of a CI");
  for (const auto& credential : c.credentials) {
    if (!credential.key || !(credential.key->public_key() == credential.certificate.public_key()))
      return fail_local("the key is not that of CERT.DP.ECDSA");
    if (credential.certificate.fields().role != crypto::GpRole::kSmDp)
      return fail_local("CERT.DP.ECDSA is not one of an SM-DP");
    const auto& ci = credential.certificate.fields().authority_key_identifier;
    const bool verified = std::ranges::any_of(c.roots.anchors(), [&](const crypto::TrustAnchor& root) {
      return (ci.empty() || equal(ci, root.ski)) && credential.certificate.verify(root.key).has_value();
    });
    if (!verified) return fail_local("no CI signed CERT.DP.ECDSA");
  }
  return {};
}

// What a call is about, whatever its header: a repeat has a MessageID of its own.
Sha256Digest digest_of(const Message& m) {
  return crypto::sha256(as_bytes(soap::encode({}, *m.function, MessageKind::kRequest, m.body)));
}

HttpReply refusal_reply(Context& cx, const soap::Refusal& refusal) {
  const auto header = soap::reply_header(refusal.header, cx.config.self, cx.unique(), cx.clock.now());
  const bool says_failed = refusal.function && refusal.kind == MessageKind::kRequest;
  const int code = says_failed ? 200 : refusal.fault_code == soap::FaultCode::kReceiver ? 500 : 400;
  return soap_reply(code, says_failed ? sgp02::action_uri(*refusal.function, MessageKind::kResponse) : "",
                    soap::encode_refusal(header, refusal));
}
// A refusal that nothing is kept of.
HttpReply refused_reply(Context& cx, const Message& m, const sgp02::BaseResponse& base) {
  if (cx.observer) cx.observer->answered(*m.function, base);
  const auto header = soap::reply_header(m.header, cx.config.self, cx.unique(), cx.clock.now());
  return soap_reply(200, sgp02::action_uri(*m.function, MessageKind::kResponse),
                    soap::encode_response(header, *m.function, soap::make_response(*m.function, base)));
}
HttpReply refused_reply(Context& cx, const Message& m, const Fault& fault) {
  sgp02::BaseResponse base;
  base.functionExecutionStatus = status::failed(fault);
  return refused_reply(cx, m, base);
}

// A call that came before: answered, or on its way. False: it is new.
Result<bool> repeat(Work& w, const Message& m, const Sha256Digest& digest, ByteView body) {
  const auto& caller = m.header.sender.id;
  const auto& call = m.request()->functionCallIdentifier;
  EIDER_TRY(answered, w.tx.answered_call(caller, call));
  if (answered) {
    if (!(answered->request_digest == digest)) return status::refuse(status::kFunctionCallInUse, call);
    const auto kept = soap::decode(answered->response);
    if (!kept) return fail_local("an answer in the store cannot be read");
    EIDER_CHECK(deliver(w, m.header, *m.function, kept->body));
    return true;
  }
  EIDER_TRY(running, w.tx.procedure_by_call(caller, call));
  if (!running) return false;
  if (!(running->request_digest == digest)) return status::refuse(status::kFunctionCallInUse, call);
  if (running->requests.size() >= w.cx.config.limits.repeats_of_a_call)
    return status::refuse(status::kBusy, call);
  running->requests.push_back(to_bytes(body));
  EIDER_CHECK(w.tx.put_procedure(*running));
  return true;
}

// A refused call is answered like any other, so that its repeat is too.
Status refuse_call(Work& w, Procedure& p, const Fault& fault) {
  return answer(w, p, status::failed(fault));
}

Status begin(Work& w, Procedure& p, const Message& m) {
  const auto start = [&]() -> Result<std::any> {
    if (m.function->id == FunctionName::kDownloadProfile) {
      EIDER_CHECK(es2::begin_download(w.tx, p, *m.as<sgp02::es2::DownloadProfileRequest>()));
      return std::any();
    }
    const auto* relay = es2::find_relay(m.function->id);
    if (!relay) return status::refuse(status::kFunctionUnsupported, std::string(m.function->name));
    p.smsr = relay->smsr(m.body);
    p.step = Step::kRelay;
    return relay->request(w.tx, p, m.body);
  };
  auto body = start();
  if (body) {
    EIDER_TRY(smsr, w.tx.smsr(p.smsr));
    if (!smsr) body = status::refuse(status::kSmsrUnknown, p.smsr.empty() ? "" : p.smsr.dotted());
  }
  if (!body) {
    if (!body.error().as<FunctionStatus>()) return fail(body.error());
    return refuse_call(w, p, body.error());
  }
  if (p.expires_at <= w.now) return answer(w, p, status::expired());
  if (p.step == Step::kGetEis) p.resume_at = w.now;
  EIDER_CHECK(w.tx.add_procedure(p));
  if (p.step == Step::kGetEis) return {};
  const auto* relay = es2::find_relay(m.function->id);
  EIDER_CHECK(call_smsr(w, p, relay->es3, std::move(*body)));
  return w.tx.put_procedure(p);
}

struct Admission {
  ProcedureId begun = 0;                       // the procedure, if it has a step to take at once
  std::optional<sgp02::BaseResponse> refused;  // a refusal that nothing is kept of
};

Status admit(Work& w, const Message& m, ByteView octets, Admission& out) {
  const auto& caller = m.header.sender.id;
  EIDER_TRY(known, w.tx.find_operator(caller));
  if (!known) return status::refuse(status::kRequesterUnknown, caller.dotted());
  EIDER_CHECK(status::check_addressee(m.header, w.cx.config.self.id));
  const auto* base = m.request();
  if (base->functionCallIdentifier.empty())
    return status::refuse(status::kFormatMandatoryMissing, "FunctionCallIdentifier");
  const auto digest = digest_of(m);
  EIDER_TRY(again, repeat(w, m, digest, octets));
  if (again) return {};
  // Strangers have been refused: they do not hear what is granted.
  const auto validity = validity_of(w.cx, *base);
  out.refused = server::refuse_validity(*m.function, validity, w.cx.config.limits.longer_validity);
  if (out.refused) return {};
  Procedure p;
  p.caller = caller;
  p.call_identifier = base->functionCallIdentifier;
  p.request_digest = digest;
  p.function = m.function->id;
  p.requests.push_back(to_bytes(octets));
  p.received_at = w.now;
  p.expires_at = w.now + validity.granted;
  EIDER_CHECK(begin(w, p, m));
  if (p.resume_at) out.begun = p.id;
  return {};
}

Duration backoff(const Limits& limits, std::uint32_t attempts) {
  auto wait = limits.retry;
  for (std::uint32_t i = 1; i < attempts && wait < limits.longest_retry; ++i) wait *= 2;
  return std::min(wait, limits.longest_retry);
}

bool is_taken(const Result<server::SoapReply>& reply) {
  return reply && reply->status >= 200 && reply->status < 300;
}

// The answer came in the HTTP response. False: there is none in it.
Result<bool> answered_in_place(Context& cx, const OutboxEntry& entry,
                               const Result<server::SoapReply>& reply) {
  if (!is_taken(reply) || entry.procedure == 0 || reply->body.empty()) return false;
  auto m = soap::decode(reply->body);
  if (!m) log::warn("smdp", "an answer of an SM-SR cannot be read: " + m.error().fault().message());
  EIDER_TRY(waiting, waiting_for(cx, entry.message_id));
  // The connection to the SM-SR's address is authenticated: what comes over it is the SM-SR's.
  if (!m || m->kind == MessageKind::kRequest || !waiting) return false;
  m->header.relatesTo = entry.message_id;
  EIDER_CHECK(take_answer(cx, waiting->waiting->smsr, *m, *waiting));
  return true;
}

// What the other side said over HTTP: it has the message, or gets it again.
Status after_post(Work& w, OutboxEntry entry, bool taken) {
  const bool over = entry.give_up_at <= w.now;
  const auto& repeat_after = w.cx.config.limits.repeat_unanswered;
  if ((taken && (entry.procedure == 0 || !repeat_after)) || over) return w.tx.remove_outbox(entry.id);
  ++entry.attempts;
  entry.not_before = w.now + (taken ? *repeat_after : backoff(w.cx.config.limits, entry.attempts));
  EIDER_TRY(waiting, w.tx.procedure_by_message(entry.message_id));
  if (entry.procedure != 0 && !waiting) return w.tx.remove_outbox(entry.id);  // answered meanwhile
  return w.tx.put_outbox(entry);
}

Status post(Context& cx, std::vector<OutboxEntry> entries) {
  if (entries.empty()) return {};
  std::vector<server::SoapPost> posts;
  for (auto& e : entries) posts.push_back({e.url, e.action, e.body, e.party.dotted()});
  const auto replies = cx.soap.post_all(posts);
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EIDER_TRY(answered, answered_in_place(cx, entries[i], replies[i]));
    if (!answered) others.push_back(i);
  }
  if (others.empty()) return {};
  // What a power failure undoes of it is posted once more: the same message.
  return change(
      cx, 0,
      [&](Work& w) -> Status {
        for (const auto i : others) EIDER_CHECK(after_post(w, std::move(entries[i]), is_taken(replies[i])));
        return {};
      },
      Synced::kNo);
}
}  // namespace

SmDp::SmDp(std::unique_ptr<Context> context) : context_(std::move(context)) {}
SmDp::~SmDp() = default;

Result<std::unique_ptr<SmDp>> SmDp::create(SmDpConfig config, SmDpPorts ports) {
  EIDER_CHECK(check(config));
  std::unique_ptr<SmDp> smdp(new SmDp(std::make_unique<Context>(std::move(config), ports)));
  auto& cx = *smdp->context_;
  // Sessions with cards did not survive: what they were about is due at once.
  EIDER_CHECK(change(cx, 0, [](Work& w) -> Status {
    for (const auto step : {Step::kCard, Step::kConnect}) {
      EIDER_TRY(ids, w.tx.procedures_in(step));
      for (const auto id : ids) {
        EIDER_TRY(p, w.tx.procedure(id));
        EIDER_CHECK(w.tx.remove_outbox_of(id));
        p->waiting.reset();
        p->resume_at = w.now;
        EIDER_CHECK(w.tx.put_procedure(*p));
      }
    }
    return {};
  }));
  return smdp;
}

void SmDp::es2(const Request& request, Done done) {
  auto& cx = *context_;
  const auto m = soap::decode(request.body);
  if (!m) return done(refusal_reply(cx, m.error()));
  if (!m->function || m->function->interface != Interface::kEs2 || m->kind != MessageKind::kRequest)
    return done(soap_reply(
        400, "",
        soap::encode_fault(soap::reply_header(m->header, cx.config.self, cx.unique(), cx.clock.now()),
                           {soap::FaultCode::kSender, "no function of ES2"})));
  if (const auto sender = check_sender(cx, request.client_certificate, m->header.sender.id); !sender)
    return done(refused_reply(cx, *m, sender.error()));
  const bool in_place = soap::answers_in_place(m->header);
  const auto held = in_place ? cx.held.hold(held_key(m->header), done) : 0;
  Admission admission;
  const auto admitted = change(cx, 0, [&](Work& w) { return admit(w, *m, request.body, admission); });
  if (!admitted || admission.refused) {
    if (!in_place || cx.held.drop(held))
      done(admitted ? refused_reply(cx, *m, *admission.refused) : refused_reply(cx, *m, admitted.error()));
    return;
  }
  if (!in_place) done(soap_reply(202, "", {}));
  if (admission.begun != 0) move_on_now(cx, admission.begun);
}

HttpReply SmDp::es3(const Request& request) {
  auto& cx = *context_;
  const auto m = soap::decode(request.body);
  if (!m) return refusal_reply(cx, m.error());
  const auto& sender = m->header.sender.id;
  const bool expected =
      m->kind != MessageKind::kRequest && (!m->function || m->function->interface == Interface::kEs3);
  if (!expected) return soap_reply(400, "", {});
  if (!check_sender(cx, request.client_certificate, sender)) return soap_reply(403, "", {});
  const bool answers = m->kind == MessageKind::kResponse || !m->function;
  bool known = false;
  std::optional<Procedure> waiting;
  const auto read = cx.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(smsr, reader.smsr(sender));
    known = smsr.has_value();
    if (!known || !answers || !m->header.relatesTo) return {};
    EIDER_TRY(p, reader.procedure_by_message(*m->header.relatesTo));
    waiting = std::move(p);
    return {};
  });
  if (!read) return soap_reply(500, "", {});
  if (!known) return soap_reply(403, "", {});
  Status taken;
  if (!answers)
    taken = change(cx, 0, [&](Work& w) { return es3::handle_notification(w, sender, *m); });
  else if (waiting)
    taken = take_answer(cx, sender, *m, *waiting);
  if (!taken) {
    log::error("smdp", taken.error().message());
    return soap_reply(500, "", {});
  }
  return soap_reply(202, "", {});
}

Result<std::optional<Time>> SmDp::run() {
  auto& cx = *context_;
  std::optional<Time> next;
  for (bool busy = true; busy;) {
    std::vector<ProcedureId> procedures;
    std::vector<OutboxEntry> entries;
    const auto now = cx.clock.now();
    EIDER_CHECK(cx.store.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(due, reader.next_due());
      next = due;
      if (!next || *next > now) return {};
      EIDER_TRY(ids, reader.due_procedures(now, kBatch));
      EIDER_TRY(letters, reader.due_outbox(now, kBatch));
      procedures = std::move(ids);
      entries = std::move(letters);
      return {};
    }));
    busy = !procedures.empty() || !entries.empty();
    for (const auto id : procedures) EIDER_CHECK(move_on(cx, id));
    EIDER_CHECK(post(cx, std::move(entries)));
  }
  if (const auto now = cx.clock.now(); now >= cx.purge_at) {
    cx.purge_at = now + kPurgePause;
    EIDER_CHECK(cx.store.write_unsynced([&](StoreTransaction& tx) {
      return tx.purge_answered_calls(now - cx.config.limits.answered_call_lifetime, kBatch);
    }));
  }
  return next;
}

Status SmDp::update_connectivity_parameters(const EntityId& owner, const Iccid& iccid, ByteView parameters,
                                            std::function<void(sgp02::FunctionExecutionStatus)> done) {
  auto& cx = *context_;
  return change(cx, 0, [&](Work& w) -> Status {
    EIDER_TRY(p, order_connectivity_update(w.tx,
                                           {owner, "connectivity " + cx.unique(), iccid, to_bytes(parameters),
                                            w.now + cx.config.limits.validity},
                                           w.now));
    cx.listeners.put(p.id, std::move(done));
    return connectivity::on_resume(w, p);
  });
}

Result<sgp02::es5::MasterDelete> SmDp::delete_token(const EntityId& smsr, const Iccid& iccid) {
  std::optional<Result<sgp02::es5::MasterDelete>> out;
  EIDER_CHECK(context_->store.read([&](StoreReader& reader) -> Status {
    out = smdp::delete_token(reader, smsr, iccid);
    return {};
  }));
  return *std::move(out);
}

Result<IsdpKeys> SmDp::take_keys(const EntityId& owner, const Iccid& iccid) {
  auto& cx = *context_;
  std::optional<IsdpKeys> out;
  EIDER_CHECK(cx.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(owned, owned_profile(tx, owner, iccid));
    if (owned.keys.policy != KeyPolicy::kHandOver)
      return status::refuse(status::kRequesterNotAllowed, iccid_text(iccid),
                            "these keys are not to be handed over");
    out = owned.keys;
    auto rest = owned.keys;  // the key for delete tokens stays: only the SM-DP makes them
    rest.keys = {};
    return tx.put_keys(rest);
  }));
  return *std::move(out);
}

}  // namespace eider::smdp
