// The Store port in memory, for simulations and tests, with faults on demand.
#pragma once
#include <map>
#include <mutex>

#include "roles/smds/ports.hpp"

namespace eider::smds {

class MemoryStore final : public Store {
 public:
  Result<Addition> add(const Event& event, const EventLimits& limits) override;
  Result<std::optional<Event>> find(const std::string& caller, const std::string& event_id) override;
  Status set_registered(const std::string& caller, const std::string& event_id) override;
  Status remove(const std::string& caller, const std::string& event_id) override;
  Result<std::vector<Event>> events_of(const sgp22::Eid& eid, const std::string& event_id, Time now,
                                       std::size_t limit) override;
  Result<std::vector<Event>> expired(Time now, std::size_t limit) override;
  Result<std::vector<Event>> list(const EventFilter& filter) override;
  Result<std::uint64_t> count() override { return size(); }

  // Every member fails until it is called with false; nothing is changed meanwhile.
  void refuse_all(bool refuse);
  // Registered or not.
  std::size_t size() const;
  // How often events were looked for on behalf of a card.
  std::size_t look_ups() const;

 private:
  using Key = std::pair<std::string, std::string>;  // caller, EventID
  struct Row {
    Event event;
    std::uint64_t position = 0;  // in the order of arrival
  };
  Status usable() const;
  bool full(const Event& event, const EventLimits& limits) const;
  mutable std::mutex mutex_;
  bool refuse_ = false;
  std::uint64_t next_ = 0;
  std::size_t look_ups_ = 0;
  std::map<Key, Row> rows_;
  std::map<std::string, std::map<std::uint64_t, Key>> by_eid_;
  std::map<std::string, std::size_t> by_caller_;
};

}  // namespace eider::smds
