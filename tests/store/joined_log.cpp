// Pages of a transaction that is synced reach the log in one write; what others see, and what a crash leaves,
// is as without that.
#include <filesystem>
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "store/sqlite_store.hpp"

namespace eider {
namespace {
namespace fs = std::filesystem;
using store::Connection;

struct JoinedLog : testing::Test {
  fs::path dir = fs::temp_directory_path() / ("eider-log-" + to_hex(SystemRandom().bytes(8)));
  std::unique_ptr<Connection> writer;
  void SetUp() override {
    fs::create_directories(dir);
    writer = *store::open_durable((dir / "db").string());
    ASSERT_TRUE(writer->execute("CREATE TABLE t(id INTEGER PRIMARY KEY, data BLOB NOT NULL)"));
  }
  void TearDown() override {
    writer.reset();
    fs::remove_all(dir);
  }
  // Rows of several pages each.
  void insert(Connection& c, int first, int count) {
    ASSERT_TRUE(c.execute("BEGIN IMMEDIATE"));
    for (int i = first; i < first + count; ++i) {
      const Bytes data(9000, static_cast<std::uint8_t>(i));
      auto q = c.query("INSERT INTO t VALUES(?,?)");
      ASSERT_TRUE(q.bind(std::int64_t{i}).bind(data).run());
    }
  }
  static std::int64_t rows(Connection& c) {
    auto q = c.query("SELECT COUNT(*) FROM t WHERE data=CAST(data AS BLOB) AND length(data)=9000");
    return q.step() ? q.integer(0) : -1;
  }
  // What a crash of the process would leave now.
  std::int64_t rows_after_crash() {
    const auto copy = dir / "copy";
    fs::create_directories(copy);
    for (const char* name : {"db", "db-wal"})
      fs::copy_file(dir / name, copy / name, fs::copy_options::overwrite_existing);
    const auto n = rows(**store::open_durable((copy / "db").string()));
    fs::remove_all(copy);
    return n;
  }
};

TEST_F(JoinedLog, SyncedAndUnsyncedCommitsAreSeenAndSurvive) {
  const auto reader = *store::open_durable((dir / "db").string());
  int rows_there = 0;
  for (const bool synced : {true, false, true, true, false, false, true}) {
    ASSERT_TRUE(writer->sync_commits(synced));
    insert(*writer, rows_there, 5);
    EXPECT_EQ(rows(*reader), rows_there);
    EXPECT_EQ(rows_after_crash(), rows_there);
    ASSERT_TRUE(writer->execute("COMMIT"));
    rows_there += 5;
    EXPECT_EQ(rows(*reader), rows_there) << synced;
    EXPECT_EQ(rows(*writer), rows_there) << synced;
    EXPECT_EQ(rows_after_crash(), rows_there) << synced;
  }
}

TEST_F(JoinedLog, WhatIsTakenBackIsNotThereAndItsPlaceIsUsedAgain) {
  ASSERT_TRUE(writer->execute("PRAGMA cache_size=4"));  // pages go to the log before the commit
  for (const bool synced : {true, false}) {
    ASSERT_TRUE(writer->sync_commits(synced));
    insert(*writer, 100, 20);
    EXPECT_EQ(rows(*writer), 20 + (synced ? 0 : 1));
    ASSERT_TRUE(writer->execute("ROLLBACK"));
    insert(*writer, synced ? 1 : 2, 1);
    ASSERT_TRUE(writer->execute("COMMIT"));
    EXPECT_EQ(rows_after_crash(), synced ? 1 : 2);
    auto check = writer->query("PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
  }
}

TEST_F(JoinedLog, ALogThatBeginsAnewIsWhole) {
  ASSERT_TRUE(writer->sync_commits(true));
  for (int i = 0; i < 6; ++i) {
    insert(*writer, 10 * i, 10);
    ASSERT_TRUE(writer->execute("COMMIT"));
    ASSERT_TRUE(writer->execute("PRAGMA wal_checkpoint(RESTART)"));
    EXPECT_EQ(rows_after_crash(), 10 * (i + 1));
  }
}

}  // namespace
}  // namespace eider
