// The Store port of campaigns on SQLite: many campaigns in a file, which several processes share.
#pragma once
#include <memory>

#include "roles/campaign/ports.hpp"

namespace eider::store {

class SqliteEngine;

class CampaignSqlite final : public campaign::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. LocalFault: not writable, of a newer version.
  static Result<std::unique_ptr<CampaignSqlite>> open(const std::string& path);
  ~CampaignSqlite() override;

  Status read(const std::function<Status(campaign::StoreReader&)>& body) override;
  Status write(const std::function<Status(campaign::StoreTransaction&)>& body) override;
  std::uint64_t commits() const;

 private:
  explicit CampaignSqlite(std::unique_ptr<SqliteEngine> engine);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace eider::store
