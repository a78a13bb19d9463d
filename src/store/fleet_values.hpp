// How a card fleet keeps the values of its cards: what many cards have alike is stored once, and a card's own
// value is what differs from it. Internal to src/store.
#pragma once
#include <map>
#include <memory>
#include <mutex>

#include "spec/sgp22/types.hpp"
#include "store/sqlite.hpp"

namespace eider::store {

struct FleetValue {
  std::int64_t base_id = 0;           // 0: none
  std::shared_ptr<const Bytes> base;  // never changes
  Bytes octets;                       // the difference from the base; without one the value itself

  Bytes value() const;
};

// Of one row: whose, which, what.
std::uint32_t fleet_checksum(const sgp22::Eid& eid, std::string_view key, const FleetValue& value);

// The contents that values refer to. A content is never changed; those that nothing refers to any more go
// with remove_unused().
class FleetContents {
 public:
  // By the writer only, inside its transaction; reload() must follow when that is rolled back.
  Result<FleetValue> encode(Connection& writer, std::string_view key, const Bytes& value);
  Status reload(Connection& connection);
  Status remove_unused(Connection& writer);

  // By anybody. LocalFault: not there, does not agree with its checksum, or the octets are no difference from
  // it.
  Result<FleetValue> decode(Connection& reader, std::int64_t base_id, ByteView octets);

 private:
  using Content = std::shared_ptr<const Bytes>;
  Result<Content> content(Connection& connection, std::int64_t id);
  Result<FleetValue> add(Connection& writer, const std::string& kind, const Bytes& value);

  // Ids by kind of value, the first part of its key, and length.
  std::map<std::pair<std::string, std::size_t>, std::vector<std::int64_t>> candidates_;
  std::size_t count_ = 0;
  std::mutex mutex_;  // of known_
  std::map<std::int64_t, Content> known_;
};

}  // namespace eider::store
