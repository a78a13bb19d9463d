// Which columns of the SM-DP+'s store are sealed, and under what. Internal to src/store.
#pragma once
#include "crypto/key_store.hpp"
#include "store/sqlite.hpp"

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

inline constexpr std::string_view kSealedPersonalisation = "profile.personalisation";
inline constexpr std::string_view kSealedPackage = "package.package";
inline constexpr std::string_view kSealedTemplate = "template.package";
inline constexpr std::string_view kSealedSessionKeys = "kept_bpp.session_keys";
inline constexpr std::string_view kSealedRandomKeys = "kept_bpp.random_keys";

// The name of the wrapping key under which the store's data key lies; nothing: the store is not sealed.
Result<std::optional<std::string>> wrapping_key_name(Connection& c);
// Opens the data key. A store that is not sealed yet gets one, wrapped under `name`, and all that it holds is
// sealed in one transaction.
Result<RowSealer> open_or_seal(Connection& c, const crypto::KeyStore& keys, const std::string& name);
// The same data key under another wrapping key.
Status rewrap(Connection& c, const crypto::KeyStore& keys, const std::string& name);

}  // namespace eider::store
