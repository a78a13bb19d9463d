#include "store/smsr_sqlite.hpp"

#include "store/smsr_rows.hpp"
#include "store/smsr_view.hpp"
#include "store/sqlite_engine.hpp"

namespace eider::store {
namespace {
StoreSchema smsr_schema() {
  return {.migrations = smsr_migrations(), .must_be_empty = "SELECT 1 FROM card LIMIT 1"};
}
}  // namespace

SmsrSqlite::SmsrSqlite(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
SmsrSqlite::~SmsrSqlite() = default;

Result<std::unique_ptr<SmsrSqlite>> SmsrSqlite::open(const std::string& path, const StoreKey& key) {
  EIDER_TRY(engine, SqliteEngine::open(path, smsr_schema(), key));
  return std::unique_ptr<SmsrSqlite>(new SmsrSqlite(std::move(engine)));
}
Result<std::optional<std::string>> SmsrSqlite::key_name(const std::string& path) {
  return SqliteEngine::key_name(path, smsr_schema());
}

Status SmsrSqlite::read(const std::function<Status(smsr::StoreReader&)>& body) {
  return engine_->read([&](Connection& c) -> Status {
    SmsrView view(c, engine_->sealer());
    return body(view);
  });
}
Status SmsrSqlite::write(const std::function<Status(smsr::StoreTransaction&)>& body) {
  return write(body, true);
}
Status SmsrSqlite::write_unsynced(const std::function<Status(smsr::StoreTransaction&)>& body) {
  return write(body, false);
}
Status SmsrSqlite::write(const std::function<Status(smsr::StoreTransaction&)>& body, bool durable) {
  const auto job = [&](Connection& c) -> Status {
    SmsrView view(c, engine_->sealer());
    return body(view);
  };
  return engine_->write(job, durable);
}

Status SmsrSqlite::change_key(const StoreKey& key) {
  return engine_->change_key(key);
}
std::uint64_t SmsrSqlite::commits() const {
  return engine_->commits();
}
std::uint64_t SmsrSqlite::writes() const {
  return engine_->writes();
}

}  // namespace eider::store
