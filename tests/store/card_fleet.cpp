// The store of many cards: durability, torn ends, damage, versions, who may open what.
#include "store/card_fleet.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <thread>

#include "base/random.hpp"
#include "store/card_file.hpp"
#include "support/command.hpp"
#include "support/must.hpp"

namespace eider::store {
namespace {
using test::must;
using test::Workplace;
using Content = std::map<std::string, Bytes>;

sgp22::Eid eid(int n) {
  char digits[31];
  std::snprintf(digits, sizeof digits, "89049032%022d", n);
  return *sgp22::parse_eid(sgp22::eid_with_check_digits(digits));
}
Content content_of(const card::Nvm& nvm) {
  Content out;
  for (const auto& key : nvm.keys("")) out[key] = *nvm.get(key);
  return out;
}
card::NvmBatch batch_of(const Content& puts) {
  card::NvmBatch b;
  for (const auto& [key, value] : puts) b.put(key, value);
  return b;
}
// Values of cards of one make: long ones that are alike but for a few octets, and short ones.
Content make(int n) {
  SeededRandom same(9), own(static_cast<std::uint64_t>(n) + 100);
  Content out;
  out["package/0010"] = same.bytes(5000);
  std::ranges::copy(own.bytes(10), out["package/0010"].begin() + 700);
  std::ranges::copy(own.bytes(16), out["package/0010"].begin() + 4984);
  out["personalisation"] = own.bytes(900);
  out["settings"] = own.bytes(20);
  return out;
}
void add(CardFleet& fleet, int first, int last) {
  std::vector<card::MemoryNvm> memories(static_cast<std::size_t>(last - first + 1));
  std::vector<CardFleet::NewCard> cards;
  for (int n = first; n <= last; ++n) {
    auto& memory = memories[static_cast<std::size_t>(n - first)];
    must(memory.commit(batch_of(make(n))));
    cards.push_back({eid(n), &memory});
  }
  must(fleet.add(cards));
}
std::string why(const auto& result) {
  return result ? "" : result.error().message();
}
void sql(const std::filesystem::path& file, const std::string& text) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}
}  // namespace

TEST(CardFleet, KeepsWhatWasCommitted) {
  Workplace dir;
  auto changed = make(2);
  {
    auto fleet = must(CardFleet::create(dir / "f"));
    add(*fleet, 1, 3);
    auto card = must(fleet->open_card(eid(2)));
    EXPECT_EQ(content_of(*card), make(2));
    changed["settings"] = hex("01");
    changed["package/0010"][5] ^= 1;
    changed.erase("personalisation");
    auto b = batch_of(changed);
    b.erase("personalisation");
    must(card->commit(b));
    EXPECT_EQ(content_of(*card), changed);
    EXPECT_EQ(card->keys("p"), std::vector<std::string>{"package/0010"});
  }
  auto fleet = must(CardFleet::open(dir / "f"));
  EXPECT_EQ(must(fleet->size()), 3u);
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(1)))), make(1));
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(2)))), changed);
  struct stat st{};
  ASSERT_EQ(::stat((dir / "f").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_FALSE(CardFleet::create(dir / "f"));  // never over a store
  EXPECT_FALSE(CardFleet::open(dir / "nothing"));
}

TEST(CardFleet, FindsCardsByEidAndByNumber) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 1, 5);
  EXPECT_EQ(must(fleet->find(4)).eid, eid(4));
  EXPECT_EQ(must(fleet->find(eid(5))).number, 5u);
  const auto page = must(fleet->list(2, 2));
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[1].eid, eid(4));
  must(fleet->remove(eid(5)));
  EXPECT_NE(why(fleet->find(5)).find("no card number 5"), std::string::npos);
  EXPECT_FALSE(fleet->find(0));
  EXPECT_FALSE(fleet->open_card(eid(5)));
  add(*fleet, 6, 6);
  EXPECT_EQ(must(fleet->find(eid(6))).number, 6u);  // no number comes again
}

