// What the SM-SR's store on disk holds after the process or the machine stopped at any moment, and what lies
// in its files.
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smsr_samples.hpp"
#include "store/smsr_sqlite.hpp"

namespace eider::smsr {
namespace {

using namespace samples;
using store::SmsrSqlite;
namespace fs = std::filesystem;

// As one command goes out: counter, operation, record and report, together. The n-th one.
Status send_one(Store& store) {
  return store.write([](StoreTransaction& tx) -> Status {
    EIDER_TRY(k, tx.key_set(eid(1), 1));
    auto next = k.value_or(keys(1, 1, 0));
    ++next.counter;
    EIDER_CHECK(tx.put_key_set(next));
    const auto n = static_cast<int>(next.counter);
    EIDER_TRY(before, tx.operations(eid(1)));
    for (const auto& o : before) EIDER_CHECK(tx.remove_operation(o.id));
    auto o = operation(1, n);
    o.counter = next.counter;
    o.data = Bytes(static_cast<std::size_t>(n * 300), 0xD0);
    EIDER_CHECK(tx.add_operation(o));
    EIDER_CHECK(tx.add_audit_record(audit(1, n)));
    auto p = profile(1, 10);
    p.msisdn = std::to_string(4900 + n);
    EIDER_CHECK(tx.put_profile(p));
    auto e = outbox("a", n);
    return tx.add_outbox(e);
  });
}

// The number of commands that the store knows of; nothing when parts of it disagree.
std::optional<std::uint64_t> consistent(Store& store) {
  std::optional<std::uint64_t> out;
  const auto s = store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(k, r.key_set(eid(1), 1));
    const auto n = k ? k->counter : 0;
    EIDER_TRY(trail, r.audit_trail(eid(1)));
    EIDER_TRY(waiting, r.outbox_size());
    EIDER_TRY(operations, r.operations(eid(1)));
    EIDER_TRY(due, r.due_operations(at(1000000), 9));
    EIDER_TRY(found, r.eids_of_msisdn(std::to_string(4900 + n), 9));
    EIDER_TRY(p, r.profile(eid(1), iccid(10)));
    const bool same = n == 0 ? operations.empty() && found.empty() && !p
                             : operations.size() == 1 && due.size() == 1 && operations[0].counter == n &&
                                   due[0] == operations[0].id && found.size() == 1 && p;
    if (same && trail.size() == n && waiting == n) out = n;
    return {};
  });
  EXPECT_TRUE(s) << s.error().message();
  return out;
}

Bytes content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return to_bytes(as_bytes(text));
}
void write_file(const fs::path& path, ByteView content) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

// Power was lost while the log was written: what is behind a place in it is missing, zero or something else.
TEST(SmsrCrash, ATornLogEndsAtACommit) {
  constexpr int kCommands = 6;
  TemporaryStore file;
  Bytes database, log;
  {
    const auto store = *SmsrSqlite::open(file.path());
    for (int i = 0; i < kCommands; ++i) ASSERT_TRUE(send_one(*store));
    database = content_of(file.path());
    log = content_of(file.path() + "-wal");
  }
  ASSERT_GT(log.size(), 20 * 4096u) << "else this test shows nothing";
  SeededRandom random(7);
  std::uint64_t last = 0;
  std::set<std::uint64_t> seen;
  const auto found_in = [&](const Bytes& torn) {
    TemporaryStore copy;
    write_file(copy.path(), database);
    write_file(copy.path() + "-wal", torn);
    const auto store = SmsrSqlite::open(copy.path());
    EXPECT_TRUE(store) << (store ? "" : store.error().message());
    const auto n = store ? consistent(**store) : std::nullopt;
    EXPECT_TRUE(n) << "halves of a transaction, in a log of " << torn.size();
    if (store && n) {
      EXPECT_TRUE(send_one(**store)) << "and goes on";
    }
    return n.value_or(0);
  };
  // Each page of the log whole, and cut within.
  constexpr std::size_t kFrame = 4096 + 24;
  for (std::size_t cut = 32; cut <= log.size(); cut += kFrame) {
    const auto whole = found_in(Bytes(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(cut)));
    EXPECT_GE(whole, last) << cut;
    last = whole;
    seen.insert(whole);
    const auto within = std::min(log.size(), cut + 1 + random.below(kFrame - 1));
    auto torn = Bytes(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(within));
    switch (cut / kFrame % 3) {
      case 0:
        break;
      case 1:
        torn.resize(log.size());
        break;
      default: {
        const auto noise = random.bytes(log.size() - within);
        append(torn, noise);
      }
    }
    EXPECT_EQ(found_in(torn), whole) << within;
  }
  EXPECT_EQ(last, static_cast<std::uint64_t>(kCommands));
  EXPECT_EQ(seen.size(), kCommands + 1u) << "each commit was an end";
}

