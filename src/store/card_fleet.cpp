#include "store/card_fleet.hpp"

#include <set>

#include "base/secret.hpp"
#include "store/fleet_values.hpp"
#include "store/small_file.hpp"
#include "store/sqlite_store.hpp"

namespace eider::store {
namespace {
constexpr std::int64_t kApplicationId = 0x45466C74, kVersion = 1;
// number: never again after remove(), so that whoever knows a card by its number never meets another one.
constexpr const char* kSchema =
    "CREATE TABLE card(number INTEGER PRIMARY KEY AUTOINCREMENT, eid BLOB NOT NULL UNIQUE);"
    "CREATE TABLE value(card INTEGER NOT NULL, key TEXT NOT NULL, base INTEGER NOT NULL, octets BLOB NOT "
    "NULL,"
    " checksum INTEGER NOT NULL, PRIMARY KEY(card, key)) WITHOUT ROWID;"
    "CREATE TABLE content(id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, octets BLOB NOT NULL,"
    " checksum INTEGER NOT NULL);"
    "PRAGMA application_id=1162243188; PRAGMA user_version=1;";
static_assert(kApplicationId == 1162243188 && kVersion == 1);

Result<std::int64_t> setting(Connection& c, const char* pragma) {
  auto row = c.query(pragma);
  EIDER_CHECK(row.step());
  return row.integer(0);
}

// Before anything is set: another program's file stays as it is.
Status check_version(const std::filesystem::path& path) {
  EIDER_TRY(c, Connection::open(path));
  const auto application = setting(*c, "PRAGMA application_id");
  if (!application || *application != kApplicationId)
    return fail_local(path.string() + " is not a card store",
                      "card files are taken in by `eider card fleet import`");
  EIDER_TRY(version, setting(*c, "PRAGMA user_version"));
  if (version == kVersion) return {};
  return fail_local("the card store has version " + std::to_string(version) + ", this eider reads version " +
                        std::to_string(kVersion),
                    "use the eider that wrote it");
}

using FleetValues = std::map<std::string, FleetValue, std::less<>>;

tl::unexpected<Fault> unknown(const std::string& which) {
  return fail_local("the store has no card " + which, "`eider card fleet list` shows them");
}
}  // namespace

struct CardFleet::Impl {
  std::unique_ptr<FileLock> lock;  // first in, last out
  std::unique_ptr<Connection> writer;
  std::optional<JobTransaction> transaction;
  mutable FleetContents contents;
  GroupCommit commits{[this](std::vector<WriteJob*>& jobs) { run(jobs); }};
  mutable std::optional<Readers> readers;
  std::mutex mutex;  // of in_use
  std::set<sgp22::Eid> in_use;

