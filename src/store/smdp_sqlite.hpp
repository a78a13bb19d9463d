// The SM-DP's Store port on SQLite; the inventory is the SM-DP+'s. Several processes may share the file.
#pragma once
#include <memory>

#include "roles/smdp/ports.hpp"
#include "store/store_key.hpp"

namespace eider::store {

class SqliteEngine;

class SmdpSqlite final : public smdp::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. With a key, the keys of ISD-Ps are
  // sealed under it. LocalFault: not writable, of a newer version, sealed under another key, or made without
  // one and not empty.
  static Result<std::unique_ptr<SmdpSqlite>> open(const std::string& path, const StoreKey& key = {});
  // Of the store's wrapping key; nothing: the store is not sealed.
  static Result<std::optional<std::string>> key_name(const std::string& path);
  ~SmdpSqlite() override;

  Status read(const std::function<Status(smdp::StoreReader&)>& body) override;
  Status write(const std::function<Status(smdp::StoreTransaction&)>& body) override;
  Status write_unsynced(const std::function<Status(smdp::StoreTransaction&)>& body) override;
  // Wraps the data key under the key of that name; `key.keys` has the present one too. What is stored stays
  // as it is.
  Status change_key(const StoreKey& key);
  // Commits so far; each took one or more writes.
  std::uint64_t commits() const;
  std::uint64_t writes() const;

 private:
  explicit SmdpSqlite(std::unique_ptr<SqliteEngine> engine);
  Status write(const std::function<Status(smdp::StoreTransaction&)>& body, bool durable);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace eider::store
