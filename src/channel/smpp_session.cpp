#include "channel/smpp_session.hpp"

#include <algorithm>

namespace eider::channel {
namespace {
using smpp::CommandId;
using smpp::CommandStatus;

CommandId bind_command(SmppBind kind) {
  return kind == SmppBind::kTransmitter ? CommandId::kBindTransmitter
         : kind == SmppBind::kReceiver  ? CommandId::kBindReceiver
                                        : CommandId::kBindTransceiver;
}
SmppBind bind_kind_of(CommandId command) {
  return command == CommandId::kBindTransmitter ? SmppBind::kTransmitter
         : command == CommandId::kBindReceiver  ? SmppBind::kReceiver
                                                : SmppBind::kTransceiver;
}
bool is_bind(CommandId command) {
  return command == CommandId::kBindTransmitter || command == CommandId::kBindReceiver ||
         command == CommandId::kBindTransceiver;
}
}  // namespace

SmppSession::SmppSession(SmppSessionConfig config, Time now) : config_(config), opened_(now), heard_(now) {}

std::optional<SmppSession::Event> SmppSession::next_event() {
  if (events_.empty()) return std::nullopt;
  auto out = std::move(events_.front());
  events_.pop_front();
  return out;
}

void SmppSession::emit(Event::Kind kind, smpp::Pdu pdu, Ticket ticket) {
  events_.push_back({kind, std::move(pdu), ticket, {}});
}

// ---- What comes

void SmppSession::receive(ByteView octets, Time now) {
  if (over()) return;
  append(received_, octets);
  heard_ = now;
  std::size_t used = 0;
  while (!over()) {
    const auto rest = ByteView(received_).subspan(used);
    const auto length = smpp::pdu_length(rest);
    if (!length) {  // the beginning of the next PDU is lost
      send({CommandId::kGenericNack, length.error().status, length.error().sequence, {}, {}});
      end("malformed: " + Fault(length.error().fault).message());
      break;
    }
    if (!*length || rest.size() < **length) break;
    take(rest.first(**length), now);
    used += **length;
  }
  received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(used));
  pump(now);
}

void SmppSession::take(ByteView octets, Time now) {
  auto pdu = smpp::decode_pdu(octets);
  if (pdu) {
    if (smpp::is_response(pdu->command)) return take_response(*std::move(pdu), now);
    return take_request(*std::move(pdu), now);
  }
  const auto& r = pdu.error();
  // A response that cannot be read leaves its request without one; it is not answered itself (section 3.3).
  if ((octets[4] & 0x80) != 0) return;
  send({r.command, r.status, r.sequence, {}, {}});
}

// Section 2.3: which command in which state, from which side.
bool SmppSession::permitted(CommandId command) const {
  if (state_ != State::kBound) return false;
  const bool from_esme = config_.side == SmppSide::kSmsc;
  switch (command) {
    case CommandId::kSubmitSm:
    case CommandId::kQuerySm:
    case CommandId::kCancelSm:
    case CommandId::kReplaceSm:
      return from_esme && bind_ != SmppBind::kReceiver;
    case CommandId::kDeliverSm:
      return !from_esme && bind_ != SmppBind::kTransmitter;
    case CommandId::kDataSm:
      return bind_ != (from_esme ? SmppBind::kReceiver : SmppBind::kTransmitter);
    default:
      return false;
  }
}

void SmppSession::take_request(smpp::Pdu pdu, Time now) {
  const auto refuse = [&](CommandStatus status) { answer(smpp::response(pdu, status), now); };
  switch (pdu.command) {
    case CommandId::kEnquireLink:
      return refuse(CommandStatus::kOk);
    case CommandId::kUnbind:
      refuse(CommandStatus::kOk);
      return end("the other side has unbound");
    case CommandId::kAlertNotification:
    case CommandId::kOutbind:  // have no response, and nothing here waits for them
      return;
    default:
      break;
  }
  if (is_bind(pdu.command)) {
    if (config_.side != SmppSide::kSmsc) return refuse(CommandStatus::kIncorrectBindStatus);
    if (state_ != State::kOpen) return refuse(CommandStatus::kAlreadyBound);
    state_ = State::kBinding;
    return emit(Event::Kind::kBindRequest, std::move(pdu));
  }
  if (!permitted(pdu.command)) return refuse(CommandStatus::kIncorrectBindStatus);
  if (unanswered_.size() >= config_.max_incoming) return refuse(CommandStatus::kThrottled);
  unanswered_.insert(pdu.sequence);
  emit(Event::Kind::kRequest, std::move(pdu));
}