  void run(std::vector<WriteJob*>& jobs) {
    transaction->run(jobs);
    // Contents that a refused job made are gone again.
    if (std::ranges::any_of(jobs, [](const WriteJob* j) { return !j->result || j->exception; }))
      (void)contents.reload(*writer);
  }
  Status write(const std::function<Status()>& body) {
    if (!writer) return fail_local("the card store is open for looking only");
    return commits.submit(body, true);
  }
  // A connection that did not fail waits for the next reader.
  template <class T>
  Result<T> read(const std::function<Result<T>(Connection&)>& body) const {
    EIDER_TRY(connection, readers->take());
    auto out = body(*connection);
    if (out) readers->give_back(std::move(connection));
    return out;
  }
  Result<Entry> find(const sgp22::Eid& eid) const {
    return read<Entry>([&](Connection& c) -> Result<Entry> {
      auto row = c.query("SELECT number FROM card WHERE eid=?");
      EIDER_TRY(found, row.bind(ByteView(eid)).step());
      if (!found) return unknown(sgp22::eid_digits(eid));
      return Entry{static_cast<std::uint32_t>(row.integer(0)), eid};
    });
  }
  Result<FleetValues> load(const Entry& card) const {
    return read<FleetValues>([&](Connection& c) -> Result<FleetValues> {
      FleetValues out;
      auto rows = c.query("SELECT key, base, octets, checksum FROM value WHERE card=?");
      rows.bind(std::int64_t{card.number});
      while (true) {
        EIDER_TRY(more, rows.step());
        if (!more) return out;
        auto key = rows.text(0);
        EIDER_TRY(value, contents.decode(c, rows.integer(1), rows.blob(2)));
        if (fleet_checksum(card.eid, key, value) != static_cast<std::uint32_t>(rows.integer(3)))
          return fail_local("the card " + sgp22::eid_digits(card.eid) + " is damaged: its value \"" + key +
                                "\" does not agree with its checksum",
                            "nothing was changed: remove it and import a copy of it");
        out.insert_or_assign(out.end(), std::move(key), std::move(value));
      }
    });
  }
  Result<FleetValue> put(const Entry& card, std::string_view key, const Bytes& octets) {
    EIDER_TRY(value, contents.encode(*writer, key, octets));
    auto row =
        writer->query("INSERT OR REPLACE INTO value(card, key, base, octets, checksum) VALUES(?,?,?,?,?)");
    row.bind(std::int64_t{card.number}).bind(key).bind(value.base_id).bind(ByteView(value.octets));
    EIDER_CHECK(row.bind(std::int64_t{fleet_checksum(card.eid, key, value)}).run());
    return value;
  }
  Status add(const NewCard& card) {
    {
      auto row = writer->query("SELECT 1 FROM card WHERE eid=?");
      EIDER_TRY(there, row.bind(ByteView(card.eid)).step());
      if (there)
        return fail_local("the store has the card " + sgp22::eid_digits(card.eid) + " already",
                          "an EID is given once: remove the one in the store first");
    }
    EIDER_CHECK(writer->query("INSERT INTO card(eid) VALUES(?)").bind(ByteView(card.eid)).run());
    const Entry entry{static_cast<std::uint32_t>(writer->last_insert_id()), card.eid};
    for (const auto& key : card.memory->keys("")) EIDER_CHECK(put(entry, key, *card.memory->get(key)));
    return {};
  }
};

class CardFleet::Card final : public card::Nvm {
 public:
  Card(std::shared_ptr<Impl> fleet, Entry entry, bool view)
      : fleet_(std::move(fleet)), entry_(entry), view_(view) {}
  ~Card() override {
    for (auto& [key, value] : values_) zeroise(value.octets);
    if (view_) return;
    const std::lock_guard lock(fleet_->mutex);
    fleet_->in_use.erase(entry_.eid);
  }
  // Nobody else's from now on; not read yet.
  static Result<std::unique_ptr<Card>> claim(const std::shared_ptr<Impl>& fleet, const sgp22::Eid& eid) {
    EIDER_TRY(entry, fleet->find(eid));
    const std::lock_guard lock(fleet->mutex);
    if (!fleet->in_use.insert(eid).second)
      return fail_local("the card " + sgp22::eid_digits(eid) + " is in use", "power it off first");
    return std::make_unique<Card>(fleet, entry, false);
  }
  Status load() {
    EIDER_TRY(values, fleet_->load(entry_));
    values_ = std::move(values);
    return {};
  }
  const Entry& entry() const { return entry_; }

  std::optional<Bytes> get(std::string_view key) const override {
    const auto it = values_.find(key);
    if (it == values_.end()) return std::nullopt;
    return it->second.value();
  }
  std::vector<std::string> keys(std::string_view prefix) const override {
    std::vector<std::string> out;
    for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it)
      out.push_back(it->first);
    return out;
  }

  Status commit(const card::NvmBatch& batch) override {
    if (view_) return fail_local("the card is open for looking only");
    if (failed_) return fail_local("an earlier write of this card failed", "power it off and on");
    FleetValues written;
    const auto done = fleet_->write([&]() -> Status {
      for (const auto& [key, value] : batch.changes()) {
        if (!value) {
          auto row = fleet_->writer->query("DELETE FROM value WHERE card=? AND key=?");
          EIDER_CHECK(row.bind(std::int64_t{entry_.number}).bind(key).run());
          continue;
        }
        EIDER_TRY(stored, fleet_->put(entry_, key, *value));
        written[key] = std::move(stored);
      }
      return {};
    });
    failed_ = !done;
    if (!done) return done;
    for (const auto& [key, value] : batch.changes()) {
      auto& slot = values_[key];
      zeroise(slot.octets);
      if (value)
        slot = std::move(written[key]);
      else
        values_.erase(key);
    }
    return {};
  }

 private:
  std::shared_ptr<Impl> fleet_;
  Entry entry_;
  bool view_, failed_ = false;
  FleetValues values_;
};

CardFleet::~CardFleet() = default;

