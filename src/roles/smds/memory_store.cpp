#include "roles/smds/memory_store.hpp"

#include <algorithm>

namespace eider::smds {

Status MemoryStore::usable() const {
  return refuse_ ? Status(fail_local("the store refuses everything", "tell it not to")) : Status();
}

bool MemoryStore::full(const Event& event, const EventLimits& limits) const {
  const auto all = by_caller_.find(event.caller);
  if ((all == by_caller_.end() ? 0 : all->second) >= limits.per_caller) return true;
  const auto card = by_eid_.find(sgp22::eid_digits(event.eid));
  if (card == by_eid_.end()) return false;
  const auto of_caller = std::ranges::count_if(
      card->second, [&](const auto& entry) { return entry.second.first == event.caller; });
  return static_cast<std::size_t>(of_caller) >= limits.per_caller_and_eid;
}

Result<Addition> MemoryStore::add(const Event& event, const EventLimits& limits) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  if (const auto it = rows_.find({event.caller, event.event_id}); it != rows_.end())
    return Addition{Addition::Outcome::kKnown, it->second.event};
  if (full(event, limits)) return Addition{Addition::Outcome::kTooMany, {}};
  const auto it = rows_.try_emplace({event.caller, event.event_id}, Row{event, next_}).first;
  by_eid_[sgp22::eid_digits(event.eid)][next_++] = it->first;
  ++by_caller_[event.caller];
  return Addition{};
}

Result<std::optional<Event>> MemoryStore::find(const std::string& caller, const std::string& event_id) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  const auto it = rows_.find({caller, event_id});
  return it == rows_.end() ? std::optional<Event>{} : std::optional(it->second.event);
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
  if (const auto all = by_caller_.find(caller); --all->second == 0) by_caller_.erase(all);
  rows_.erase(it);
  return {};
}

Result<std::vector<Event>> MemoryStore::events_of(const sgp22::Eid& eid, const std::string& event_id,
                                                  Time now, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  ++look_ups_;
  EIDER_CHECK(usable());
  std::vector<Event> out;
  const auto card = by_eid_.find(sgp22::eid_digits(eid));
  if (card == by_eid_.end()) return out;
  for (const auto& [position, key] : card->second) {
    const auto& event = rows_.at(key).event;
    if (out.size() == limit) break;
    if (event.registered && event.expires_at > now &&
        (event_id.empty() || event.event_id == event_id || event.root_event_id == event_id))
      out.push_back(event);
  }
  return out;
}

Result<std::vector<Event>> MemoryStore::expired(Time now, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  std::vector<Event> out;
  for (const auto& [key, row] : rows_)
    if (row.event.expires_at <= now) out.push_back(row.event);
  std::ranges::stable_sort(out, {}, &Event::expires_at);
  if (out.size() > limit) out.resize(limit);
  return out;
}

Result<std::vector<Event>> MemoryStore::list(const EventFilter& filter) {
  const std::lock_guard lock(mutex_);
  EIDER_CHECK(usable());
  std::map<std::uint64_t, const Event*> in_order;
  for (const auto& [key, row] : rows_)
    if ((!filter.eid || row.event.eid == *filter.eid) &&
        (!filter.caller || row.event.caller == *filter.caller))
      in_order[row.position] = &row.event;
  std::vector<Event> out;
  for (const auto& [position, event] : in_order)
    if (out.size() < filter.limit) out.push_back(*event);
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

std::size_t MemoryStore::look_ups() const {
  const std::lock_guard lock(mutex_);
  return look_ups_;
}

}  // namespace eider::smds
