#include "roles/smsr/dispatch.hpp"

#include "base/log.hpp"
#include "roles/smsr/peer_calls.hpp"
#include "roles/smsr/replies.hpp"

namespace eider::smsr {
namespace {
namespace soap = sgp02::soap;
using sgp02::MessageKind;

Reply xml_reply(int status, const std::string& envelope, std::string content_type) {
  return {status, std::move(content_type), to_bytes(as_bytes(envelope)), std::nullopt};
}
sgp02::MessageHeader header_for(Context& context, const sgp02::MessageHeader& request) {
  return soap::reply_header(request, self(context), to_hex(context.random(16)), context.now());
}
Reply answer(Context& context, const soap::Message& m, const std::any& response) {
  server::tell_answered(context.observer, *m.function, response);
  return xml_reply(200, soap::encode_response(header_for(context, m.header), *m.function, response),
                   soap::content_type(*m.function, MessageKind::kResponse));
}
server::Validity validity_of(const Context& context, const soap::Message& m) {
  const auto& s = context.settings;
  return server::validity_of(m.request()->validityPeriod, s.default_validity, s.longest_validity);
}
Reply refused(Context& context, const soap::Message& m, const Fault& fault) {
  auto outcome = failure(fault);
  outcome.ended_at = context.now();
  auto base = base_of(outcome, outcome.ended_at);
  const auto* status = fault.as<FunctionStatus>();
  if (status && code::Code{status->subject_code, status->reason_code} == code::kValidityRefused)
    base.acceptableValidityPeriod = validity_of(context, m).acceptable;
  return answer(context, m, soap::make_response(*m.function, base));
}
Reply soap_fault(Context& context, const sgp02::MessageHeader& header, int status, soap::FaultCode code,
                 std::string reason) {
  return xml_reply(status, soap::encode_fault(header_for(context, header), {code, std::move(reason)}),
                   soap::content_type(""));
}

// Who the certificate of the TLS connection belongs to: authority comes from it alone.
Result<EntityId> identify(Context& context, ByteView client_certificate) {
  auto ids = context.certificates.ids_of(client_certificate);
  if (ids.size() != 1) return refuse(code::kRequesterUnknown);
  return std::move(ids.front());
}
Result<Caller> authorise(const Context& context, const soap::Message& m, const EntityId& id) {
  if (m.header.sender.id != id)
    return refuse(code::kRequesterNotAllowed, m.header.sender.id.dotted(),
                  "EntityId is not that of the certificate");
  EIDER_CHECK(sgp02::status::check_addressee(m.header, context.settings.id));
  const auto* peer = context.settings.find(id);
  if (!peer) return refuse(code::kRequesterUnknown, id.dotted());
  if ((m.function->providers & sgp02::kSmSr) == 0) return refuse(code::kFunctionUnsupported);
  if ((m.function->callers & peer->parties) == 0) return refuse(code::kFunctionNotAllowed, id.dotted());
  return Caller{id, m.function->interface};
}

FixedBytes<32> content_of(const soap::Message& m) {
  const auto text = soap::encode({}, *m.function, MessageKind::kRequest, m.body);
  const auto digest = crypto::sha256(as_bytes(text));
  return *FixedBytes<32>::from(digest.view());
}

Incoming incoming(const Context& context, const soap::Message& m, const Caller& caller, ByteView octets) {
  Incoming in;
  in.function = m.function;
  in.caller = caller;
  in.body = &m.body;
  in.octets = octets;
  in.call.function = std::string(sgp02::name_of(m.function->interface)) + "-" + std::string(m.function->name);
  in.call.caller = caller.id;
  in.call.call_identifier = m.request()->functionCallIdentifier;
  in.call.message_id = m.header.messageId;
  in.call.transaction_id = m.header.transactionId;
  if (!soap::answers_in_place(m.header)) in.call.reply_to = *m.header.replyTo;
  in.call.received_at = context.now();
  const auto validity = validity_of(context, m);
  if (m.function->touches_card) in.call.acceptable_validity = validity.acceptable.value_or(0);
  in.expires_at = context.now() + validity.granted;
  return in;
}

struct Taken {
  std::optional<std::any> response;
  std::optional<Eid> eid;
};

// A call that was taken before: the same answer, or none yet.
Result<std::optional<Taken>> repeated(StoreTransaction& tx, Context& context, const Incoming& in,
                                      const FixedBytes<32>& content) {
  EIDER_TRY(before, tx.answered_call(in.caller.id, in.call.call_identifier));
  if (!before) return std::optional<Taken>{};
  if (before->content != content || before->call.function != in.call.function)
    return refuse(code::kFunctionCallInUse, in.call.call_identifier);
  Taken out{std::nullopt, before->eid};
  if (!before->outcome) return std::optional(std::move(out));
  const bool queued = before->eid != Eid{};  // one that was refused had its answer in place
  if (!in.call.reply_to.empty() && in.function->touches_card && queued) {
    EIDER_CHECK(answer_call(tx, context, before->eid, in.call, *before->outcome));
    return std::optional(std::move(out));
  }
  EIDER_TRY(response, response_of(tx, context, *in.function, before->call, *before->outcome));
  out.response = std::move(response);
  return std::optional(std::move(out));
}

// Functions that only read are simply read again.
bool remembered(const sgp02::Function& f) {
  using N = sgp02::FunctionName;
  return f.id != N::kGetEIS && f.id != N::kGetPLMA && f.id != N::kGetONC;
}

Result<Taken> take(StoreTransaction& tx, Context& context, const Incoming& in,
                   const FixedBytes<32>& content) {
  if (in.call.call_identifier.empty()) return refuse(code::kFormatMandatoryMissing, "FunctionCallIdentifier");
  if (remembered(*in.function)) {
    EIDER_TRY(before, repeated(tx, context, in, content));
    if (before) return *std::move(before);
  }
  const auto handler = find_handler(*in.function);
  if (!handler) return refuse(code::kFunctionUnsupported, in.call.function);
  AnsweredCall record{in.call, std::nullopt, content, {}, {}};
  EIDER_TRY(handled, handler(tx, context, in));
  if (remembered(*in.function)) {
    if (handled.eid) record.eid = *handled.eid;
    record.iccids = handled.iccids;
    if (handled.response) {
      auto& base = *in.function->response.response_base(*handled.response);
      base.processingStart = in.call.received_at;
      base.processingEnd = context.now();
      if (in.call.acceptable_validity) base.acceptableValidityPeriod = in.call.acceptable_validity;
      record.outcome = Outcome{base.functionExecutionStatus.status,
                               base.functionExecutionStatus.statusCodeData,
                               {},
                               {},
                               {},
                               {},
                               context.now()};
    }
    EIDER_CHECK(tx.put_answered_call(record));
    EIDER_CHECK(tx.purge_answered_calls(context.now() - context.settings.answered_lifetime, 4));
  }
  return Taken{std::move(handled.response), handled.eid};
}

// A refusal is an answer like others: the same call, which may come once more long after it, out of a network
// that keeps it, is refused again whatever has changed since. What is wrong with the call itself can be
// mended under the same identifier.
Status remember_refusal(Context& context, const Incoming& in, const FixedBytes<32>& content,
                        const FunctionStatus& status) {
  const code::Code why{status.subject_code, status.reason_code};
  if (in.call.call_identifier.empty() || why == code::kValidityRefused || !remembered(*in.function))
    return {};
  return transact(context, [&](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_TRY(before, tx.answered_call(in.caller.id, in.call.call_identifier));
    if (before) return std::optional<Eid>{};
    AnsweredCall record{in.call, std::nullopt, content, {}, {}};
    record.outcome = failure(Fault(status));
    record.outcome->ended_at = context.now();
    EIDER_CHECK(tx.put_answered_call(record));
    EIDER_CHECK(tx.purge_answered_calls(context.now() - context.settings.answered_lifetime, 4));
    return std::optional<Eid>{};
  });
}

Reply serve(Context& context, const soap::Message& m, const Caller& caller, ByteView octets) {
  const auto in = incoming(context, m, caller, octets);
  const auto content = content_of(m);
  Taken taken;
  const auto done = transact(context, [&](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_TRY(t, take(tx, context, in, content));
    taken = std::move(t);
    return taken.eid;
  });
  if (!done) {
    auto failed = done.error();
    if (const auto* status = failed.as<FunctionStatus>()) {
      const auto kept = remember_refusal(context, in, content, *status);
      if (kept) return refused(context, m, failed);
      failed = kept.error();
    }
    log::error("smsr", in.call.function + ": " + failed.message());
    return soap_fault(context, m.header, 500, soap::FaultCode::kReceiver, "the SM-SR cannot store it now");
  }
  if (taken.response) return answer(context, m, *taken.response);
  if (!in.call.reply_to.empty()) return {202, {}, {}, std::nullopt};
  return {
      200, {}, {}, Ticket{caller.id, in.call.call_identifier, to_bytes(octets), taken.eid.value_or(Eid{})}};
}

}  // namespace

Status response_arrived(Context& context, const EntityId& from, const std::string& related,
                        const soap::Message& m) {
  return transact(context, [&](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_TRY(entry, tx.outbox_by_message_id(related));
    if (!entry || entry->target != from || entry->kind != OutboxKind::kCall || !m.response())
      return std::optional<Eid>{};
    EIDER_CHECK(tx.remove_outbox(entry->id));
    if (context.observer && m.function) context.observer->peer_answered(*m.function, *m.response());
    EIDER_CHECK(peer_answered(tx, context, *entry, *m.response(), m.body));
    return std::optional(entry->eid);
  });
}

Reply dispatch(Context& context, const SoapRequest& request) {
  const auto m = soap::decode(request.body);
  const auto id = identify(context, request.client_certificate);
  if (!id) return {403, {}, {}, std::nullopt};
  if (!m) {
    const auto& refusal = m.error();
    const bool known = refusal.function && refusal.kind == MessageKind::kRequest;
    return xml_reply(known ? 200 : 400, soap::encode_refusal(header_for(context, refusal.header), refusal),
                     soap::content_type(""));
  }
  if (!m->function)
    return soap_fault(context, m->header, 400, soap::FaultCode::kSender, "a fault is no function");
  if (m->kind == MessageKind::kNotification)
    return soap_fault(context, m->header, 400, soap::FaultCode::kSender, "an SM-SR gets no notifications");
  if (m->kind == MessageKind::kResponse) {
    if (m->header.relatesTo)
      if (const auto s = response_arrived(context, *id, *m->header.relatesTo, *m); !s)
        return soap_fault(context, m->header, 500, soap::FaultCode::kReceiver, "cannot be stored now");
    return {202, {}, {}, std::nullopt};
  }
  const auto caller = authorise(context, *m, *id);
  if (!caller) return refused(context, *m, caller.error());
  return serve(context, *m, *caller, request.body);
}

Result<std::optional<Reply>> held_reply(Context& context, const Ticket& ticket) {
  const auto m = soap::decode(ticket.request);
  if (!m || !m->function) return fail_local("the request of a held answer");
  std::optional<std::any> response;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(call, reader.answered_call(ticket.caller, ticket.call_identifier));
    if (!call || !call->outcome) return {};
    EIDER_TRY(made, response_of(reader, context, *m->function, call->call, *call->outcome));
    response = std::move(made);
    return {};
  }));
  if (!response) return std::optional<Reply>{};
  return std::optional(answer(context, *m, *response));
}

}  // namespace eider::smsr