Result<std::unique_ptr<CardFleet>> CardFleet::start(const std::filesystem::path& path, bool create) {
  const auto name = "the card store " + path.string();
  const bool there = std::filesystem::exists(path);
  if (create && there) return fail_local(name + " exists already", "open it, or choose another name");
  if (!create && !there) return fail_local(name + " does not exist", "`eider eum make --fleet` makes one");
  auto impl = std::make_shared<Impl>();
  impl->lock = std::make_unique<FileLock>(path, FileLock::Wait::kNot);
  if (!impl->lock->held()) return fail_local(name + " is in use", "stop the process that serves its cards");
  EIDER_CHECK(create ? create_private(path) : check_version(path));
  EIDER_TRY(writer, open_durable(path));
  if (create) EIDER_CHECK(writer->execute(kSchema));
  EIDER_CHECK(impl->contents.reload(*writer));
  impl->writer = std::move(writer);
  impl->transaction.emplace(*impl->writer);
  impl->readers.emplace(path);
  return std::unique_ptr<CardFleet>(new CardFleet(std::move(impl)));
}
Result<std::unique_ptr<CardFleet>> CardFleet::create(const std::filesystem::path& path) {
  return start(path, true);
}
Result<std::unique_ptr<CardFleet>> CardFleet::open(const std::filesystem::path& path) {
  return start(path, false);
}
Result<std::unique_ptr<CardFleet>> CardFleet::open_read_only(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    return fail_local("the card store " + path.string() + " does not exist");
  EIDER_CHECK(check_version(path));
  auto impl = std::make_shared<Impl>();
  impl->readers.emplace(path);
  return std::unique_ptr<CardFleet>(new CardFleet(std::move(impl)));
}

Result<std::uint64_t> CardFleet::size() const {
  return impl_->read<std::uint64_t>([](Connection& c) -> Result<std::uint64_t> {
    auto row = c.query("SELECT count(*) FROM card");
    EIDER_CHECK(row.step());
    return static_cast<std::uint64_t>(row.integer(0));
  });
}

Result<std::vector<CardFleet::Entry>> CardFleet::list(std::uint32_t after, std::size_t limit) const {
  return impl_->read<std::vector<Entry>>([&](Connection& c) -> Result<std::vector<Entry>> {
    std::vector<Entry> out;
    auto rows = c.query("SELECT number, eid FROM card WHERE number>? ORDER BY number LIMIT ?");
    rows.bind(std::int64_t{after}).bind(static_cast<std::int64_t>(limit));
    while (true) {
      EIDER_TRY(more, rows.step());
      if (!more) return out;
      const auto eid = sgp22::Eid::from(rows.blob(1));
      if (!eid) return fail_local("the card store is damaged: an EID has 16 octets");
      out.push_back({static_cast<std::uint32_t>(rows.integer(0)), *eid});
    }
  });
}

Result<CardFleet::Entry> CardFleet::find(const sgp22::Eid& eid) const {
  return impl_->find(eid);
}
Result<CardFleet::Entry> CardFleet::find(std::uint32_t number) const {
  if (number == 0) return unknown("number 0");
  EIDER_TRY(next, list(number - 1, 1));
  if (next.empty() || next.front().number != number) return unknown("number " + std::to_string(number));
  return next.front();
}

Result<std::unique_ptr<card::Nvm>> CardFleet::open_card(const sgp22::Eid& eid) {
  if (!impl_->writer) return fail_local("the card store is open for looking only");
  EIDER_TRY(card, Card::claim(impl_, eid));
  EIDER_CHECK(card->load());
  return card;
}
Result<std::unique_ptr<card::Nvm>> CardFleet::view_card(const sgp22::Eid& eid) const {
  EIDER_TRY(entry, impl_->find(eid));
  auto card = std::make_unique<Card>(impl_, entry, true);
  EIDER_CHECK(card->load());
  return card;
}

Status CardFleet::add(std::span<const NewCard> cards) {
  return impl_->write([&]() -> Status {
    for (const auto& card : cards) EIDER_CHECK(impl_->add(card));
    return {};
  });
}

Status CardFleet::remove(const sgp22::Eid& eid) {
  EIDER_TRY(card, Card::claim(impl_, eid));
  const std::int64_t number = card->entry().number;
  return impl_->write([&]() -> Status {
    EIDER_CHECK(impl_->writer->query("DELETE FROM value WHERE card=?").bind(number).run());
    return impl_->writer->query("DELETE FROM card WHERE number=?").bind(number).run();
  });
}

Status CardFleet::compact() {
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->in_use.empty()) return fail_local("cards of the store are in use", "power them off first");
  }
  EIDER_CHECK(impl_->write([&] { return impl_->contents.remove_unused(*impl_->writer); }));
  EIDER_CHECK(impl_->writer->execute("VACUUM"));
  return impl_->writer->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::uint64_t CardFleet::commits() const {
  return impl_->commits.batches();
}
std::uint64_t CardFleet::writes() const {
  return impl_->commits.jobs();
}

}  // namespace eider::store