void SmppSession::take_response(smpp::Pdu pdu, Time now) {
  const auto found = waiting_.find(pdu.sequence);
  if (found == waiting_.end()) return;  // too late, or to nothing of ours
  const auto asked = found->second.pdu.command;
  if (pdu.command != smpp::response_to(asked) && pdu.command != CommandId::kGenericNack) return;
  auto pending = std::move(found->second);
  waiting_.erase(found);
  if (is_bind(asked)) return take_bind_answer(pdu);
  if (asked == CommandId::kEnquireLink) {
    enquiring_ = false;
  } else if (asked == CommandId::kUnbind) {
    end("unbound");
  } else if (smpp::is_congestion(pdu.status) && pending.throttled + 1 < config_.throttle_tries &&
             state_ == State::kBound) {
    congested(std::move(pending), now);
  } else {
    if (pdu.status == CommandStatus::kOk) back_off_ = Duration(0);
    emit(Event::Kind::kAnswer, std::move(pdu), pending.ticket);
  }
}

void SmppSession::take_bind_answer(const smpp::Pdu& pdu) {
  if (pdu.status == CommandStatus::kOk) {
    state_ = State::kBound;
    return emit(Event::Kind::kBound, pdu);
  }
  emit(Event::Kind::kBindRefused, pdu);
  end("bind refused: " + std::string(smpp::status_name(pdu.status)));
}

// The request goes back to its place in front of those that came later.
void SmppSession::congested(Pending pending, Time now) {
  ++pending.throttled;
  // Of a window that is refused as a whole only the first answer makes the wait longer.
  if (now >= resume_) {
    back_off_ = std::min(std::max(back_off_ * 2, config_.throttle_wait), config_.longest_throttle_wait);
    resume_ = now + back_off_;
  }
  const auto later = std::ranges::find_if(queue_, [&](const auto& q) { return q.ticket > pending.ticket; });
  queue_.insert(later, std::move(pending));
}

// ---- What goes

std::uint32_t SmppSession::next_sequence() {
  do {
    sequence_ = sequence_ >= smpp::kMaxSequence ? 1 : sequence_ + 1;
  } while (waiting_.contains(sequence_));
  return sequence_;
}

void SmppSession::send(const smpp::Pdu& pdu) {
  if (const auto octets = pdu.encode()) append(output_, *octets);
}

void SmppSession::send_own(CommandId command, Time now, smpp::Body body) {
  Pending p{0, {command, CommandStatus::kOk, next_sequence(), std::move(body), {}}, 0, {}};
  p.deadline = now + (is_bind(command) ? config_.bind_timeout : config_.response_timeout);
  send(p.pdu);
  waiting_.emplace(p.pdu.sequence, std::move(p));
}

void SmppSession::bind(SmppBind kind, const smpp::Bind& bind, Time now) {
  if (state_ != State::kOpen || config_.side != SmppSide::kEsme) return;
  bind_ = kind;
  state_ = State::kBinding;
  send_own(bind_command(kind), now, bind);
}

void SmppSession::answer_bind(const smpp::Pdu& request, CommandStatus status, const std::string& system_id,
                              Time now) {
  if (state_ != State::kBinding || config_.side != SmppSide::kSmsc) return;
  auto out = smpp::response(request, status, system_id);
  const auto* asked = request.as<smpp::Bind>();
  if (status == CommandStatus::kOk && asked && asked->interface_version >= smpp::kVersion34)
    out.add(smpp::tag::kScInterfaceVersion, Bytes{smpp::kVersion34});
  send(out);
  if (status != CommandStatus::kOk) return end("bind refused: " + std::string(smpp::status_name(status)));
  bind_ = bind_kind_of(request.command);
  state_ = State::kBound;
  pump(now);
}

