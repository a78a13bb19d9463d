#include "store/fleet_values.hpp"

#include "store/crc32.hpp"
#include "store/value_delta.hpp"

namespace eider::store {
namespace {
// Shorter values cost less than what telling their difference does.
constexpr std::size_t kSmallest = 128;
// Of one kind and length, and of all: a look at each is cheap, and they stay in memory.
constexpr std::size_t kCandidates = 4, kContents = 512;

Fault damaged(const std::string& what) {
  return LocalFault{"the card store is damaged: " + what,
                    "put a copy of the store in its place; cards that open can still be exported"};
}
std::uint32_t number_checksum(std::uint64_t number, std::uint32_t before) {
  std::uint8_t octets[8];
  for (int i = 0; i < 8; ++i) octets[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return crc32(octets, before);
}
}  // namespace

Bytes FleetValue::value() const {
  return base ? *apply_delta(*base, octets) : octets;
}

std::uint32_t fleet_checksum(const sgp22::Eid& eid, std::string_view key, const FleetValue& value) {
  const auto names =
      number_checksum(static_cast<std::uint64_t>(value.base_id), crc32(as_bytes(key), crc32(eid)));
  return crc32(value.octets, names);
}

Status FleetContents::reload(Connection& connection) {
  candidates_.clear();
  count_ = 0;
  {
    const std::lock_guard lock(mutex_);
    known_.clear();
  }
  auto rows = connection.query("SELECT id, kind, length(octets) FROM content ORDER BY id");
  while (true) {
    EIDER_TRY(more, rows.step());
    if (!more) return {};
    candidates_[{rows.text(1), static_cast<std::size_t>(rows.integer(2))}].push_back(rows.integer(0));
    ++count_;
  }
}

Status FleetContents::remove_unused(Connection& writer) {
  EIDER_CHECK(writer.execute("DELETE FROM content WHERE id NOT IN (SELECT base FROM value WHERE base <> 0)"));
  return reload(writer);
}

Result<FleetContents::Content> FleetContents::content(Connection& connection, std::int64_t id) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = known_.find(id); it != known_.end()) return it->second;
  }
  auto row = connection.query("SELECT octets, checksum FROM content WHERE id=?");
  EIDER_TRY(found, row.bind(id).step());
  if (!found) return fail(damaged("shared content " + std::to_string(id) + " is missing"));
  if (crc32(row.blob(0)) != static_cast<std::uint32_t>(row.integer(1)))
    return fail(damaged("shared content " + std::to_string(id) + " does not agree with its checksum"));
  auto out = std::make_shared<const Bytes>(to_bytes(row.blob(0)));
  const std::lock_guard lock(mutex_);
  return known_.try_emplace(id, std::move(out)).first->second;
}

Result<FleetValue> FleetContents::encode(Connection& writer, std::string_view key, const Bytes& value) {
  if (value.size() < kSmallest) return FleetValue{0, nullptr, value};
  const std::string kind(key.substr(0, key.find('/')));
  const auto it = candidates_.find({kind, value.size()});
  const auto ids = it == candidates_.end() ? std::vector<std::int64_t>{} : it->second;
  FleetValue best{0, nullptr, value};
  for (const auto id : ids) {
    EIDER_TRY(base, content(writer, id));
    auto delta = delta_between(*base, value);
    if (delta.size() < best.octets.size()) best = {id, std::move(base), std::move(delta)};
  }
  const bool poor = best.octets.size() > value.size() / 2;
  if (poor && ids.size() < kCandidates && count_ < kContents) return add(writer, kind, value);
  return best;
}

Result<FleetValue> FleetContents::add(Connection& writer, const std::string& kind, const Bytes& value) {
  auto row = writer.query("INSERT INTO content(kind, octets, checksum) VALUES(?,?,?)");
  EIDER_CHECK(row.bind(kind).bind(ByteView(value)).bind(std::int64_t{crc32(value)}).run());
  const auto id = writer.last_insert_id();
  candidates_[{kind, value.size()}].push_back(id);
  ++count_;
  auto content = std::make_shared<const Bytes>(value);
  const std::lock_guard lock(mutex_);
  known_[id] = content;
  return FleetValue{id, std::move(content), {}};
}

Result<FleetValue> FleetContents::decode(Connection& reader, std::int64_t base_id, ByteView octets) {
  FleetValue out{base_id, nullptr, to_bytes(octets)};
  if (base_id == 0) return out;
  EIDER_TRY(base, content(reader, base_id));
  if (!is_delta(base->size(), octets)) return fail(damaged("a value does not fit to its shared content"));
  out.base = std::move(base);
  return out;
}

}  // namespace eider::store
