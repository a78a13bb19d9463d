// The machine under every server's store on SQLite: WAL, full synchronisation, one writer with group commit,
// readers on connections of their own, sealed columns. Several processes may share the file. What the tables
// are is the role's. Internal to src/store.
#pragma once
#include <functional>
#include <memory>

#include "store/row_seal.hpp"

namespace eider::store {

struct StoreSchema {
  // One step a version: what brings a store of version n to n + 1. Steps that were released never change.
  std::span<const char* const> migrations;
  // What a store that was made without a key is sealed by.
  std::span<const SealedColumn> sealed{};
  // Instead of it: a query that finds a row in a store that must have been sealed from the first row on.
  const char* must_be_empty = nullptr;
};

class SqliteEngine {
 public:
  using Body = std::function<Status(Connection&)>;

  // Creates the file (mode 0600) and its tables if need be. LocalFault: not writable, of a newer version,
  // sealed under another key.
  static Result<std::unique_ptr<SqliteEngine>> open(const std::string& path, const StoreSchema& schema,
                                                    const StoreKey& key);
  // Of the store's wrapping key; nothing: the store is not sealed.
  static Result<std::optional<std::string>> key_name(const std::string& path, const StoreSchema& schema);
  ~SqliteEngine();

  const RowSealer* sealer() const;  // nullptr: the store is not sealed
  Status read(const Body& body);
  // One transaction; on the disk on return when it is durable.
  Status write(const Body& body, bool durable);
  // Runs before whatever is written later; nobody waits for it.
  void post(Body body);
  // The data key is wrapped under the key of that name; `key.keys` has the present one too.
  Status change_key(const StoreKey& key);
  std::uint64_t commits() const;  // so far; each took one or more writes
  std::uint64_t writes() const;

 private:
  struct Impl;
  explicit SqliteEngine(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::store
