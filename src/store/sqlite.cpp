#include "store/sqlite.hpp"

#include <sqlite3.h>
#include <stdexcept>

#include "store/joined_log.hpp"

namespace eider::store {
namespace {

constexpr int kLogLimit = 65536;  // pages

tl::unexpected<Fault> failed(sqlite3* db, const char* what) {
  return fail_local(std::string(what) + ": " + (db ? sqlite3_errmsg(db) : "out of memory"),
                    "check the file, its directory's permissions and the free space");
}

}  // namespace

Query::~Query() {
  sqlite3_reset(s_);
  sqlite3_clear_bindings(s_);
}

Query& Query::bind(std::int64_t v) {
  sqlite3_bind_int64(s_, next_++, v);
  return *this;
}
Query& Query::bind(ByteView v) {
  // A null pointer would bind NULL.
  sqlite3_bind_blob64(s_, next_++, v.empty() ? reinterpret_cast<const void*>("") : v.data(), v.size(),
                      SQLITE_STATIC);
  return *this;
}
Query& Query::bind(std::string_view v) {
  sqlite3_bind_text64(s_, next_++, v.empty() ? "" : v.data(), v.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Query& Query::bind_null() {
  sqlite3_bind_null(s_, next_++);
  return *this;
}

Result<bool> Query::step() {
  const int code = sqlite3_step(s_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return failed(sqlite3_db_handle(s_), "SQLite");
}

Status Query::run() {
  EIDER_CHECK(step());
  return {};
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(s_, column);
}
ByteView Query::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(s_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(s_, column))};
}
std::string Query::text(int column) const {
  return std::string(as_text(blob(column)));
}
bool Query::null(int column) const {
  return sqlite3_column_type(s_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path) {
  sqlite3* db = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &db, kFlags, joined_log_vfs()) != SQLITE_OK) {
    auto fault = failed(db, path.c_str());
    sqlite3_close(db);
    return fault;
  }
  sqlite3_busy_timeout(db, 10000);
  return std::unique_ptr<Connection>(new Connection(db));
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

Status Connection::execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed(db_, "SQLite");
  return {};
}

sqlite3_stmt* Connection::prepare(const char* sql) {
  if (const auto it = statements_.find(sql); it != statements_.end()) return it->second;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    throw std::logic_error(std::string("SQL: ") + sqlite3_errmsg(db_) + ": " + sql);
  statements_.emplace(sql, statement);
  return statement;
}

Status Connection::sync_commits(bool on) {
  if (!on) join_log(db_, false);
  EIDER_CHECK(execute(on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL"));
  if (on) join_log(db_, true);
  return {};
}
std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(db_);
}
void Connection::count_log_pages(std::atomic<std::int64_t>& pages) {
  sqlite3_wal_hook(
      db_,
      [](void* counter, sqlite3* db, const char* name, int count) {
        static_cast<std::atomic<std::int64_t>*>(counter)->store(count);
        // Far behind: the caretaker does not get to it, so this commit does it. Its result is nobody's: the
        // commit is done, and when somebody else is checkpointing (SQLITE_BUSY) it must not be told as
        // failed.
        if (count >= kLogLimit)
          (void)sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
        return SQLITE_OK;
      },
      &pages);
}
std::int64_t Connection::changes() const {
  return sqlite3_changes64(db_);
}
std::int64_t Connection::total_changes() const {
  return sqlite3_total_changes64(db_);
}

}  // namespace eider::store
