#include "world/m2m/desk.hpp"

namespace eider::world::m2m {
namespace {
namespace soap = sgp02::soap;
using sgp02::ExecutionStatus;

bool executed_well(const sgp02::FunctionExecutionStatus& s) {
  return s.status == ExecutionStatus::kExecutedSuccess || s.status == ExecutionStatus::kExecutedWithWarning;
}
}  // namespace

bool Call::succeeded() const {
  return outcome && executed_well(*outcome);
}

std::string status_text(const sgp02::FunctionExecutionStatus& s) {
  const auto code = s.statusCodeData ? s.statusCodeData->subject + "/" + s.statusCodeData->reason : "";
  switch (s.status) {
    case ExecutionStatus::kExecutedSuccess:
      return "ok";
    case ExecutionStatus::kExecutedWithWarning:
      return "warning " + code;
    case ExecutionStatus::kExpired:
      return "expired";
    case ExecutionStatus::kFailed:
      break;
  }
  return code;
}

Desk::Desk(const Parts& parts)
    : parts_(parts), random_(parts.seed), wire_(parts.foundry, parts.self, parts.network) {
  parts_.network.add(parts.self.host, *this);
}

const sgp02::EntityId& Desk::smsr_of(const sgp02::Eid& eid) const {
  const auto it = smsrs_.find(eid);
  return it == smsrs_.end() ? parts_.foundry.smsrs.front().party.id : it->second;
}

Call& Desk::ask(const sgp02::EntityId& to, sgp02::Interface interface, std::any request,
                const sgp02::Eid& eid, std::optional<sgp02::Iccid> iccid, Duration validity) {
  auto& call = calls_.emplace_back();
  for (const auto& f : sgp02::functions())
    if (f.interface == interface && *f.request.type == request.type()) call.function = &f;
  call.identifier = parts_.self.name + "-" + std::to_string(++numbers_);
  auto* base = const_cast<sgp02::BaseRequest*>(call.function->request.request_base(request));
  base->functionCallIdentifier = call.identifier;
  base->validityPeriod =
      static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(validity).count());
  call.request = std::move(request);
  call.to = to;
  call.eid = eid;
  call.iccid = std::move(iccid);
  call.expires = parts_.clock.now() + validity;
  ask_again(call);
  return call;
}

void Desk::ask_again(Call& call) {
  const auto* to = parts_.foundry.find(call.to);
  sgp02::MessageHeader header;
  header.sender = {parts_.self.id, parts_.self.name, {}, parts_.self.url()};
  header.receiver = {to->id, to->name, {}, to->url()};
  header.transactionId = call.identifier;
  header.messageId =
      soap::make_message_id(parts_.self.id, to_hex(random_.bytes(8)), call.identifier, parts_.clock.now());
  header.messageDate = parts_.clock.now();
  header.replyTo = parts_.self.url();
  const auto body = soap::encode(header, *call.function, sgp02::MessageKind::kRequest, call.request);
  call.message_ids.push_back(header.messageId);
  by_message_[header.messageId] = &call;
  parts_.laws.issued({header.messageId, parts_.self.name + ":" + call.identifier,
                      std::string(call.function->name), to->host, call.expires});
  const auto name =
      std::string(sgp02::name_of(call.function->interface)) + "-" + std::string(call.function->name);
  parts_.journal.note([&] {
    return parts_.self.name + " asks " + to->name + ": " + name + " " +
           (call.iccid ? sgp22::iccid_digits(*call.iccid) : sgp22::eid_digits(call.eid)) + " (" +
           call.identifier + ")";
  });
  const auto reply = wire_.post({to->url(), sgp02::action_uri(*call.function, sgp02::MessageKind::kRequest),
                                 to_bytes(as_bytes(body)), to->id.dotted()});
  if (!reply) return;
  if (reply->status == 202) {
    call.accepted = true;
    parts_.laws.accepted(header.messageId);
  }
  if (reply->status != 200) return;
  const auto answer = soap::decode(reply->body);
  if (answer && answer->kind == sgp02::MessageKind::kResponse)
    answered(call, header.messageId, *answer, true);
}

void Desk::answered(Call& call, const std::string& related, const soap::Message& answer, bool in_place) {
  const auto* base = answer.response();
  if (!base) return;
  const auto& status = base->functionExecutionStatus;
  const auto text = status_text(status);
  parts_.laws.answered(related, answer.header.messageId, text, in_place);
  if (call.done()) return;
  parts_.journal.note([&] {
    return parts_.self.name + " hears of " + std::string(call.function->name) + " (" + call.identifier +
           "): " + text +
           (status.statusCodeData && status.statusCodeData->message ? " " + *status.statusCodeData->message
                                                                    : std::string());
  });
  parts_.journal.mark(text.size() + (text.empty() ? 0 : static_cast<std::uint8_t>(text.back())));
  call.outcome = status;
  call.response = answer.body;
  if (call.succeeded()) learn(call);
}

void Desk::learn(const Call& call) {
  if (const auto* r = std::any_cast<sgp02::es2::DownloadProfileResponse>(&call.response); r && r->iccid)
    profiles[*r->iccid] = call.eid;
  if (const auto* r = std::any_cast<sgp02::es4::SMSRChangeRequest>(&call.request))
    set_smsr(call.eid, r->targetSMSRid);
}

void Desk::notified(const soap::Message& m) {
  ++notifications_;
  if (const auto* n = m.as<sgp02::HandleSMSRChangeNotification>()) set_smsr(n->eis.eid(), n->eis.smsrId);
  if (const auto* n = m.as<sgp02::HandleProfileDeletedNotification>()) profiles.erase(n->iccid);
}

std::optional<HttpReply> Desk::handle(const HttpPost& request, const std::string&, ByteView) {
  HttpReply reply;
  reply.status = 202;
  const auto m = soap::decode(request.body);
  if (!m || !m->function) {
    parts_.laws.require(false, "wire.readable",
                        [&] { return parts_.self.name + " gets a message that cannot be read"; });
    return reply;
  }
  if (m->kind == sgp02::MessageKind::kNotification) notified(*m);
  if (m->kind != sgp02::MessageKind::kResponse || !m->header.relatesTo) return reply;
  const auto it = by_message_.find(*m->header.relatesTo);
  if (it != by_message_.end()) answered(*it->second, it->first, *m, false);
  return reply;
}

}  // namespace eider::world::m2m