Result<SmppSession::Ticket> SmppSession::request(smpp::Pdu pdu, Time now) {
  if (over() || state_ == State::kUnbinding) return fail_local("the SMPP session is over");
  if (queue_.size() >= config_.max_queue) return fail_local("too many SMPP requests wait");
  EIDER_CHECK(pdu.encode());
  queue_.push_back({++tickets_, std::move(pdu), 0, {}});
  pump(now);
  return tickets_;
}

void SmppSession::answer(const smpp::Pdu& request, CommandStatus status, Time now, std::string text) {
  answer(smpp::response(request, status, std::move(text)), now);
}
void SmppSession::answer(const smpp::Pdu& answer, Time) {
  if (over()) return;
  unanswered_.erase(answer.sequence);
  send(answer);
}

void SmppSession::unbind(Time now) {
  if (over() || state_ == State::kUnbinding) return;
  if (state_ != State::kBound) return end("given up before it was bound");
  state_ = State::kUnbinding;
  pump(now);
}

std::size_t SmppSession::in_flight() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(waiting_, [](const auto& w) { return w.second.ticket != 0; }));
}

void SmppSession::pump(Time now) {
  if (state_ == State::kUnbinding && in_flight() == 0 && std::ranges::none_of(waiting_, [](const auto& w) {
        return w.second.pdu.command == CommandId::kUnbind;
      }))
    return send_own(CommandId::kUnbind, now);
  while (state_ == State::kBound && now >= resume_ && !queue_.empty() && in_flight() < config_.window) {
    auto p = std::move(queue_.front());
    queue_.pop_front();
    p.pdu.sequence = next_sequence();
    p.deadline = now + config_.response_timeout;
    send(p.pdu);
    waiting_.emplace(p.pdu.sequence, std::move(p));
  }
}

// ---- Time, and the end

void SmppSession::tick(Time now) {
  if (over()) return;
  if (state_ == State::kOpen && now >= opened_ + config_.bind_timeout) return end("no bind came in time");
  std::vector<Pending> late;
  std::erase_if(waiting_, [&](auto& w) {
    if (w.second.deadline > now) return false;
    late.push_back(std::move(w.second));
    return true;
  });
  std::optional<CommandId> own;  // what this session itself waited for
  for (auto& p : late) {
    if (p.ticket == 0) {
      own = p.pdu.command;
    } else {
      emit(Event::Kind::kLost, std::move(p.pdu), p.ticket);
    }
  }
  if (own) return end(std::string(smpp::command_name(*own)) + " was not answered");
  if (bound() && !enquiring_ && (now >= heard_ + config_.enquire_interval || !late.empty())) {
    enquiring_ = true;
    send_own(CommandId::kEnquireLink, now);
  }
  pump(now);
}

Time SmppSession::next_tick() const {
  if (over()) return Time::max();
  Time out = Time::max();
  if (state_ == State::kOpen) out = opened_ + config_.bind_timeout;
  for (const auto& [sequence, p] : waiting_) out = std::min(out, p.deadline);
  if (bound() && !enquiring_) out = std::min(out, heard_ + config_.enquire_interval);
  if (bound() && !queue_.empty() && in_flight() < config_.window) out = std::min(out, resume_);
  return out;
}

void SmppSession::disconnected(Time, const std::string& reason) {
  end(reason);
}

void SmppSession::end(const std::string& reason) {
  if (over()) return;
  state_ = State::kOver;
  for (auto& [sequence, p] : waiting_)
    if (p.ticket != 0) emit(Event::Kind::kLost, std::move(p.pdu), p.ticket);
  waiting_.clear();
  unanswered_.clear();
  events_.push_back({Event::Kind::kOver, {}, 0, reason});
}

std::vector<std::pair<SmppSession::Ticket, smpp::Pdu>> SmppSession::take_unsent() {
  std::vector<std::pair<Ticket, smpp::Pdu>> out;
  for (auto& p : queue_) out.emplace_back(p.ticket, std::move(p.pdu));
  queue_.clear();
  return out;
}

}  // namespace eider::channel
