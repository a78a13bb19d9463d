#include "store/smdp_sqlite.hpp"

#include "store/smdp_rows.hpp"
#include "store/smdp_view.hpp"
#include "store/sqlite_engine.hpp"

namespace eider::store {
namespace {
StoreSchema smdp_schema() {
  return {.migrations = smdp_migrations(), .must_be_empty = "SELECT 1 FROM isdp_keys LIMIT 1"};
}
}  // namespace

SmdpSqlite::SmdpSqlite(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
SmdpSqlite::~SmdpSqlite() = default;

Result<std::unique_ptr<SmdpSqlite>> SmdpSqlite::open(const std::string& path, const StoreKey& key) {
  EIDER_TRY(engine, SqliteEngine::open(path, smdp_schema(), key));
  return std::unique_ptr<SmdpSqlite>(new SmdpSqlite(std::move(engine)));
}
Result<std::optional<std::string>> SmdpSqlite::key_name(const std::string& path) {
  return SqliteEngine::key_name(path, smdp_schema());
}

Status SmdpSqlite::read(const std::function<Status(smdp::StoreReader&)>& body) {
  return engine_->read([&](Connection& c) -> Status {
    SmdpView view(c, engine_->sealer());
    return body(view);
  });
}
Status SmdpSqlite::write(const std::function<Status(smdp::StoreTransaction&)>& body) {
  return write(body, true);
}
Status SmdpSqlite::write_unsynced(const std::function<Status(smdp::StoreTransaction&)>& body) {
  return write(body, false);
}
Status SmdpSqlite::write(const std::function<Status(smdp::StoreTransaction&)>& body, bool durable) {
  const auto job = [&](Connection& c) -> Status {
    SmdpView view(c, engine_->sealer());
    return body(view);
  };
  return engine_->write(job, durable);
}

Status SmdpSqlite::change_key(const StoreKey& key) {
  return engine_->change_key(key);
}
std::uint64_t SmdpSqlite::commits() const {
  return engine_->commits();
}
std::uint64_t SmdpSqlite::writes() const {
  return engine_->writes();
}

}  // namespace eider::store