// What write() has returned for is there, whenever the process is killed.
TEST(SmsrCrash, AKilledProcessHasLostNothingThatItPromised) {
  SeededRandom random(11);
  TemporaryStore file;
  std::uint64_t promised = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = SmsrSqlite::open(file.path());
      for (char done = 'x'; store && send_one(**store) && ::write(ends[1], &done, 1) == 1;) {
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
    const auto store = SmsrSqlite::open(file.path());
    ASSERT_TRUE(store) << store.error().message();
    const auto n = consistent(**store);
    ASSERT_TRUE(n);
    EXPECT_GE(*n, promised);
    EXPECT_LE(*n, promised + 1) << "one may have been committed and not been told of";
    promised = *n;
  }
}

struct SmsrSealed : testing::Test {
  TemporaryStore file;
  crypto::MemoryKeyStore keystore;
  SeededRandom random{9};
  std::vector<Bytes> planted;

  void SetUp() override { add_key("store"); }
  void add_key(const std::string& name) {
    keystore.add_wrapping_key(name, *crypto::SealingKey::make(Secret(random.bytes(32))));
  }
  Secret plant() {
    planted.push_back(random.bytes(16));
    return Secret(planted.back());
  }
  Status fill(Store& store) {
    return store.write([&](StoreTransaction& tx) -> Status {
      for (int n = 1; n <= 30; ++n) {
        auto k = keys(n, 1);
        for (auto& key : k.keys) key.value = plant();
        EIDER_CHECK(tx.put_euicc(euicc(n)));
        EIDER_CHECK(tx.put_key_set(k));
        auto o = operation(n, n);
        o.secret = plant();
        EIDER_CHECK(tx.add_operation(o));
        o.secret = plant();
        EIDER_CHECK(tx.put_operation(o));
      }
      return {};
    });
  }
  std::size_t planted_in_files() const {
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(file.directory)) {
      const auto content = content_of(entry.path());
      for (const auto& secret : planted) found += as_text(content).find(as_text(secret)) != std::string::npos;
    }
    return found;
  }
  // Behind the back of the store.
  void sql(const std::string& text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.path().c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(db);
  }
  static std::string fault(Store& store, const std::function<Status(StoreReader&)>& body) {
    const auto s = store.read(body);
    return s ? "ok" : s.error().message();
  }
};

TEST_F(SmsrSealed, LeavesNoKeyInItsFiles) {
  {
    const auto store = *SmsrSqlite::open(file.path(), {&keystore});
    ASSERT_TRUE(fill(*store));
    EXPECT_GE(std::distance(fs::directory_iterator(file.directory), {}), 3) << "database, log and index";
    EXPECT_EQ(planted_in_files(), 0u);
  }
  EXPECT_EQ(planted_in_files(), 0u);
  TemporaryStore open;
  {
    const auto store = *SmsrSqlite::open(open.path());
    ASSERT_TRUE(fill(*store));
  }
  std::swap(file.directory, open.directory);
  EXPECT_GT(planted_in_files(), 0u) << "else this test shows nothing";
  std::swap(file.directory, open.directory);
}

TEST_F(SmsrSealed, ACounterDoesNotCostASealing) {
  const auto store = *SmsrSqlite::open(file.path(), {&keystore});
  ASSERT_TRUE(fill(*store));
  const auto sealed = [&] {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open(file.path().c_str(), &db), SQLITE_OK);
    sqlite3_stmt* s = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db, "SELECT secret FROM part WHERE secret IS NOT NULL ORDER BY id LIMIT 1",
                                 -1, &s, nullptr),
              SQLITE_OK);
    EXPECT_EQ(sqlite3_step(s), SQLITE_ROW);
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(s, 0));
    Bytes out(data, data + sqlite3_column_bytes(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return out;
  };
  const auto before = sealed();
  ASSERT_TRUE(store->write([](StoreTransaction& tx) -> Status {
    EIDER_TRY(k, tx.key_set(eid(1), 1));
    k->counter = 1234;
    return tx.put_key_set(*k);
  }));
  EXPECT_EQ(sealed(), before) << "a key seals 2^32 values, a fleet sends more messages";
  ASSERT_TRUE(store->write([](StoreTransaction& tx) -> Status {
    EIDER_TRY(k, tx.key_set(eid(1), 1));
    EXPECT_EQ(k->counter, 1234u);
    k->keys.pop_back();
    return tx.put_key_set(*k);
  }));
  EXPECT_NE(sealed(), before);
}

