#include "roles/smsc/centre.hpp"

#include <algorithm>

#include "spec/smpp/receipt.hpp"

namespace eider::smsc {
using smpp::MessageState;

Centre::Centre(CentreConfig config, Listener listener)
    : config_(std::move(config)), listener_(std::move(listener)), faults_(config_.seed) {
  config_.session.side = channel::SmppSide::kSmsc;
}

void Centre::say(const char* event, const Message* message, std::string about) const {
  if (listener_) listener_({event, message, std::move(about)});
}

CentreCounters Centre::counters() const {
  auto out = counters_;
  out.stored = messages_.size();
  return out;
}

// ---- Whom a message is for

const Account* Centre::account_of(const std::string& number) const {
  const auto matches = [&](const std::string& a) {
    return a.ends_with('*') ? number.starts_with(std::string_view(a).substr(0, a.size() - 1)) : a == number;
  };
  const auto found = std::ranges::find_if(
      config_.accounts, [&](const Account& a) { return std::ranges::any_of(a.addresses, matches); });
  return found == config_.accounts.end() ? nullptr : &*found;
}

Centre::Device* Centre::device_of(const std::string& number) {
  const auto found = std::ranges::find_if(devices_, [&](const auto& d) { return d.second.number == number; });
  return found == devices_.end() ? nullptr : &found->second;
}

// The first session of the account that can receive.
Centre::Esme* Centre::receiver_for(const Message& m) {
  const auto* account = account_of(m.destination.digits);
  for (auto& [number, esme] : esmes_) {
    if (!esme.account || !esme.session.bound() || esme.session.bind_kind() == channel::SmppBind::kTransmitter)
      continue;
    if (m.flow == Flow::kReceipt ? esme.account->system_id == m.account : esme.account == account)
      return &esme;
  }
  return nullptr;
}

// ---- Keeping

std::uint64_t Centre::store(Message m, const Faults::Fate& fate, Time now) {
  m.id = ++last_id_;
  if (m.flow != Flow::kReceipt) ++counters_.submitted;
  if (fate.lose) {
    ++counters_.lost;
    say("lost", &m);
    return m.id;
  }
  m.copies = fate.duplicate ? 2 : 1;
  m.held = fate.hold;
  say(m.held ? "held" : "taken", &m);
  const auto id = m.id;
  auto& kept = messages_.emplace(id, std::move(m)).first->second;
  if (!kept.held) schedule(kept, now + fate.delay);
  due_.emplace(kept.expires, id);
  return id;
}

void Centre::tick(Time now) {
  for (auto& [number, esme] : esmes_) {
    esme.session.tick(now);
    handle(esme, now);
  }
  for (auto& [number, d] : devices_)
    if (d.under_way && d.deadline <= now) {
      const auto id = *std::exchange(d.under_way, std::nullopt);
      d.reference = 0;
      attempted(id, Attempt::kNotNow, 0, now);
    }
  run_schedule(now);
}

Time Centre::next_tick() const {
  Time out = due_.empty() ? Time::max() : due_.begin()->first;
  for (const auto& [number, esme] : esmes_) out = std::min(out, esme.session.next_tick());
  for (const auto& [number, d] : devices_)
    if (d.under_way) out = std::min(out, d.deadline);
  return out;
}

void Centre::run_schedule(Time now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto id = due_.begin()->second;
    due_.erase(due_.begin());
    const auto found = messages_.find(id);
    if (found == messages_.end()) continue;
    auto& m = found->second;
    if (now >= m.expires && !m.under_way) {
      ++counters_.expired;
      finish(m, MessageState::kExpired, now);
    } else if (!m.under_way && !m.held) {
      dispatch(m, now);
    }
  }
  for (auto& [number, d] : devices_) pump(d, now);
}

// Without a way to the recipient the message stays, until there is one or it expires.
void Centre::dispatch(Message& m, Time now) {
  if (m.flow != Flow::kReceipt)
    if (auto* d = device_of(m.destination.digits)) {
      m.under_way = true;
      d->ready.push_back(m.id);
      return;
    }
  if (auto* esme = receiver_for(m)) give_to_esme(*esme, m, now);
}

void Centre::wake(const std::function<bool(const Message&)>& which, Time now) {
  for (auto& [id, m] : messages_)
    if (!m.under_way && !m.held && which(m)) schedule(m, now);
  run_schedule(now);
}

void Centre::attempted(std::uint64_t id, Attempt attempt, std::uint16_t network_error, Time now) {
  const auto found = messages_.find(id);
  if (found == messages_.end()) return;
  auto& m = found->second;
  m.under_way = false;
  m.network_error = network_error;
  if (attempt == Attempt::kNever) {
    ++counters_.failed;
    return finish(m, MessageState::kUndeliverable, now);
  }
  if (attempt == Attempt::kDone) {
    if (m.flow != Flow::kReceipt) ++counters_.delivered;
    say("delivered", &m);
    if (--m.copies > 0) return schedule(m, now);
    return finish(m, MessageState::kDelivered, now);
  }
  const auto wait = config_.retry * (1LL << std::min(m.attempts++, 20));
  say("waits", &m);
  schedule(m, now + std::min<Duration>(wait, config_.longest_retry));
}

void Centre::finish(Message& m, MessageState state, Time now) {
  m.state = state;
  if (state != MessageState::kDelivered) say(state == MessageState::kExpired ? "expired" : "failed", &m);
  write_receipt(m, now);
  due_.erase({m.expires, m.id});
  auto node = messages_.extract(m.id);
  node.mapped().data.clear();
  if (node.mapped().flow != Flow::kReceipt) done_.insert(std::move(node));
  if (done_.size() > config_.kept_states) done_.erase(done_.begin());
}

// SMPP v3.4 section 5.2.17: on delivery and failure, or on failure only.
void Centre::write_receipt(const Message& m, Time now) {
  const bool wanted =
      m.registered_delivery == smpp::registered::kFinal ||
      (m.registered_delivery == smpp::registered::kOnFailure && m.state != MessageState::kDelivered);
  if (m.flow != Flow::kMt || !wanted) return;
  smpp::Pdu pdu{smpp::CommandId::kDeliverSm, smpp::CommandStatus::kOk, 0, smpp::ShortMessage{}, {}};
  smpp::Receipt{m.name(), m.state, m.submitted, now, m.network_error}.write(pdu);
  Message out;
  out.flow = Flow::kReceipt;
  out.account = m.account;
  out.source = m.destination;
  out.destination = m.source;
  out.data = to_bytes(smpp::message_octets(pdu));
  out.tlvs = std::move(pdu.tlvs);
  out.submitted = now;
  out.expires = now + config_.longest_validity;
  ++counters_.receipts;
  store(std::move(out), faults_.decide(Flow::kReceipt), now);
}

Status Centre::command(std::string_view text, Time now) {
  EIDER_CHECK(faults_.command(text));
  say("rule", nullptr, std::string(text));
  for (auto& [id, m] : messages_)
    if (m.held && !faults_.holds(m.flow)) {
      m.held = false;
      schedule(m, now);
    }
  run_schedule(now);
  return {};
}

}  // namespace eider::smsc
