// What lies in the files of a sealed store, and what it refuses.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/random.hpp"
#include "roles/smdpp/subscriber.hpp"
#include "store/smdpp_sqlite.hpp"

namespace eider::smdpp {
namespace {

namespace fs = std::filesystem;
using store::SmdppSqlite;

struct SealedStore : testing::Test {
  fs::path directory = fs::temp_directory_path() / ("eider-sealed-" + to_hex(SystemRandom().bytes(8)));
  std::string path = (directory / "smdpp.db").string();
  crypto::MemoryKeyStore keys;
  SeededRandom random{9};
  std::vector<Bytes> planted;

  void SetUp() override {
    fs::create_directories(directory);
    add_key("store");
  }
  void TearDown() override { fs::remove_all(directory); }
  void add_key(const std::string& name) {
    keys.add_wrapping_key(name, *crypto::SealingKey::make(Secret(random.bytes(32))));
  }
  static Iccid iccid(int n) {
    Iccid i;
    i[0] = 0x98;
    i[9] = static_cast<std::uint8_t>(n);
    return i;
  }
  // An octet string that must never be seen in a file.
  Bytes plant() {
    planted.push_back(random.bytes(16));
    return planted.back();
  }
  Status fill(Store& store, int first, int last) {
    return store.write([&](StoreTransaction& tx) -> Status {
      for (int n = first; n <= last; ++n) {
        profile::SubscriberData s;
        s.iccid = "8949000000000000000";
        s.k = Secret(plant());
        s.opc = Secret(plant());
        Profile p;
        p.iccid = iccid(n);
        p.type = "prepaid";
        p.owner = "op";
        p.personalisation = encode_subscriber(s);
        p.template_name = "t";
        EIDER_CHECK(tx.put_profile(p));
        EIDER_CHECK(tx.put_package(p.iccid, plant()));
        EIDER_CHECK(tx.put_kept_bpp({p.iccid, {}, {}, {}, Secret(plant()), Secret(plant()), {}}));
      }
      return tx.put_template({"t", "op", plant(), {}});
    });
  }
  std::size_t planted_in_files() const {
    std::size_t found = 0;
    for (const auto& entry : fs::directory_iterator(directory)) {
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(in)), {});
      for (const auto& secret : planted) found += content.find(as_text(secret)) != std::string::npos;
    }
    return found;
  }
  // Behind the back of the store.
  void sql(const std::string& text) const {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, &message), SQLITE_OK) << message;
    sqlite3_close(db);
  }
  static std::string fault(Store& store, const std::function<Status(StoreReader&)>& body) {
    const auto s = store.read(body);
    return s ? "ok" : s.error().message();
  }
};

TEST_F(SealedStore, LeavesNoSecretInItsFiles) {
  {
    const auto store = *SmdppSqlite::open(path, {&keys});
    ASSERT_TRUE(fill(*store, 1, 50));
    EXPECT_GE(std::distance(fs::directory_iterator(directory), {}), 3) << "database, log and index are there";
    EXPECT_EQ(planted_in_files(), 0u);
  }
  EXPECT_EQ(planted_in_files(), 0u);
  const auto store = *SmdppSqlite::open(path, {&keys});
  std::size_t read = 0;
  ASSERT_TRUE(store->read([&](StoreReader& r) -> Status {
    for (int n = 1; n <= 50; ++n) {
      EIDER_TRY(p, r.profile(iccid(n)));
      EIDER_TRY(s, decode_subscriber(p->personalisation));
      read += equal(s.k->view(), planted[static_cast<std::size_t>(n - 1) * 5]);
      EIDER_TRY(package, r.package(iccid(n)));
      read += *package == planted[static_cast<std::size_t>(n - 1) * 5 + 2];
    }
    return {};
  }));
  EXPECT_EQ(read, 100u);
}

TEST_F(SealedStore, SealsWhatAnEarlierVersionLeftInTheClear) {
  {
    const auto store = *SmdppSqlite::open(path);
    ASSERT_TRUE(fill(*store, 1, 20));
  }
  ASSERT_GT(planted_in_files(), 0u) << "else this test shows nothing";
  // As version 1 had it.
  sql("DROP TABLE store_key; DROP TABLE crl; DROP TABLE answered_call; DROP INDEX available_profile;"
      "CREATE INDEX profile_by_type ON profile(type, state, iccid); PRAGMA user_version=1");
  const auto store = *SmdppSqlite::open(path, {&keys});
  EXPECT_EQ(planted_in_files(), 0u);
  ASSERT_TRUE(store->read([&](StoreReader& r) -> Status {
    EIDER_TRY(p, r.profile(iccid(20)));
    EIDER_TRY(s, decode_subscriber(p->personalisation));
    EXPECT_TRUE(equal(s.k->view(), planted[19 * 5]));
    EIDER_TRY(kept, r.kept_bpp(iccid(20)));
    EXPECT_FALSE(kept) << "a kept package of that version cannot be used any more";
    EIDER_TRY(t, r.profile_template("t"));
    EXPECT_EQ(t->package, planted.back());
    return {};
  }));
}