TEST_F(SmsrSealed, RefusesChangedAndMovedKeys) {
  const auto store = *SmsrSqlite::open(file.path(), {&keystore});
  ASSERT_TRUE(fill(*store));
  const auto key_set = [](int n) {
    return [n](StoreReader& r) -> Status {
      EIDER_CHECK(r.key_set(eid(n), 1));
      return {};
    };
  };
  const std::string damaged = "was changed or moved";
  EXPECT_EQ(fault(*store, key_set(1)), "ok");
  sql("UPDATE part SET secret=(SELECT secret FROM part WHERE id=(2<<32)+(1<<28)+1) WHERE "
      "id=(1<<32)+(1<<28)+1");
  EXPECT_NE(fault(*store, key_set(1)).find(damaged), std::string::npos) << "of another card";
  EXPECT_EQ(fault(*store, key_set(2)), "ok");
  sql("UPDATE operation SET secret=(SELECT secret FROM operation WHERE id=4) WHERE id=3");
  EXPECT_NE(fault(*store,
                  [](StoreReader& r) -> Status {
                    EIDER_CHECK(r.operation(3));
                    return {};
                  })
                .find(damaged),
            std::string::npos);
  sql("UPDATE part SET secret=NULL WHERE id=(3<<32)+(1<<28)+1");
  EXPECT_NE(fault(*store, key_set(3)), "ok") << "keys that are gone are not no keys";
  sql("UPDATE part SET data=x'3000' WHERE id=(4<<32)+(1<<28)+1");
  EXPECT_NE(fault(*store, key_set(4)).find("damaged"), std::string::npos);
}

TEST_F(SmsrSealed, AStoreOfVersion1IsBroughtUp) {
  const auto found = [this] {
    std::pair<std::optional<Eid>, std::vector<Eid>> out;
    const auto store = *SmsrSqlite::open(file.path(), {&keystore});
    EXPECT_TRUE(store->read([&](StoreReader& r) -> Status {
      EIDER_TRY(by_iccid, r.eid_of_iccid(iccid(7)));
      EIDER_TRY(by_msisdn, r.eids_of_msisdn("491", 9));
      out = {by_iccid, by_msisdn};
      return {};
    }));
    return out;
  };
  {
    const auto store = *SmsrSqlite::open(file.path(), {&keystore});
    ASSERT_TRUE(store->write([](StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.put_euicc(euicc(3)));
      auto p = profile(3, 7);
      p.msisdn = "491";
      return tx.put_profile(p);
    }));
  }
  const std::pair<std::optional<Eid>, std::vector<Eid>> expected{eid(3), {eid(3)}};
  EXPECT_EQ(found(), expected);
  sql("UPDATE part SET name=NULL WHERE (id & 0xFFFFFFFF)=0; ALTER TABLE part RENAME COLUMN name TO iccid;"
      "PRAGMA user_version=1");
  EXPECT_EQ(found(), expected);
}

TEST_F(SmsrSealed, OpensWithItsOwnKeyOnly) {
  ASSERT_TRUE(SmsrSqlite::open(file.path(), {&keystore}));
  EXPECT_EQ(**SmsrSqlite::key_name(file.path()), "store");
  EXPECT_NE(SmsrSqlite::open(file.path()).error().message().find("the store is sealed"), std::string::npos);
  crypto::MemoryKeyStore other;
  other.add_wrapping_key("store", *crypto::SealingKey::make(Secret(Bytes(32, 1))));
  EXPECT_NE(SmsrSqlite::open(file.path(), {&other}).error().message().find("not the one of this store"),
            std::string::npos);
  // Its keys were in the clear, in this file and in who knows which copies.
  TemporaryStore clear;
  ASSERT_TRUE(fill(**SmsrSqlite::open(clear.path())));
  EXPECT_NE(SmsrSqlite::open(clear.path(), {&keystore}).error().message().find("made without a key"),
            std::string::npos);
  EXPECT_TRUE(SmsrSqlite::open(clear.path()));
}

TEST_F(SmsrSealed, ChangesItsKey) {
  {
    const auto store = *SmsrSqlite::open(file.path(), {&keystore});
    ASSERT_TRUE(fill(*store));
    add_key("store-2");
    ASSERT_TRUE(store->change_key({&keystore, "store-2"}));
  }
  EXPECT_EQ(**SmsrSqlite::key_name(file.path()), "store-2");
  const auto store = SmsrSqlite::open(file.path(), {&keystore});
  ASSERT_TRUE(store) << store.error().message();
  ASSERT_TRUE((*store)->read([&](StoreReader& r) -> Status {
    EIDER_TRY(k, r.key_set(eid(1), 1));
    EXPECT_TRUE(equal(k->keys.front().value.view(), planted.front()));
    return {};
  }));
}

TEST(SmsrSqlite, FilesAreTheOwnersAlone) {
  TemporaryStore file;
  const auto store = SmsrSqlite::open(file.path());
  ASSERT_TRUE(store);
  ASSERT_TRUE(send_one(**store));
  for (const auto& entry : fs::directory_iterator(file.directory))
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none)
        << entry.path();
  EXPECT_FALSE(SmsrSqlite::open((file.directory / "no" / "x.db").string()));
}

TEST(SmsrSqlite, RefusesAStoreOfANewerVersion) {
  TemporaryStore file;
  ASSERT_TRUE(SmsrSqlite::open(file.path()));
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.path().c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, "PRAGMA user_version=99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  EXPECT_NE(SmsrSqlite::open(file.path()).error().message().find("newer eider"), std::string::npos);
}

}  // namespace
}  // namespace eider::smsr
