// What every store on SQLite is made of: its file, its settings, connections for readers, one writer for the
// jobs of many threads. Internal to src/store.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/group_commit.hpp"
#include "store/sqlite.hpp"

namespace eider::store {

// Rows hold subscriber keys: the file is the owner's alone (mode 0600), before SQLite opens it.
Status create_private(const std::string& path);
// A connection with a write-ahead log and full synchronisation.
Result<std::unique_ptr<Connection>> open_durable(const std::string& path);

// Connections that wait for the next reader.
class Readers {
 public:
  explicit Readers(std::string path) : path_(std::move(path)) {}
  Result<std::unique_ptr<Connection>> take();
  void give_back(std::unique_ptr<Connection> connection);

 private:
  std::string path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> waiting_;
};

// Runs a group of jobs in one transaction: a job that is refused leaves nothing behind, the others are
// committed together.
class JobTransaction {
 public:
  explicit JobTransaction(Connection& writer) : writer_(writer) {}
  void run(const std::vector<WriteJob*>& jobs);

 private:
  Status begin(bool durable);
  static bool run_body(WriteJob& job);
  Status run_among_others(WriteJob& job);
  Connection& writer_;
  std::optional<bool> synced_;
};

}  // namespace eider::store
