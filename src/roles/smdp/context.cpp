#include "roles/smdp/context.hpp"

#include "base/log.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp {
namespace {
namespace soap = sgp02::soap;
namespace status = sgp02::status;
using sgp02::ExecutionStatus;
using sgp02::Interface;
using sgp02::MessageKind;

std::string transaction_of(const Procedure& p) {
  return "dp-" + std::to_string(p.id);
}
std::uint32_t whole_seconds(Duration d) {
  return static_cast<std::uint32_t>(std::max<Duration::rep>(d.count() / 1000, 1));
}
}  // namespace

std::string_view to_string(Step step) {
  constexpr std::string_view kNames[] = {"relay",         "GetEIS",     "clean-up",
                                         "CreateISDP",    "SendData",   "ProfileDownloadCompleted",
                                         "EnableProfile", "DeleteISDP", "UpdateConnectivityParameters",
                                         "settle",        "late answer"};
  static_assert(std::size(kNames) == kSteps);
  return kNames[static_cast<std::size_t>(step)];
}

std::string Context::unique() {
  return to_hex(random.bytes(12));
}

const es8::DpCredential* Context::credential_of(ByteView ci) const {
  for (const auto& c : config.credentials) {
    const auto& authority = c.certificate.fields().authority_key_identifier;
    // Certificates of before v3.2 do not say under which CI they are.
    if (authority.empty() || equal(authority, ci)) return &c;
  }
  return nullptr;
}

Status change(Context& cx, ProcedureId procedure, const std::function<Status(Work&)>& body, Synced synced) {
  std::vector<std::function<void()>> after;
  const auto in_transaction = [&](StoreTransaction& tx) -> Status {
    Work w{tx, cx, cx.clock.now(), {}};
    EIDER_CHECK(body(w));
    after = std::move(w.after);
    return {};
  };
  const auto done =
      synced == Synced::kYes ? cx.store.write(in_transaction) : cx.store.write_unsynced(in_transaction);
  if (!done) {
    cx.installations.erase(procedure);
    cx.scripts.erase(procedure);
    return done;
  }
  for (const auto& f : after) f();
  return {};
}

Status check_sender(Context& cx, ByteView certificate, const EntityId& claimed) {
  const auto ids = cx.certificates.ids_of(certificate);
  if (ids.empty())
    return status::refuse(status::kRequesterVerification, {}, "no certificate of the requester");
  if (claimed.empty() || std::ranges::find(ids, claimed) == ids.end())
    return status::refuse(status::kRequesterVerification, claimed.empty() ? "" : claimed.dotted(),
                          "the certificate of the connection is of somebody else");
  return {};
}

const sgp02::Function& row(Interface interface, FunctionName id) {
  return *sgp02::find_function(interface, id);
}

HttpReply soap_reply(int code, std::string_view action, std::string body) {
  HttpReply reply;
  reply.status = code;
  if (!body.empty()) reply.headers.push_back({"Content-Type", soap::content_type(action)});
  reply.body = to_bytes(as_bytes(body));
  return reply;
}

Status call_smsr(Work& w, Procedure& p, FunctionName id, std::any body) {
  const auto& function = row(Interface::kEs3, id);
  EIDER_TRY(smsr, w.tx.smsr(p.smsr));
  if (!smsr) return fail_local("SM-SR " + p.smsr.dotted() + " is not known any more");
  const auto& limits = w.cx.config.limits;
  // What undoes and completes goes on after the call has expired. To delete takes as long as it takes: a card
  // that is not where its SM-SR believes it is is found in time only.
  auto ends = std::max(p.expires_at, w.now + limits.answer_grace);
  if (p.step == Step::kUndo) ends = std::max(ends, p.received_at + limits.clean_up);
  ends = std::min(ends, w.now + limits.smsr_validity);
  auto* base = const_cast<sgp02::BaseRequest*>(function.request.request_base(body));
  base->functionCallIdentifier = transaction_of(p) + "-" + w.cx.unique();
  base->validityPeriod = whole_seconds(ends - w.now);

  sgp02::MessageHeader header;
  header.sender = w.cx.config.self;
  header.receiver = {smsr->id, smsr->name, {}, smsr->address};
  header.transactionId = transaction_of(p);
  header.messageId = soap::make_message_id(w.cx.config.self.id, w.cx.unique(), header.transactionId, w.now);
  header.messageDate = w.now;
  header.replyTo = w.cx.config.self.address;

  EIDER_CHECK(w.tx.remove_outbox_of(p.id));
  OutboxEntry entry;
  entry.procedure = p.id;
  entry.message_id = header.messageId;
  entry.party = smsr->id;
  entry.url = smsr->address;
  entry.action = sgp02::action_uri(function, MessageKind::kRequest);
  entry.body = to_bytes(as_bytes(soap::encode(header, function, MessageKind::kRequest, body)));
  entry.not_before = w.now;
  entry.give_up_at = ends;
  p.waiting = Waiting{header.messageId, base->functionCallIdentifier, id,
                      ends + w.cx.config.limits.answer_grace, smsr->id};
  p.resume_at.reset();
  return w.tx.add_outbox(entry);
}

void resume_later(Work& w, Procedure& p) {
  const auto& limits = w.cx.config.limits;
  p.waiting.reset();
  p.resume_at = w.now + (p.answered ? limits.longest_retry : limits.retry);  // answered: nobody waits for it
}

server::Validity validity_of(const Context& cx, const sgp02::BaseRequest& base) {
  const auto& limits = cx.config.limits;
  return server::validity_of(base.validityPeriod, limits.validity, limits.longest_validity);
}

Result<Message> request_of(const Procedure& p) {
  if (p.requests.empty()) return fail_local("the procedure has no request");
  auto message = soap::decode(p.requests.front());
  if (!message) return fail(message.error().fault());
  return *std::move(message);
}

