// The Store port of the SM-DS, in memory and on disk alike; what the disk holds after the process was killed;
// how it looks up among many.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.hpp"
#include "roles/smds/memory_store.hpp"
#include "store/smds_sqlite.hpp"

namespace eider::smds {
namespace {

namespace fs = std::filesystem;
using store::SmdsSqlite;
using Outcome = Addition::Outcome;

struct SmdsDirectory {
  fs::path directory = fs::temp_directory_path() / ("eider-smds-" + to_hex(SystemRandom().bytes(8)));
  SmdsDirectory() { fs::create_directories(directory); }
  ~SmdsDirectory() { fs::remove_all(directory); }
  SmdsDirectory(const SmdsDirectory&) = delete;
  SmdsDirectory& operator=(const SmdsDirectory&) = delete;
  std::string path() const { return (directory / "smds.db").string(); }
};

Time second(int n) {
  return Time(std::chrono::seconds(n));
}
sgp22::Eid card(std::uint32_t n) {
  sgp22::Eid e;
  e[0] = 0x89;
  for (std::size_t i = 0; i < 4; ++i) e[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return e;
}
Event event(const std::string& id, std::uint32_t eid = 1, const std::string& caller = "2.999.10") {
  Event e;
  e.caller = caller;
  e.event_id = id;
  e.eid = card(eid);
  e.rsp_server_address = "smdpp.example.com";
  e.registered = true;
  e.function_call_identifier = "call-" + id;
  e.received_at = second(10);
  e.expires_at = second(1000);
  return e;
}
std::string ids(const Result<std::vector<Event>>& events) {
  if (!events) return events.error().message();
  std::string out;
  for (const auto& e : *events) out += (out.empty() ? "" : " ") + e.event_id;
  return out;
}

// True: on disk.
struct SmdsStore : testing::TestWithParam<bool> {
  SmdsDirectory files;
  std::unique_ptr<Store> store;
  EventLimits limits;
  SmdsStore() { open(); }
  void open() {
    store.reset();
    if (GetParam())
      store = *SmdsSqlite::open(files.path());
    else
      store = std::make_unique<MemoryStore>();
  }
  Outcome add(const Event& e) { return store->add(e, limits)->outcome; }
};

TEST_P(SmdsStore, GivesBackWhatItWasGiven) {
  auto e = event("E-1");
  e.root_event_id = "00AB";
  e.registered = false;
  e.forwarding_indicator = true;
  EXPECT_EQ(add(e), Outcome::kAdded);
  if (GetParam()) open();
  const auto found = store->find("2.999.10", "E-1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(**found, e);
  EXPECT_EQ(*store->find("2.999.10", "E-2"), std::nullopt);
  EXPECT_EQ(*store->find("2.999.12", "E-1"), std::nullopt);
  auto second_use = event("E-1", 2);
  const auto known = store->add(second_use, limits);
  EXPECT_EQ(known->outcome, Outcome::kKnown);
  EXPECT_EQ(known->known, e);
  EXPECT_EQ(*store->count(), 1u);
}

TEST_P(SmdsStore, ShowsACardWhatIsRegisteredForItAndHasNotExpired) {
  auto waiting = event("E-2");
  waiting.registered = false;
  auto brief = event("E-4");
  brief.expires_at = second(50);
  for (const auto& e : {event("E-1"), waiting, event("E-3", 2), brief, event("E-5", 1, "2.999.12")})
    ASSERT_EQ(add(e), Outcome::kAdded);
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(49), 9)), "E-1 E-4 E-5");
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(50), 9)), "E-1 E-5");
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(50), 1)), "E-1");
  EXPECT_EQ(ids(store->events_of(card(1), "E-5", second(50), 9)), "E-5");
  EXPECT_EQ(ids(store->events_of(card(1), "E-3", second(50), 9)), "");
  EXPECT_EQ(ids(store->events_of(card(3), {}, second(50), 9)), "");
  ASSERT_TRUE(store->set_registered("2.999.10", "E-2"));
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(50), 9)), "E-1 E-2 E-5");
  EXPECT_FALSE(store->set_registered("2.999.10", "E-9"));
}

TEST_P(SmdsStore, Removes) {
  for (const auto& e : {event("E-1"), event("E-1", 1, "2.999.12"), event("E-2")})
    ASSERT_EQ(add(e), Outcome::kAdded);
  EXPECT_TRUE(store->remove("2.999.10", "E-1"));
  EXPECT_TRUE(store->remove("2.999.10", "E-1")) << "gone already";
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(20), 9)), "E-1 E-2");
  EXPECT_EQ(*store->count(), 2u);
  EXPECT_EQ(add(event("E-1")), Outcome::kAdded);
  EXPECT_EQ(ids(store->events_of(card(1), {}, second(20), 9)), "E-1 E-2 E-1") << "it is the newest now";
}

TEST_P(SmdsStore, FindsWhatHasExpiredFirst) {
  for (int n = 1; n <= 4; ++n) {
    auto e = event("E-" + std::to_string(n));
    e.expires_at = second(100 - n);
    e.registered = n != 2;
    ASSERT_EQ(add(e), Outcome::kAdded);
  }
  EXPECT_EQ(ids(store->expired(second(95), 9)), "");
  EXPECT_EQ(ids(store->expired(second(98), 9)), "E-4 E-3 E-2");
  EXPECT_EQ(ids(store->expired(second(98), 2)), "E-4 E-3");
}