TEST(CardFleet, ACardIsOpenOnce) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 1, 2);
  auto card = must(fleet->open_card(eid(1)));
  EXPECT_NE(why(fleet->open_card(eid(1))).find("in use"), std::string::npos);
  EXPECT_FALSE(fleet->remove(eid(1)));
  EXPECT_FALSE(fleet->compact());
  auto view = must(fleet->view_card(eid(1)));
  EXPECT_EQ(content_of(*view), make(1));
  EXPECT_FALSE(view->commit(batch_of({{"a", hex("01")}})));
  EXPECT_TRUE(fleet->open_card(eid(2)));
  card.reset();
  EXPECT_TRUE(fleet->open_card(eid(1)));
}

TEST(CardFleet, OneProcessHasIt) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 1, 1);
  EXPECT_NE(why(CardFleet::open(dir / "f")).find("in use"), std::string::npos);
  auto viewer = must(CardFleet::open_read_only(dir / "f"));
  EXPECT_EQ(content_of(*must(viewer->view_card(eid(1)))), make(1));
  EXPECT_FALSE(viewer->open_card(eid(1)));
  EXPECT_FALSE(viewer->remove(eid(1)));
  // A card that outlives the store's handle still has the store.
  auto card = must(fleet->open_card(eid(1)));
  fleet.reset();
  EXPECT_FALSE(CardFleet::open(dir / "f"));
  EXPECT_TRUE(card->commit(batch_of({{"a", hex("01")}})));
  card.reset();
  EXPECT_TRUE(CardFleet::open(dir / "f"));
}

TEST(CardFleet, AllOfTheNewCardsOrNone) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 3, 3);
  EXPECT_THROW(add(*fleet, 1, 4), std::exception);
  EXPECT_EQ(must(fleet->size()), 1u);
  add(*fleet, 1, 2);  // contents that the refused ones had made are not relied upon
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(1)))), make(1));
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(3)))), make(3));
}

TEST(CardFleet, ImportAndExportKeepEveryOctet) {
  Workplace dir;
  {
    auto file = must(CardFile::create(dir / "in.eider"));
    must(file->commit(batch_of(make(7))));
  }
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 1, 2);  // what the imported card has in common is there already
  auto in = must(CardFile::open_read_only(dir / "in.eider"));
  const CardFleet::NewCard card{eid(7), in.get()};
  must(fleet->add({&card, 1}));
  EXPECT_FALSE(fleet->add({&card, 1}));
  auto out = must(CardFile::create(dir / "out.eider"));
  must(out->commit(batch_of(content_of(*must(fleet->view_card(eid(7)))))));
  out.reset();
  EXPECT_EQ(content_of(*must(CardFile::open(dir / "out.eider"))), make(7));
}

TEST(CardFleet, WhatCardsHaveInCommonIsStoredOnce) {
  Workplace dir;
  {
    auto fleet = must(CardFleet::create(dir / "f"));
    add(*fleet, 1, 200);
  }
  const auto octets = std::filesystem::file_size(dir / "f");
  EXPECT_LT(octets / 200, 2000u);  // each has 5,920 of its own
  auto fleet = must(CardFleet::open(dir / "f"));
  for (int n = 1; n < 200; ++n) must(fleet->remove(eid(n)));
  must(fleet->compact());
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(200)))), make(200));
  fleet.reset();
  EXPECT_LT(std::filesystem::file_size(dir / "f"), octets / 4);
}

// Whatever part of a commit reached the log, the card is as before it or as after it.
TEST(CardFleet, EveryTruncationIsTheStateBeforeTheCommitItCuts) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  add(*fleet, 1, 3);
  auto card = must(fleet->open_card(eid(2)));
  const auto log = [&](std::string_view name) { return dir.read(std::string(name) + "-wal"); };
  const auto before = log("f").size();
  auto changed = make(2);
  changed["settings"] = Bytes(20, 1);
  changed["notification/1"] = Bytes(200, 1);
  must(card->commit(batch_of(changed)));
  const auto database = dir.read("f"), whole = log("f");
  // The log is pages behind headers: every place in the headers and a few in each page.
  constexpr std::size_t kHeader = 32, kFrame = 24 + 4096;
  for (auto n = before; n <= whole.size(); ++n) {
    const auto in_frame = (n - kHeader) % kFrame;
    if (in_frame > 40 && in_frame < kFrame - 2 && in_frame % 1021 != 0) continue;
    dir.write("torn", database);
    dir.write("torn-wal", std::string_view(whole).substr(0, n));
    std::filesystem::remove(dir / "torn-shm");
    auto torn = must(CardFleet::open(dir / "torn"));
    auto again = must(torn->open_card(eid(2)));
    ASSERT_EQ(content_of(*again), n < whole.size() ? make(2) : changed) << n;
    if (n % 8 != 0) continue;
    must(again->commit(batch_of({{"settings", hex("AA")}})));
    again.reset(), torn.reset();
    torn = must(CardFleet::open(dir / "torn"));
    EXPECT_EQ(*must(torn->open_card(eid(2)))->get("settings"), hex("AA")) << n;
    EXPECT_EQ(content_of(*must(torn->open_card(eid(3)))), make(3));
  }
}

