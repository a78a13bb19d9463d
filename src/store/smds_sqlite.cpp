#include "store/smds_sqlite.hpp"

#include <algorithm>
#include <limits>

#include "store/row_values.hpp"
#include "store/sqlite_engine.hpp"

namespace eider::store {
namespace {

using smds::Addition;
using smds::Event;

// `position` counts arrivals. The number of events of a caller is kept, since counting them would take as
// long as there are events.
constexpr const char* kSmdsMigrations[] = {
    EIDER_STORE_KEY_TABLE
    "CREATE TABLE event(position INTEGER PRIMARY KEY AUTOINCREMENT, caller TEXT NOT NULL,"
    " event_id TEXT NOT NULL, eid BLOB NOT NULL, address TEXT NOT NULL, root_event_id TEXT NOT NULL,"
    " registered INTEGER NOT NULL, call_identifier TEXT NOT NULL, forwarding INTEGER NOT NULL,"
    " received_at INTEGER NOT NULL, expires_at INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX event_by_key ON event(caller, event_id);"
    "CREATE INDEX event_by_eid ON event(eid, position);"
    "CREATE INDEX event_by_expiry ON event(expires_at);"
    "CREATE TABLE caller(caller TEXT PRIMARY KEY, events INTEGER NOT NULL) WITHOUT ROWID;"};

StoreSchema smds_schema() {
  return {.migrations = kSmdsMigrations};
}

#define EIDER_EVENT_COLUMNS                                                                 \
  "caller, event_id, eid, address, root_event_id, registered, call_identifier, forwarding," \
  " received_at, expires_at"

Result<Event> read_event(const Query& q) {
  Event e;
  e.caller = q.text(0);
  e.event_id = q.text(1);
  e.eid = fixed<16>(q.blob(2));
  e.rsp_server_address = q.text(3);
  e.root_event_id = q.text(4);
  e.registered = q.integer(5) != 0;
  e.function_call_identifier = q.text(6);
  e.forwarding_indicator = q.integer(7) != 0;
  e.received_at = to_time(q.integer(8));
  e.expires_at = to_time(q.integer(9));
  return e;
}

std::int64_t at_most(std::size_t limit) {
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, kMost));
}

Result<std::optional<Event>> find_event(Connection& c, const std::string& caller,
                                        const std::string& event_id) {
  auto q = c.query("SELECT " EIDER_EVENT_COLUMNS " FROM event WHERE caller=? AND event_id=?");
  q.bind(caller).bind(event_id);
  return one<Event>(q, read_event);
}

Result<bool> has_room(Connection& c, const Event& event, const smds::EventLimits& limits) {
  auto all = c.query("SELECT events FROM caller WHERE caller=?");
  all.bind(event.caller);
  EIDER_TRY(known, all.step());
  if (known && all.integer(0) >= at_most(limits.per_caller)) return false;
  if (!known && limits.per_caller == 0) return false;
  auto card = c.query("SELECT count(*) FROM event WHERE eid=? AND caller=?");
  card.bind(event.eid.view()).bind(event.caller);
  EIDER_CHECK(card.step());
  return card.integer(0) < at_most(limits.per_caller_and_eid);
}

Status insert_event(Connection& c, const Event& e) {
  auto q = c.query("INSERT INTO event(" EIDER_EVENT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?)");
  q.bind(e.caller)
      .bind(e.event_id)
      .bind(e.eid.view())
      .bind(e.rsp_server_address)
      .bind(e.root_event_id)
      .bind(std::int64_t{e.registered})
      .bind(e.function_call_identifier)
      .bind(std::int64_t{e.forwarding_indicator})
      .bind(to_integer(e.received_at))
      .bind(to_integer(e.expires_at));
  EIDER_CHECK(q.run());
  auto count = c.query(
      "INSERT INTO caller(caller, events) VALUES(?,1) ON CONFLICT(caller) DO UPDATE SET events=events+1");
  count.bind(e.caller);
  return count.run();
}

}  // namespace

SmdsSqlite::SmdsSqlite(std::unique_ptr<SqliteEngine> engine) : engine_(std::move(engine)) {}
SmdsSqlite::~SmdsSqlite() = default;

Result<std::unique_ptr<SmdsSqlite>> SmdsSqlite::open(const std::string& path) {
  EIDER_TRY(engine, SqliteEngine::open(path, smds_schema(), {}));
  return std::unique_ptr<SmdsSqlite>(new SmdsSqlite(std::move(engine)));
}

