// The Store port in memory, for simulations and tests, with faults on demand.
#pragma once
#include <map>
#include <mutex>

#include "roles/smds/ports.hpp"

namespace eider::smds {

class MemoryStore final : public Store {
 public:
  Result<std::optional<Event>> add(const Event& event) override;
  Status set_registered(const std::string& caller, const std::string& event_id) override;
  Status remove(const std::string& caller, const std::string& event_id) override;
  Result<std::vector<Event>> events_of(const sgp22::Eid& eid) override;

  // Every member fails until it is called with false; nothing is changed meanwhile.
  void refuse_all(bool refuse);
  // Registered or not.
  std::size_t size() const;

 private:
  using Key = std::pair<std::string, std::string>;  // caller, EventID
  struct Row {
    Event event;
    std::uint64_t position = 0;  // in the order of arrival
  };
  Status usable() const;
  mutable std::mutex mutex_;
  bool refuse_ = false;
  std::uint64_t next_ = 0;
  std::map<Key, Row> rows_;
  std::map<std::string, std::map<std::uint64_t, Key>> by_eid_;
};

}  // namespace eider::smds