TEST_P(SmdsStore, ListsByCardAndCaller) {
  for (const auto& e : {event("E-1"), event("E-2", 2), event("E-3", 1, "2.999.12")})
    ASSERT_EQ(add(e), Outcome::kAdded);
  EXPECT_EQ(ids(store->list({})), "E-1 E-2 E-3");
  EXPECT_EQ(ids(store->list({{}, {}, 2})), "E-1 E-2");
  EXPECT_EQ(ids(store->list({card(1), {}, 9})), "E-1 E-3");
  EXPECT_EQ(ids(store->list({{}, "2.999.10", 9})), "E-1 E-2");
  EXPECT_EQ(ids(store->list({card(1), "2.999.12", 9})), "E-3");
}

TEST_P(SmdsStore, KeepsTheLimitsOfACaller) {
  limits = {3, 2};
  EXPECT_EQ(add(event("E-1")), Outcome::kAdded);
  EXPECT_EQ(add(event("E-2")), Outcome::kAdded);
  EXPECT_EQ(add(event("E-3")), Outcome::kTooMany);
  EXPECT_EQ(add(event("E-1")), Outcome::kKnown) << "a repeat is no further event";
  EXPECT_EQ(add(event("E-3", 2)), Outcome::kAdded);
  EXPECT_EQ(add(event("E-4", 3)), Outcome::kTooMany);
  EXPECT_EQ(add(event("E-4", 3, "2.999.12")), Outcome::kAdded);
  ASSERT_TRUE(store->remove("2.999.10", "E-1"));
  if (GetParam()) open();
  EXPECT_EQ(add(event("E-4", 3)), Outcome::kAdded);
  EXPECT_EQ(add(event("E-5", 3)), Outcome::kTooMany);
  limits = {0, 2};
  EXPECT_EQ(add(event("E-6", 4, "2.999.14")), Outcome::kTooMany);
}

INSTANTIATE_TEST_SUITE_P(Stores, SmdsStore, testing::Bool(),
                         [](const auto& i) { return i.param ? "Sqlite" : "Memory"; });

TEST(SmdsSqlite, IsTheOwnersAlone) {
  SmdsDirectory files;
  const auto store = SmdsSqlite::open(files.path());
  ASSERT_TRUE(store) << store.error().message();
  struct stat s{};
  ASSERT_EQ(::stat(files.path().c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777u, 0600u);
  EXPECT_FALSE(SmdsSqlite::open("/nonexistent/smds.db"));
}

// Adds, registers and removes: what is kept is consistent with the count at any moment.
TEST(SmdsCrash, AKilledProcessHasLostNothingThatItPromised) {
  SeededRandom random(11);
  SmdsDirectory files;
  std::uint64_t promised = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = SmdsSqlite::open(files.path());
      for (auto n = promised; store; ++n) {
        const auto added = (*store)->add(event("E-" + std::to_string(n), 1), {1'000'000, 1'000'000});
        const char done = 'x';
        if (!added || added->outcome == Outcome::kTooMany || ::write(ends[1], &done, 1) != 1) break;
      }
      ::_exit(1);
    }
    ::close(ends[1]);
    char done = 0;
    for (auto left = 1 + random.below(12); left > 0 && ::read(ends[0], &done, 1) == 1; --left) ++promised;
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
    while (::read(ends[0], &done, 1) == 1) ++promised;
    ::close(ends[0]);
    const auto store = SmdsSqlite::open(files.path());
    ASSERT_TRUE(store) << store.error().message();
    const auto kept = (*store)->events_of(card(1), {}, second(20), 1'000'000);
    ASSERT_TRUE(kept);
    EXPECT_GE(kept->size(), promised);
    EXPECT_LE(kept->size(), promised + 1) << "one may have been committed and not been told of";
    EXPECT_EQ(*(*store)->count(), kept->size());
    promised = kept->size();
  }
}

// Every question that is asked on behalf of a card or a caller goes by an index, however many events there
// are.
TEST(SmdsSqlite, LooksUpByIndex) {
  SmdsDirectory files;
  const auto opened = SmdsSqlite::open(files.path());
  ASSERT_TRUE(opened);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(files.path().c_str(), &db), SQLITE_OK);
  for (const auto* question :
       {"SELECT * FROM event INDEXED BY event_by_eid WHERE eid=x'89' AND registered=1 AND expires_at>1 AND"
        " (''='' OR event_id='') ORDER BY position LIMIT 1",
        "SELECT count(*) FROM event WHERE eid=x'89' AND caller='a'",
        "SELECT * FROM event WHERE caller='a' AND event_id='b'",
        "SELECT * FROM event WHERE expires_at<=1 ORDER BY expires_at, position LIMIT 1",
        "DELETE FROM event WHERE caller='a' AND event_id='b'"}) {
    sqlite3_stmt* plan = nullptr;
    ASSERT_EQ(
        sqlite3_prepare_v2(db, (std::string("EXPLAIN QUERY PLAN ") + question).c_str(), -1, &plan, nullptr),
        SQLITE_OK);
    std::string text;
    while (sqlite3_step(plan) == SQLITE_ROW)
      text += reinterpret_cast<const char*>(sqlite3_column_text(plan, 3)) + std::string("\n");
    sqlite3_finalize(plan);
    EXPECT_NE(text.find("USING"), std::string::npos) << question << "\n" << text;
    EXPECT_EQ(text.find("SCAN"), std::string::npos) << question << "\n" << text;
    EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << question << "\n" << text;
  }
  sqlite3_close(db);
}

}  // namespace
}  // namespace eider::smds
