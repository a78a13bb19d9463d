// Values of columns that hold keys are sealed: under what, and how a store gets there. Internal to src/store.
#pragma once
#include "store/sqlite.hpp"
#include "store/store_key.hpp"

namespace eider::store {

// Seals values of columns that may hold subscriber keys. The associated data is column and row, so that a
// value opens nowhere but where it was put. Safe to share between threads.
class RowSealer {
 public:
  explicit RowSealer(crypto::SealingKey key) : key_(std::move(key)) {}
  Bytes seal(std::string_view column, ByteView row, ByteView value) const;
  // LocalFault: changed, or of another row.
  Result<Secret> open(std::string_view column, ByteView row, ByteView sealed) const;

 private:
  crypto::SealingKey key_;
};

// Through `sealer`, or as it is when the store is not sealed. Empty values stay empty.
Bytes seal_value(const RowSealer* sealer, std::string_view column, ByteView row, ByteView value);
Result<Secret> open_value(const RowSealer* sealer, std::string_view column, ByteView row, ByteView stored);

// What a store that was not sealed has in the clear.
struct SealedColumn {
  std::string_view name;  // for the associated data
  const char* select;     // row id, row, value of those after row id ?1, ascending
  const char* update;     // value, row id
};

// The table of a store's data key, for its first migration.
#define EIDER_STORE_KEY_TABLE \
  "CREATE TABLE store_key(id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL, wrapping_key TEXT NOT NULL);"

// The name of the wrapping key under which the store's data key lies; nothing: the store is not sealed.
Result<std::optional<std::string>> wrapping_key_name(Connection& c);
// Opens the data key. A store that is not sealed yet gets one, wrapped under `key.name`, and all that it
// holds is sealed in one transaction.
Result<RowSealer> open_or_seal(Connection& c, const StoreKey& key, std::span<const SealedColumn> columns);
// The same data key under another wrapping key.
Status rewrap(Connection& c, const StoreKey& key);

}  // namespace eider::store