std::string held_key(const sgp02::MessageHeader& request) {
  return request.sender.id.dotted() + " " + request.messageId;
}

Status deliver(Work& w, const sgp02::MessageHeader& request, const sgp02::Function& function,
               const std::any& response) {
  server::tell_answered(w.cx.observer, function, response);
  const auto header = soap::reply_header(request, w.cx.config.self, w.cx.unique(), w.now);
  auto envelope = soap::encode_response(header, function, response);
  const auto action = sgp02::action_uri(function, MessageKind::kResponse);
  if (soap::answers_in_place(request)) {
    // A connection that did not survive is not here; a repeat will be answered.
    w.after.push_back([&cx = w.cx, key = held_key(request), action, envelope = std::move(envelope)] {
      for (const auto& done : cx.held.take(key)) done(soap_reply(200, action, envelope));
    });
    return {};
  }
  OutboxEntry entry;
  entry.message_id = header.messageId;
  entry.party = request.sender.id;
  entry.url = header.receiver.address;
  entry.action = action;
  entry.body = to_bytes(as_bytes(envelope));
  entry.not_before = w.now;
  entry.give_up_at = w.now + w.cx.config.limits.answered_call_lifetime;
  return w.tx.add_outbox(entry);
}

Status answer(Work& w, Procedure& p, const std::any& response) {
  if (std::exchange(p.answered, true)) return {};
  EIDER_TRY(first, request_of(p));
  const auto& function = row(Interface::kEs2, p.function);
  auto with_times = response;
  if (auto* base = function.response.response_base(with_times)) {
    base->processingStart = p.received_at;
    base->processingEnd = w.now;
    if (const auto acceptable = validity_of(w.cx, *first.request()).acceptable)
      base->acceptableValidityPeriod = acceptable;
  }
  const auto kept = soap::reply_header(first.header, w.cx.config.self, w.cx.unique(), w.now);
  AnsweredCall call{p.caller,
                    p.call_identifier,
                    p.request_digest,
                    p.function,
                    to_bytes(as_bytes(soap::encode_response(kept, function, with_times))),
                    w.now};
  EIDER_CHECK(w.tx.put_answered_call(call));
  for (const auto& octets : p.requests) {
    const auto request = soap::decode(octets);
    if (request) EIDER_CHECK(deliver(w, request->header, function, with_times));
  }
  return {};
}

Status answer(Work& w, Procedure& p, const sgp02::FunctionExecutionStatus& value) {
  if (p.requests.empty()) {  // begun by this SM-DP
    if (std::exchange(p.answered, true)) return {};
    const auto& function = row(Interface::kEs3, p.function);
    sgp02::BaseResponse base;
    base.functionExecutionStatus = value;
    EIDER_CHECK(w.tx.put_answered_call(
        {p.caller, p.call_identifier, p.request_digest, p.function,
         to_bytes(as_bytes(soap::encode_response({}, function, soap::make_response(function, base)))),
         w.now}));
    w.after.push_back([&cx = w.cx, id = p.id, value] {
      if (const auto listener = cx.listeners.take(id)) listener(value);
    });
    return {};
  }
  sgp02::BaseResponse base;
  base.functionExecutionStatus = value;
  return answer(w, p, soap::make_response(row(Interface::kEs2, p.function), base));
}

Status notify(Work& w, const EntityId& owner, const std::any& notification) {
  EIDER_TRY(to, w.tx.find_operator(owner));
  if (!to || to->notification_address.empty()) return {};
  sgp02::MessageHeader header;
  header.sender = w.cx.config.self;
  header.receiver = {to->id, to->name, {}, to->notification_address};
  header.transactionId = w.cx.unique();
  header.messageId = soap::make_message_id(w.cx.config.self.id, w.cx.unique(), header.transactionId, w.now);
  header.messageDate = w.now;
  OutboxEntry entry;
  entry.message_id = header.messageId;
  entry.party = to->id;
  entry.url = to->notification_address;
  const auto body = soap::encode(header, Interface::kEs2, notification);
  const auto read = soap::decode(as_bytes(body));
  if (read) entry.action = sgp02::action_uri(*read->function, MessageKind::kNotification);
  entry.body = to_bytes(as_bytes(body));
  entry.not_before = w.now;
  entry.give_up_at = w.now + w.cx.config.limits.answered_call_lifetime;
  return w.tx.add_outbox(entry);
}

Status conclude(Work& w, Procedure& p) {
  p.waiting.reset();
  w.cx.installations.erase(p.id);
  w.cx.scripts.erase(p.id);
  EIDER_CHECK(w.tx.remove_outbox_of(p.id));
  if (p.settle == Settle::kNothing) return w.tx.remove_procedure(p.id);
  p.step = Step::kSettle;
  p.resume_at = w.now;
  return w.tx.put_procedure(p);
}

bool executed(const sgp02::FunctionExecutionStatus& s) {
  return s.status == ExecutionStatus::kExecutedSuccess || s.status == ExecutionStatus::kExecutedWithWarning;
}

bool is_passing(const sgp02::FunctionExecutionStatus& s) {
  if (s.status != ExecutionStatus::kFailed || !s.statusCodeData) return false;
  const status::Code code{s.statusCodeData->subject, s.statusCodeData->reason};
  return code == status::kBusy || code == status::kEuiccInaccessible || code == status::kSmsrInaccessible;
}

sgp02::FunctionExecutionStatus status_of(const Message& response) {
  const auto* base = response.response();
  if (base) return base->functionExecutionStatus;
  return status::failed(status::kExecutionError, {}, "the SM-SR answered with a SOAP fault");
}

std::string iccid_text(const Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}

}  // namespace eider::smdp
