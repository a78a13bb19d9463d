#include "roles/smdpp/session_table.hpp"

#include <algorithm>

namespace eider::smdpp {
namespace {

std::string table_key(const TransactionId& id) {
  return std::string(as_text(id.view()));
}

}  // namespace

void SessionTable::release(Counted& counted, const std::string& key, const TransactionId& id) {
  const auto it = counted.find(key);
  if (it == counted.end()) return;
  std::erase_if(it->second, [&](const Live& l) { return l.id == id; });
  if (it->second.empty()) counted.erase(it);
}

void SessionTable::end_counted(const TransactionId& id) {
  const auto it = counted_by_.find(table_key(id));
  if (it == counted_by_.end()) return;
  release(peers_, it->second.peer, id);
  release(cards_, it->second.card, id);
  counted_by_.erase(it);
}

void SessionTable::expire(Counted& counted, const std::string& key, Time now) {
  const auto it = counted.find(key);
  if (it == counted.end()) return;
  const auto live = it->second;
  for (const auto& l : live)
    if (l.expires_at <= now) end_counted(l.id);
}

void SessionTable::sweep(Time now) {
  constexpr std::size_t kEvery = 1024;
  if (++admitted_ < kEvery) return;
  admitted_ = 0;
  for (auto* counted : {&peers_, &cards_}) {
    std::vector<std::string> keys;
    for (const auto& [key, live] : *counted) keys.push_back(key);
    for (const auto& key : keys) expire(*counted, key, now);
  }
}

std::vector<TransactionId> SessionTable::admit(const Session& session, const Eid& eid, Time now) {
  const std::lock_guard lock(mutex_);
  const std::string card(as_text(eid.view()));
  expire(cards_, card, now);
  release(cards_, card, session.transaction_id);
  auto& live = cards_[card];
  std::vector<TransactionId> over;
  for (std::size_t i = 0; i < live.size() && live.size() - i >= per_eid_; ++i) over.push_back(live[i].id);
  live.push_back({session.transaction_id, session.expires_at});
  counted_by_[table_key(session.transaction_id)].card = card;
  return over;
}

bool SessionTable::admit(const Session& session, Time now) {
  if (session.peer.empty()) return true;
  const std::lock_guard lock(mutex_);
  sweep(now);
  if (const auto it = peers_.find(session.peer); it != peers_.end() && it->second.size() >= per_peer_) {
    expire(peers_, session.peer, now);
    if (const auto still = peers_.find(session.peer);
        still != peers_.end() && still->second.size() >= per_peer_)
      return false;
  }
  peers_[session.peer].push_back({session.transaction_id, session.expires_at});
  counted_by_[table_key(session.transaction_id)].peer = session.peer;
  return true;
}

std::size_t SessionTable::live(Time now) const {
  const std::lock_guard lock(mutex_);
  std::size_t n = 0;
  for (const auto& [peer, sessions] : peers_)
    n += static_cast<std::size_t>(
        std::ranges::count_if(sessions, [now](const Live& l) { return l.expires_at > now; }));
  return n;
}

std::optional<Session> SessionTable::find(const TransactionId& id) const {
  const std::lock_guard lock(mutex_);
  const auto it = sessions_.find(table_key(id));
  return it == sessions_.end() ? std::nullopt : std::optional(it->second);
}

void SessionTable::keep(Session session) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= capacity_) sessions_.clear();
  auto key = table_key(session.transaction_id);
  sessions_.insert_or_assign(std::move(key), std::move(session));
}

void SessionTable::forget(const TransactionId& id) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(table_key(id));
}

void SessionTable::end(const TransactionId& id) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(table_key(id));
  end_counted(id);
}

}  // namespace eider::smdpp
