#include "store/campaign_sqlite.hpp"

#include "store/campaign_rows.hpp"
#include "store/campaign_view.hpp"
#include "store/sqlite_engine.hpp"

namespace eider::store {

CampaignSqlite::CampaignSqlite(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
CampaignSqlite::~CampaignSqlite() = default;

Result<std::unique_ptr<CampaignSqlite>> CampaignSqlite::open(const std::string& path) {
  EIDER_TRY(engine, SqliteEngine::open(path, {.migrations = campaign_migrations()}, {}));
  return std::unique_ptr<CampaignSqlite>(new CampaignSqlite(std::move(engine)));
}

Status CampaignSqlite::read(const std::function<Status(campaign::StoreReader&)>& body) {
  return engine_->read([&](Connection& c) -> Status {
    CampaignView view(c);
    return body(view);
  });
}
Status CampaignSqlite::write(const std::function<Status(campaign::StoreTransaction&)>& body) {
  const auto job = [&](Connection& c) -> Status {
    CampaignView view(c);
    return body(view);
  };
  return engine_->write(job, true);
}
std::uint64_t CampaignSqlite::commits() const {
  return engine_->commits();
}

}  // namespace eider::store
