// The SM-SR's Store port on SQLite. Several processes may share the file.
#pragma once
#include <memory>

#include "roles/smsr/ports.hpp"
#include "store/store_key.hpp"

namespace eider::store {

class SqliteEngine;

class SmsrSqlite final : public smsr::Store {
 public:
  // Creates the file (mode 0600) and its tables if need be. With a key, the values of the cards' keys are
  // sealed under it. LocalFault: not writable, of a newer version, sealed under another key, or made without
  // one and not empty.
  static Result<std::unique_ptr<SmsrSqlite>> open(const std::string& path, const StoreKey& key = {});
  // Of the store's wrapping key; nothing: the store is not sealed.
  static Result<std::optional<std::string>> key_name(const std::string& path);
  ~SmsrSqlite() override;

  Status read(const std::function<Status(smsr::StoreReader&)>& body) override;
  Status write(const std::function<Status(smsr::StoreTransaction&)>& body) override;
  Status write_unsynced(const std::function<Status(smsr::StoreTransaction&)>& body) override;
  // Wraps the data key under the key of that name; `key.keys` has the present one too. What is stored stays
  // as it is.
  Status change_key(const StoreKey& key);
  // Commits so far; each took one or more writes.
  std::uint64_t commits() const;
  std::uint64_t writes() const;

 private:
  explicit SmsrSqlite(std::unique_ptr<SqliteEngine> engine);
  Status write(const std::function<Status(smsr::StoreTransaction&)>& body, bool durable);
  std::unique_ptr<SqliteEngine> engine_;
};

}  // namespace eider::store