// The process ended between the sealing and the rewriting of the file.
TEST_F(SealedStore, FinishesARewriteThatWasInterrupted) {
  ASSERT_TRUE(SmdppSqlite::open(path, {&keys}));
  const auto left = to_hex(plant());
  sql("PRAGMA secure_delete=OFF; CREATE TABLE t(v BLOB); INSERT INTO t VALUES(x'" + left + "');" +
      "INSERT INTO store_key(id,wrapped,wrapping_key) VALUES(2,x'','');");
  sql("PRAGMA secure_delete=OFF; DELETE FROM t; DROP TABLE t; PRAGMA wal_checkpoint(TRUNCATE);");
  ASSERT_EQ(planted_in_files(), 1u) << "else this test shows nothing";
  ASSERT_TRUE(SmdppSqlite::open(path, {&keys}));
  EXPECT_EQ(planted_in_files(), 0u);
  EXPECT_EQ(**SmdppSqlite::key_name(path), "store");
}

TEST_F(SealedStore, OpensWithItsOwnKeyOnly) {
  ASSERT_TRUE(SmdppSqlite::open(path, {&keys}));
  EXPECT_EQ(**SmdppSqlite::key_name(path), "store");
  EXPECT_NE(SmdppSqlite::open(path).error().message().find("the store is sealed"), std::string::npos);
  crypto::MemoryKeyStore none, other;
  EXPECT_NE(SmdppSqlite::open(path, {&none}).error().message().find("no wrapping key"), std::string::npos);
  other.add_wrapping_key("store", *crypto::SealingKey::make(Secret(Bytes(32, 1))));
  EXPECT_NE(SmdppSqlite::open(path, {&other}).error().message().find("not the one of this store"),
            std::string::npos);
}

TEST_F(SealedStore, RefusesChangedAndSwappedRows) {
  const auto store = *SmdppSqlite::open(path, {&keys});
  ASSERT_TRUE(fill(*store, 1, 4));
  const auto profile = [](int n) {
    return [n](StoreReader& r) -> Status {
      EIDER_CHECK(r.profile(iccid(n)));
      return {};
    };
  };
  const auto package = [](int n) {
    return [n](StoreReader& r) -> Status {
      EIDER_CHECK(r.package(iccid(n)));
      return {};
    };
  };
  const std::string damaged = "was changed or moved";
  EXPECT_EQ(fault(*store, profile(1)), "ok");
  sql("UPDATE profile SET personalisation=(SELECT p.personalisation FROM profile p WHERE p.id=2) WHERE id=1");
  EXPECT_NE(fault(*store, profile(1)).find(damaged), std::string::npos) << "the value of another row";
  EXPECT_EQ(fault(*store, profile(2)), "ok");
  sql("UPDATE package SET package=(SELECT personalisation FROM profile WHERE id=3)"
      " WHERE iccid=(SELECT iccid FROM profile WHERE id=3)");
  EXPECT_NE(fault(*store, package(3)).find(damaged), std::string::npos) << "the value of another column";
  sql("UPDATE package SET package=substr(package,1,20)||CASE hex(substr(package,21,1)) WHEN '00' THEN x'01' "
      "ELSE x'00' END"
      "||substr(package,22) WHERE iccid=(SELECT iccid FROM profile WHERE id=4)");
  EXPECT_NE(fault(*store, package(4)).find(damaged), std::string::npos) << "one octet";
  sql("UPDATE package SET package=x'0102' WHERE iccid=(SELECT iccid FROM profile WHERE id=4)");
  EXPECT_NE(fault(*store, package(4)).find(damaged), std::string::npos) << "too short to be sealed";
}

TEST_F(SealedStore, ChangesItsKey) {
  {
    const auto store = *SmdppSqlite::open(path, {&keys});
    ASSERT_TRUE(fill(*store, 1, 1));
    add_key("store-2");
    ASSERT_TRUE(store->change_key({&keys, "store-2"}));
    EXPECT_EQ(fault(*store,
                    [](StoreReader& r) -> Status {
                      EIDER_CHECK(r.profile(iccid(1)));
                      return {};
                    }),
              "ok")
        << "a running server goes on";
  }
  EXPECT_EQ(**SmdppSqlite::key_name(path), "store-2");
  crypto::MemoryKeyStore old;
  old.add_wrapping_key("store", *crypto::SealingKey::make(Secret(SeededRandom(9).bytes(32))));
  EXPECT_FALSE(SmdppSqlite::open(path, {&old}));
  ASSERT_TRUE(SmdppSqlite::open(path, {&keys}));
}

}  // namespace
}  // namespace eider::smdpp
