// A thin, typed layer over SQLite: connections with their prepared statements. Internal to src/store.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace eider::store {

// One execution of a prepared statement: bind in order, step, read columns. Resets it when it goes.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : s_(statement) {}
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t v);
  Query& bind(ByteView v);  // kept by reference: must outlive the query
  Query& bind(std::string_view v);
  Query& bind(const std::string& v) { return bind(std::string_view(v)); }
  Query& bind_null();
  Query& bind(const std::optional<std::string>& v) { return v ? bind(std::string_view(*v)) : bind_null(); }
  Query& bind_blob_or_null(ByteView v) { return v.empty() ? bind_null() : bind(v); }

  // True: a row is there. False: done.
  Result<bool> step();
  Status run();  // for statements without rows

  std::int64_t integer(int column) const;
  ByteView blob(int column) const;  // valid until the next step
  std::string text(int column) const;
  bool null(int column) const;

 private:
  sqlite3_stmt* s_;
  int next_ = 1;
};

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Status execute(const char* sql);
  // `sql` must be a literal: its address is the key of the statement cache. Throws std::logic_error on wrong
  // SQL.
  Query query(const char* sql) { return Query(prepare(sql)); }
  // Whether commits are on the disk when they return. Not within a transaction.
  Status sync_commits(bool on);
  std::int64_t last_insert_id() const;
  // Keeps the number of pages in the write-ahead log in `pages` after each commit, instead of checkpointing.
  void count_log_pages(std::atomic<std::int64_t>& pages);
  std::int64_t changes() const;  // rows that the last statement changed
  std::int64_t total_changes() const;

 private:
  explicit Connection(sqlite3* db) : db_(db) {}
  sqlite3_stmt* prepare(const char* sql);
  sqlite3* db_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace eider::store
