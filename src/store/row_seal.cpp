#include "store/row_seal.hpp"

#include "base/random.hpp"

namespace eider::store {
namespace {

constexpr std::string_view kDataKey = "store_key.wrapped";

Bytes place(std::string_view column, ByteView row) {
  Bytes out(column.begin(), column.end());
  out.push_back(0);
  out.insert(out.end(), row.begin(), row.end());
  return out;
}

// Octets of the previous content stay in free pages and in the log until both are rewritten. The row 2 of
// store_key says that this is still to be done: it comes with the sealing and goes when nothing is left.
Status forget_plaintext(Connection& c) {
  {
    auto owed = c.query("SELECT 1 FROM store_key WHERE id=2");
    EIDER_TRY(found, owed.step());
    if (!found) return {};
  }
  EIDER_CHECK(c.execute("VACUUM"));
  {
    auto checkpoint = c.query("PRAGMA wal_checkpoint(TRUNCATE)");
    EIDER_CHECK(checkpoint.step());
    if (checkpoint.integer(0) != 0)
      return fail_local("another process keeps the store from being rewritten", "stop it and try again");
  }
  return c.execute("DELETE FROM store_key WHERE id=2");
}

// Returns how many values were sealed.
Result<std::size_t> seal_column(Connection& c, const RowSealer& sealer, const SealedColumn& column) {
  std::size_t total = 0;
  std::int64_t after = 0;
  for (bool more = true; more;) {
    std::vector<std::pair<std::int64_t, Bytes>> sealed;
    std::size_t seen = 0;
    {
      auto q = c.query(column.select);
      q.bind(after);
      for (;;) {
        EIDER_TRY(found, q.step());
        if (!found) break;
        ++seen;
        after = q.integer(0);
        if (q.blob(2).empty()) continue;
        sealed.emplace_back(after, sealer.seal(column.name, q.blob(1), q.blob(2)));
      }
    }
    for (const auto& [id, value] : sealed) {
      auto q = c.query(column.update);
      EIDER_CHECK(q.bind(value).bind(id).run());
    }
    total += sealed.size();
    more = seen > 0;
  }
  return total;
}

struct StoredKey {
  Bytes wrapped;
  std::string name;
};
Result<std::optional<StoredKey>> stored_key(Connection& c) {
  auto q = c.query("SELECT wrapped,wrapping_key FROM store_key WHERE id=1");
  EIDER_TRY(found, q.step());
  if (!found) return std::optional<StoredKey>{};
  return std::optional(StoredKey{to_bytes(q.blob(0)), q.text(1)});
}

Result<Secret> unwrap(const StoredKey& stored, const crypto::KeyStore& keys) {
  EIDER_TRY(wrapping, keys.find_wrapping_key(stored.name));
  auto key = wrapping->unwrap(stored.wrapped, as_bytes(kDataKey));
  if (!key && key.error().as<VerificationFault>())
    return fail_local("the wrapping key \"" + stored.name + "\" is not the one of this store",
                      "restore the key file that belongs to the database");
  return key;
}

Status put_key(Connection& c, const Secret& key, const crypto::KeyStore& keys, const std::string& name) {
  EIDER_TRY(wrapping, keys.find_wrapping_key(name));
  EIDER_TRY(wrapped, wrapping->wrap(key, as_bytes(kDataKey)));
  auto q = c.query("INSERT OR REPLACE INTO store_key(id,wrapped,wrapping_key) VALUES(1,?,?)");
  return q.bind(wrapped).bind(name).run();
}

Result<RowSealer> sealer_of(const Secret& key) {
  EIDER_TRY(sealing, crypto::SealingKey::make(key));
  return RowSealer(std::move(sealing));
}

// `body` in a transaction of its own.
template <class F>
Status transaction(Connection& c, F&& body) {
  EIDER_CHECK(c.execute("BEGIN IMMEDIATE"));
  Status done = body();
  if (done) done = c.execute("COMMIT");
  if (!done) (void)c.execute("ROLLBACK");
  return done;
}

}  // namespace

Bytes RowSealer::seal(std::string_view column, ByteView row, ByteView value) const {
  return key_.seal(value, place(column, row));
}

Result<Secret> RowSealer::open(std::string_view column, ByteView row, ByteView sealed) const {
  auto value = key_.open(sealed, place(column, row));
  if (value) return value;
  return fail_local("a value of " + std::string(column) + " was changed or moved",
                    "restore the store from a backup");
}

Bytes seal_value(const RowSealer* sealer, std::string_view column, ByteView row, ByteView value) {
  if (!sealer || value.empty()) return to_bytes(value);
  return sealer->seal(column, row, value);
}

Result<Secret> open_value(const RowSealer* sealer, std::string_view column, ByteView row, ByteView stored) {
  if (!sealer || stored.empty()) return Secret(stored);
  return sealer->open(column, row, stored);
}

Result<std::optional<std::string>> wrapping_key_name(Connection& c) {
  EIDER_TRY(stored, stored_key(c));
  if (!stored) return std::optional<std::string>{};
  return std::optional(std::move(stored->name));
}

Result<RowSealer> open_or_seal(Connection& c, const StoreKey& key, std::span<const SealedColumn> columns) {
  const auto& keys = *key.keys;
  std::optional<RowSealer> sealer;
  EIDER_CHECK(transaction(c, [&]() -> Status {
    EIDER_TRY(stored, stored_key(c));
    if (stored) {
      EIDER_TRY(data_key, unwrap(*stored, keys));
      EIDER_TRY(opened, sealer_of(data_key));
      sealer = std::move(opened);
      return {};
    }
    const Secret data_key(SystemRandom().bytes(crypto::SealingKey::kKeySize));
    EIDER_CHECK(put_key(c, data_key, keys, key.name));
    EIDER_TRY(made, sealer_of(data_key));
    std::size_t sealed = 0;
    for (const auto& column : columns) {
      EIDER_TRY(n, seal_column(c, made, column));
      sealed += n;
    }
    sealer = std::move(made);
    if (sealed == 0) return {};
    return c.execute("INSERT INTO store_key(id,wrapped,wrapping_key) VALUES(2,x'','')");
  }));
  EIDER_CHECK(forget_plaintext(c));
  return *std::move(sealer);
}

Status rewrap(Connection& c, const StoreKey& key) {
  return transaction(c, [&]() -> Status {
    EIDER_TRY(stored, stored_key(c));
    if (!stored) return fail_local("the store is not sealed");
    EIDER_TRY(data_key, unwrap(*stored, *key.keys));
    return put_key(c, data_key, *key.keys, key.name);
  });
}

}  // namespace eider::store