Result<Addition> SmdsSqlite::add(const Event& event, const smds::EventLimits& limits) {
  Addition out;
  EIDER_CHECK(engine_->write(
      [&](Connection& c) -> Status {
        out = {};
        EIDER_TRY(known, find_event(c, event.caller, event.event_id));
        if (known) {
          out = {Addition::Outcome::kKnown, std::move(known)};
          return {};
        }
        EIDER_TRY(room, has_room(c, event, limits));
        if (room) return insert_event(c, event);
        out.outcome = Addition::Outcome::kTooMany;
        return {};
      },
      true));
  return out;
}

Result<std::optional<Event>> SmdsSqlite::find(const std::string& caller, const std::string& event_id) {
  std::optional<Event> out;
  EIDER_CHECK(engine_->read([&](Connection& c) -> Status {
    EIDER_TRY(found, find_event(c, caller, event_id));
    out = std::move(found);
    return {};
  }));
  return out;
}

Status SmdsSqlite::set_registered(const std::string& caller, const std::string& event_id) {
  return engine_->write(
      [&](Connection& c) -> Status {
        auto q = c.query("UPDATE event SET registered=1 WHERE caller=? AND event_id=?");
        q.bind(caller).bind(event_id);
        EIDER_CHECK(q.run());
        return c.changes() == 1 ? Status() : Status(fail_local("the event is gone"));
      },
      true);
}

Status SmdsSqlite::remove(const std::string& caller, const std::string& event_id) {
  return engine_->write(
      [&](Connection& c) -> Status {
        auto q = c.query("DELETE FROM event WHERE caller=? AND event_id=?");
        q.bind(caller).bind(event_id);
        EIDER_CHECK(q.run());
        if (c.changes() == 0) return {};
        auto fewer = c.query("UPDATE caller SET events=events-1 WHERE caller=?");
        fewer.bind(caller);
        EIDER_CHECK(fewer.run());
        auto none = c.query("DELETE FROM caller WHERE caller=? AND events<=0");
        none.bind(caller);
        return none.run();
      },
      true);
}

Result<std::vector<Event>> SmdsSqlite::events_of(const sgp22::Eid& eid, const std::string& event_id, Time now,
                                                 std::size_t limit) {
  std::vector<Event> out;
  EIDER_CHECK(engine_->read([&](Connection& c) -> Status {
    auto q = c.query("SELECT " EIDER_EVENT_COLUMNS
                     " FROM event INDEXED BY event_by_eid WHERE eid=?1 AND registered=1 AND expires_at>?2"
                     " AND (?3='' OR event_id=?3 OR root_event_id=?3) ORDER BY position LIMIT ?4");
    q.bind(eid.view()).bind(to_integer(now)).bind(event_id).bind(at_most(limit));
    EIDER_TRY(found, all<Event>(q, read_event));
    out = std::move(found);
    return {};
  }));
  return out;
}

Result<std::vector<Event>> SmdsSqlite::expired(Time now, std::size_t limit) {
  std::vector<Event> out;
  EIDER_CHECK(engine_->read([&](Connection& c) -> Status {
    auto q = c.query("SELECT " EIDER_EVENT_COLUMNS
                     " FROM event WHERE expires_at<=? ORDER BY expires_at, position LIMIT ?");
    q.bind(to_integer(now)).bind(at_most(limit));
    EIDER_TRY(found, all<Event>(q, read_event));
    out = std::move(found);
    return {};
  }));
  return out;
}

Result<std::vector<Event>> SmdsSqlite::list(const smds::EventFilter& filter) {
  std::vector<Event> out;
  EIDER_CHECK(engine_->read([&](Connection& c) -> Status {
    // Two statements, so that one card's events are found by their index.
    auto q = filter.eid ? c.query("SELECT " EIDER_EVENT_COLUMNS
                                  " FROM event WHERE eid=?1 AND (?2 IS NULL OR caller=?2)"
                                  " ORDER BY position LIMIT ?3")
                        : c.query("SELECT " EIDER_EVENT_COLUMNS
                                  " FROM event WHERE ?1 IS NULL AND (?2 IS NULL OR caller=?2)"
                                  " ORDER BY position LIMIT ?3");
    filter.eid ? q.bind(filter.eid->view()) : q.bind_null();
    q.bind(filter.caller).bind(at_most(filter.limit));
    EIDER_TRY(found, all<Event>(q, read_event));
    out = std::move(found);
    return {};
  }));
  return out;
}

Result<std::uint64_t> SmdsSqlite::count() {
  std::uint64_t out = 0;
  EIDER_CHECK(engine_->read([&](Connection& c) -> Status {
    auto q = c.query("SELECT coalesce(sum(events),0) FROM caller");
    EIDER_CHECK(q.step());
    out = static_cast<std::uint64_t>(q.integer(0));
    return {};
  }));
  return out;
}

std::uint64_t SmdsSqlite::commits() const {
  return engine_->commits();
}
std::uint64_t SmdsSqlite::writes() const {
  return engine_->writes();
}

}  // namespace eider::store
