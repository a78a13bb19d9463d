#include "roles/smds/sessions.hpp"

namespace eider::smds {

void Sessions::drop(Order::iterator it) {
  if (const auto peer = of_peer_.find(it->peer); --peer->second == 0) of_peer_.erase(peer);
  by_id_.erase(std::string(as_text(it->id.view())));
  sessions_.erase(it);
}

void Sessions::expire(Time now) {
  while (!sessions_.empty() && sessions_.front().expires_at <= now) drop(sessions_.begin());
}

bool Sessions::has_room(const std::string& peer) const {
  const auto of_this = of_peer_.find(peer);
  return sessions_.size() < in_all_ && (of_this == of_peer_.end() || of_this->second < per_peer_);
}

bool Sessions::room_for(const std::string& peer, Time now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  return has_room(peer);
}

bool Sessions::keep(Session session, Time now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  if (!has_room(session.peer)) return false;
  ++of_peer_[session.peer];
  sessions_.push_back(std::move(session));
  const auto it = std::prev(sessions_.end());
  by_id_.insert_or_assign(std::string(as_text(it->id.view())), it);
  return true;
}

std::optional<Session> Sessions::take(ByteView id, Time now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  const auto found = by_id_.find(std::string(as_text(id)));
  if (found == by_id_.end()) return std::nullopt;
  auto out = *found->second;
  drop(found->second);
  return out.expires_at > now ? std::optional(std::move(out)) : std::nullopt;
}

std::size_t Sessions::live(Time now) {
  const std::lock_guard lock(mutex_);
  expire(now);
  return sessions_.size();
}

}  // namespace eider::smds
