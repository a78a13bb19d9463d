// ESMEs: binding, submission, query and cancellation, and what is delivered to them.
#include "roles/smsc/centre.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::smsc {
using smpp::CommandId;
using smpp::CommandStatus;
using smpp::MessageState;
using Event = channel::SmppSession::Event;

int Centre::esme_connected(Time now) {
  const int id = ++last_number_;
  esmes_.emplace(id, Esme(channel::SmppSession(config_.session, now)));
  return id;
}
void Centre::esme_received(int id, ByteView octets, Time now) {
  const auto found = esmes_.find(id);
  if (found == esmes_.end()) return;
  found->second.session.receive(octets, now);
  handle(found->second, now);
  run_schedule(now);
}
void Centre::esme_gone(int id, Time now) {
  const auto found = esmes_.find(id);
  if (found == esmes_.end()) return;
  found->second.session.disconnected(now, "the connection is gone");
  handle(found->second, now);
  esmes_.erase(found);
}
Bytes Centre::esme_output(int id) {
  const auto found = esmes_.find(id);
  return found == esmes_.end() ? Bytes() : found->second.session.output();
}
bool Centre::esme_over(int id) const {
  const auto found = esmes_.find(id);
  return found == esmes_.end() || found->second.session.over();
}

void Centre::handle(Esme& esme, Time now) {
  while (const auto event = esme.session.next_event()) handle(esme, *event, now);
}

void Centre::handle(Esme& esme, const Event& event, Time now) {
  switch (event.kind) {
    case Event::Kind::kBindRequest:
      return take_bind(esme, event.pdu, now);
    case Event::Kind::kRequest:
      return take_request(esme, event.pdu, now);
    case Event::Kind::kAnswer:
      return answered(esme, event.ticket, &event.pdu, now);
    case Event::Kind::kLost:
      return answered(esme, event.ticket, nullptr, now);
    case Event::Kind::kOver:
      say("over", nullptr, (esme.account ? esme.account->system_id + ": " : std::string()) + event.reason);
      for (const auto& [ticket, pdu] : esme.session.take_unsent()) answered(esme, ticket, nullptr, now);
      return;
    default:
      return;
  }
}

void Centre::take_bind(Esme& esme, const smpp::Pdu& pdu, Time now) {
  const auto& bind = *pdu.as<smpp::Bind>();
  const auto found = std::ranges::find(config_.accounts, bind.system_id, &Account::system_id);
  const auto status = found == config_.accounts.end()       ? CommandStatus::kInvalidSystemId
                      : !(found->password == bind.password) ? CommandStatus::kInvalidPassword
                                                            : CommandStatus::kOk;
  if (status != CommandStatus::kOk) return esme.session.answer_bind(pdu, status, config_.system_id, now);
  esme.account = &*found;
  esme.session.answer_bind(pdu, status, config_.system_id, now);
  say("bound", nullptr, bind.system_id);
  wake([&](const Message& m) { return receiver_for(m) == &esme; }, now);
}

void Centre::take_request(Esme& esme, const smpp::Pdu& pdu, Time now) {
  switch (pdu.command) {
    case CommandId::kSubmitSm:
    case CommandId::kDataSm:
      return take_submission(esme, pdu, now);
    case CommandId::kQuerySm:
      return take_query(esme, pdu, now);
    case CommandId::kCancelSm:
      return take_cancel(esme, pdu, now);
    default:
      return esme.session.answer(pdu, CommandStatus{0x13}, now);  // ESME_RREPLACEFAIL
  }
}

void Centre::take_submission(Esme& esme, const smpp::Pdu& pdu, Time now) {
  const auto refuse = [&](CommandStatus status) {
    ++counters_.refused;
    say("refused", nullptr, esme.account->system_id + ": " + std::string(smpp::status_name(status)));
    esme.session.answer(pdu, status, now);
  };
  auto taken = smsc::take_submission(pdu, now, config_.longest_validity);
  if (!taken) return refuse(taken.error());
  taken->account = esme.account->system_id;
  const auto parts = split(*taken, ++concatenation_);
  if (!parts) return refuse(CommandStatus::kInvalidMessageLength);
  if (messages_.size() + parts->size() > config_.max_messages)
    return refuse(CommandStatus::kMessageQueueFull);
  const auto fate = faults_.decide(Flow::kMt);
  if (fate.throttle) return refuse(CommandStatus::kThrottled);
  if (fate.refuse) return refuse(CommandStatus::kSubmitFailed);
  Message last;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    auto part = (*parts)[i];
    // The last part stands for all: its identifier is the answer, and it alone has a receipt.
    if (i + 1 < parts->size()) part.registered_delivery = 0;
    last.id = store(std::move(part), fate, now);
  }
  if (fate.mute) return esme.session.forget(pdu);
  esme.session.answer(pdu, CommandStatus::kOk, now, last.name());
}

Message* Centre::own_message(const Esme& esme, std::string_view message_id) {
  const auto id = message_number(message_id);
  if (!id) return nullptr;
  for (auto* all : {&messages_, &done_})
    if (const auto found = all->find(*id);
        found != all->end() && found->second.account == esme.account->system_id)
      return &found->second;
  return nullptr;
}

void Centre::take_query(Esme& esme, const smpp::Pdu& pdu, Time now) {
  const auto& query = *pdu.as<smpp::QuerySm>();
  const auto* m = own_message(esme, query.message_id);
  if (!m) return esme.session.answer(pdu, CommandStatus::kQueryFailed, now);
  auto out = smpp::response(pdu, CommandStatus::kOk);
  auto& body = std::get<smpp::QuerySmResp>(out.body);
  body.message_id = query.message_id;
  body.message_state = static_cast<std::uint8_t>(m->state);
  body.error_code = static_cast<std::uint8_t>(m->network_error);
  esme.session.answer(out, now);
}

void Centre::take_cancel(Esme& esme, const smpp::Pdu& pdu, Time now) {
  auto* m = own_message(esme, pdu.as<smpp::CancelSm>()->message_id);
  if (!m || m->under_way || smpp::is_final(m->state))
    return esme.session.answer(pdu, CommandStatus::kCancelFailed, now);
  finish(*m, MessageState::kDeleted, now);
  esme.session.answer(pdu, CommandStatus::kOk, now);
}

void Centre::give_to_esme(Esme& esme, Message& m, Time now) {
  const auto ticket = esme.session.request(deliver_sm(m), now);
  if (!ticket) return schedule(m, now + config_.retry);
  m.under_way = true;
  esme.deliveries[*ticket] = m.id;
}

void Centre::answered(Esme& esme, channel::SmppSession::Ticket ticket, const smpp::Pdu* answer, Time now) {
  const auto found = esme.deliveries.find(ticket);
  if (found == esme.deliveries.end()) return;
  const auto id = found->second;
  esme.deliveries.erase(found);
  if (!answer) return attempted(id, Attempt::kNotNow, 0, now);
  const bool later = smpp::is_congestion(answer->status) ||
                     answer->status == CommandStatus::kTemporaryAppError ||
                     answer->status == CommandStatus::kSystemError;
  attempted(id,
            answer->status == CommandStatus::kOk ? Attempt::kDone
            : later                              ? Attempt::kNotNow
                                                 : Attempt::kNever,
            0, now);
}

}  // namespace eider::smsc
