// The SM-DP+'s Store port on SQLite: WAL, full synchronisation, one writer with group commit, readers on
// connections of their own. Several processes may share the file.
#pragma once
#include <memory>

#include "roles/smdpp/ports.hpp"
#include "store/store_key.hpp"

namespace eider::store {

class SqliteEngine;

class SmdppSqlite final : public smdpp::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. With a key, everything that may hold subscriber
  // keys is sealed under it, what an earlier version left in the clear too. LocalFault: not writable, of a
  // newer version, sealed under another key.
  static Result<std::unique_ptr<SmdppSqlite>> open(const std::string& path, const StoreKey& key = {});
  // Of the store's wrapping key; nothing: the store is not sealed.
  static Result<std::optional<std::string>> key_name(const std::string& path);
  ~SmdppSqlite() override;

  Status read(const std::function<Status(smdpp::StoreReader&)>& body) override;
  using Store::write;
  Status write(const std::function<Status(smdpp::StoreTransaction&)>& body,
               smdpp::Durability durability) override;
  // Wraps the data key under the key of that name; `key.keys` has the present one too. What is stored stays
  // as it is.
  Status change_key(const StoreKey& key);
  void post(std::function<Status(smdpp::StoreTransaction&)> body) override;
  // Commits so far; each took one or more writes.
  std::uint64_t commits() const;
  std::uint64_t writes() const;

 private:
  explicit SmdppSqlite(std::unique_ptr<SqliteEngine> engine);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace eider::store