TEST(CardFleet, DamageIsToldAndOtherCardsLive) {
  Workplace dir;
  {
    auto fleet = must(CardFleet::create(dir / "f"));
    add(*fleet, 1, 3);
  }
  sql(dir / "f", "UPDATE value SET octets=x'00' WHERE card=2 AND key='settings'");
  auto fleet = must(CardFleet::open(dir / "f"));
  const auto bad = fleet->open_card(eid(2));
  EXPECT_NE(why(bad).find("its value \"settings\" does not agree"), std::string::npos) << why(bad);
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(3)))), make(3));
  must(fleet->remove(eid(2)));
  add(*fleet, 2, 2);
  EXPECT_EQ(content_of(*must(fleet->open_card(eid(2)))), make(2));
}

TEST(CardFleet, RowsOfOtherCardsAndWrongContentsAreTold) {
  for (const auto& change :
       {"UPDATE value SET octets=(SELECT octets FROM value WHERE card=1 AND key='settings'), "
        "checksum=(SELECT "
        "checksum FROM value WHERE card=1 AND key='settings') WHERE card=2 AND key='settings'",
        "UPDATE content SET octets=x'00'", "DELETE FROM content",
        "UPDATE value SET base=base+1 WHERE card=2 AND base<>0"}) {
    Workplace dir;
    {
      auto fleet = must(CardFleet::create(dir / "f"));
      add(*fleet, 1, 2);
    }
    sql(dir / "f", change);
    EXPECT_NE(why(must(CardFleet::open(dir / "f"))->open_card(eid(2))).find("damaged"), std::string::npos)
        << change;
  }
}

TEST(CardFleet, RefusesWhatIsNotItsOwn) {
  Workplace dir;
  must(CardFleet::create(dir / "f"));
  sql(dir / "f", "PRAGMA user_version=2");
  EXPECT_NE(why(CardFleet::open(dir / "f")).find("version 2"), std::string::npos);
  EXPECT_FALSE(CardFleet::open_read_only(dir / "f"));
  sql(dir / "other", "CREATE TABLE card(number)");
  EXPECT_NE(why(CardFleet::open(dir / "other")).find("not a card store"), std::string::npos);
  must(CardFile::create(dir / "card"));
  EXPECT_NE(why(CardFleet::open(dir / "card")).find("not a card store"), std::string::npos)
      << why(CardFleet::open(dir / "card"));
}

TEST(CardFleet, CommitsOfManyCardsGoTogether) {
  Workplace dir;
  auto fleet = must(CardFleet::create(dir / "f"));
  constexpr int kCards = 16, kCommits = 10;
  add(*fleet, 1, kCards);
  const auto before = fleet->commits(), writes = fleet->writes();
  std::vector<std::thread> threads;
  for (int n = 1; n <= kCards; ++n)
    threads.emplace_back([&, n] {
      auto card = must(fleet->open_card(eid(n)));
      for (int i = 0; i < kCommits; ++i)
        must(card->commit(batch_of({{"settings", Bytes(10, static_cast<std::uint8_t>(n + i))}})));
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(fleet->writes() - writes, static_cast<std::uint64_t>(kCards * kCommits));
  EXPECT_LT(fleet->commits() - before, fleet->writes() - writes);
  for (int n = 1; n <= kCards; ++n)
    EXPECT_EQ(*must(fleet->open_card(eid(n)))->get("settings"),
              Bytes(10, static_cast<std::uint8_t>(n + kCommits - 1)));
}

}  // namespace eider::store
