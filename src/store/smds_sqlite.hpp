// The SM-DS's Store port on SQLite. Several processes may share the file.
#pragma once
#include <memory>

#include "roles/smds/ports.hpp"

namespace eider::store {

class SqliteEngine;

class SmdsSqlite final : public smds::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. LocalFault: not writable, or of a newer version.
  static Result<std::unique_ptr<SmdsSqlite>> open(const std::string& path);
  ~SmdsSqlite() override;

  Result<smds::Addition> add(const smds::Event& event, const smds::EventLimits& limits) override;
  Result<std::optional<smds::Event>> find(const std::string& caller, const std::string& event_id) override;
  Status set_registered(const std::string& caller, const std::string& event_id) override;
  Status remove(const std::string& caller, const std::string& event_id) override;
  Result<std::vector<smds::Event>> events_of(const sgp22::Eid& eid, const std::string& event_id, Time now,
                                             std::size_t limit) override;
  Result<std::vector<smds::Event>> expired(Time now, std::size_t limit) override;
  Result<std::vector<smds::Event>> list(const smds::EventFilter& filter) override;
  Result<std::uint64_t> count() override;

  // Commits so far; each took one or more writes.
  std::uint64_t commits() const;
  std::uint64_t writes() const;

 private:
  explicit SmdsSqlite(std::unique_ptr<SqliteEngine> engine);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace eider::store
