#include "roles/smds/memory_store.hpp"

namespace eider::smds {

Status MemoryStore::usable() const {
  return refuse_ ? Status(fail_local("the store refuses everything", "tell it not to")) : Status();
}

Result<std::optional<Event>> MemoryStore::add(const Event& event) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  const auto [it, added] = rows_.try_emplace({event.caller, event.event_id}, Row{event, next_});
  if (!added) return std::optional<Event>{it->second.event};
  by_eid_[sgp22::eid_digits(event.eid)][next_++] = it->first;
  return std::optional<Event>{};
}

Status MemoryStore::set_registered(const std::string& caller, const std::string& event_id) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  const auto it = rows_.find({caller, event_id});
  if (it == rows_.end()) return fail_local("the event is gone");
  it->second.event.registered = true;
  return {};
}

Status MemoryStore::remove(const std::string& caller, const std::string& event_id) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  const auto it = rows_.find({caller, event_id});
  if (it == rows_.end()) return {};
  const auto card = by_eid_.find(sgp22::eid_digits(it->second.event.eid));
  card->second.erase(it->second.position);
  if (card->second.empty()) by_eid_.erase(card);
  rows_.erase(it);
  return {};
}

Result<std::vector<Event>> MemoryStore::events_of(const sgp22::Eid& eid) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  std::vector<Event> out;
  const auto card = by_eid_.find(sgp22::eid_digits(eid));
  if (card == by_eid_.end()) return out;
  for (const auto& [position, key] : card->second) {
    const auto& event = rows_.at(key).event;
    if (event.registered) out.push_back(event);
  }
  return out;
}

void MemoryStore::refuse_all(bool refuse) {
  const std::lock_guard lock(mutex_);
  refuse_ = refuse;
}

std::size_t MemoryStore::size() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

}  // namespace eider::smds
