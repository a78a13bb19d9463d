#include "roles/smdpp/session_table.hpp"

#include <algorithm>

namespace eider::smdpp {
namespace {

std::string key_of(const TransactionId& id) {
  return std::string(as_text(id.view()));
}

const Eid* eid_of(const Session& session) {
  if (const auto* a = std::get_if<Authenticated>(&session.state)) return &a->eid;
  if (const auto* bound = std::get_if<Bound>(&session.state)) return &bound->authenticated.eid;
  return nullptr;
}

}  // namespace

void SessionTable::sweep(Time now) {
  constexpr std::size_t kEvery = 1024;
  if (++admitted_ < kEvery) return;
  admitted_ = 0;
  for (auto* counted : {&peers_, &cards_})
    std::erase_if(*counted, [now](const auto& entry) {
      return std::ranges::all_of(entry.second, [now](const Live& l) { return l.expires_at <= now; });
    });
}

void SessionTable::release(Counted& counted, const std::string& key, const TransactionId& id) {
  const auto it = counted.find(key);
  if (it == counted.end()) return;
  std::erase_if(it->second, [&](const Live& l) { return l.id == id; });
  if (it->second.empty()) counted.erase(it);
}

std::vector<TransactionId> SessionTable::admit(const Session& session, const Eid& eid, Time now) {
  const std::lock_guard lock(mutex_);
  auto& live = cards_[std::string(as_text(eid.view()))];
  std::erase_if(live, [&](const Live& l) { return l.expires_at <= now || l.id == session.transaction_id; });
  std::vector<TransactionId> over;
  for (std::size_t i = 0; i < live.size() && live.size() - i >= per_eid_; ++i) over.push_back(live[i].id);
  live.erase(live.begin(), live.begin() + static_cast<std::ptrdiff_t>(over.size()));
  live.push_back({session.transaction_id, session.expires_at});
  return over;
}

bool SessionTable::admit(const Session& session, Time now) {
  if (session.peer.empty()) return true;
  const std::lock_guard lock(mutex_);
  sweep(now);
  auto& live = peers_[session.peer];
  if (live.size() >= per_peer_) std::erase_if(live, [now](const Live& l) { return l.expires_at <= now; });
  if (live.size() >= per_peer_) return false;
  live.push_back({session.transaction_id, session.expires_at});
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
  const auto it = sessions_.find(key_of(id));
  return it == sessions_.end() ? std::nullopt : std::optional(it->second);
}

void SessionTable::keep(Session session) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= capacity_) sessions_.clear();
  auto key = key_of(session.transaction_id);
  sessions_.insert_or_assign(std::move(key), std::move(session));
}

void SessionTable::forget(const TransactionId& id) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(key_of(id));
}

void SessionTable::end(const Session& session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(key_of(session.transaction_id));
  release(peers_, session.peer, session.transaction_id);
  if (const auto* eid = eid_of(session))
    release(cards_, std::string(as_text(eid->view())), session.transaction_id);
}

}  // namespace eider::smdpp
