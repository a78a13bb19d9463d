#include "store/smdpp_sqlite.hpp"

#include "store/smdpp_rows.hpp"
#include "store/smdpp_view.hpp"
#include "store/sqlite_engine.hpp"

namespace eider::store {
namespace {
StoreSchema smdpp_schema() {
  return {.migrations = smdpp_migrations(), .sealed = smdpp_sealed_columns()};
}
}  // namespace

SmdppSqlite::SmdppSqlite(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
SmdppSqlite::~SmdppSqlite() = default;

Result<std::unique_ptr<SmdppSqlite>> SmdppSqlite::open(const std::string& path, const StoreKey& key) {
  EIDER_TRY(engine, SqliteEngine::open(path, smdpp_schema(), key));
  return std::unique_ptr<SmdppSqlite>(new SmdppSqlite(std::move(engine)));
}
Result<std::optional<std::string>> SmdppSqlite::key_name(const std::string& path) {
  return SqliteEngine::key_name(path, smdpp_schema());
}

Status SmdppSqlite::read(const std::function<Status(smdpp::StoreReader&)>& body) {
  return engine_->read([&](Connection& c) -> Status {
    SmdppView view(c, engine_->sealer());
    return body(view);
  });
}
Status SmdppSqlite::write(const std::function<Status(smdpp::StoreTransaction&)>& body,
                          smdpp::Durability durability) {
  const auto job = [&](Connection& c) -> Status {
    SmdppView view(c, engine_->sealer());
    return body(view);
  };
  return engine_->write(job, durability == smdpp::Durability::kPower);
}
void SmdppSqlite::post(std::function<Status(smdpp::StoreTransaction&)> body) {
  engine_->post([this, body = std::move(body)](Connection& c) -> Status {
    SmdppView view(c, engine_->sealer());
    return body(view);
  });
}

Status SmdppSqlite::change_key(const StoreKey& key) {
  return engine_->change_key(key);
}
std::uint64_t SmdppSqlite::commits() const {
  return engine_->commits();
}
std::uint64_t SmdppSqlite::writes() const {
  return engine_->writes();
}

}  // namespace eider::store
