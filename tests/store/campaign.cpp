// One suite for every store of campaigns: what one promises, the other keeps.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>

#include "base/random.hpp"
#include "roles/campaign/memory_store.hpp"
#include "store/campaign_sqlite.hpp"

namespace eider::campaign {
namespace {

namespace fs = std::filesystem;
enum class CampaignStoreKind { kMemory, kSqlite };

Time tick(std::int64_t t) {
  return Time(Duration(t));
}
Campaign sample(const std::string& name) {
  Campaign c;
  c.name = name;
  c.tag = "tag-" + name;
  c.created_at = tick(77);
  c.goal = {"fleet", true, "bootstrap", "gold", true};
  c.pace.not_before = tick(1);
  c.pace.until = tick(2);
  c.pace.hours = {{60, 120}, {1380, 30}};
  c.pace.utc_offset = -330;
  c.pace.per_minute = 3;
  c.pace.burst = 4;
  c.pace.in_flight = 5;
  c.pace.validity = 6;
  c.pace.stop_per_mille = 7;
  c.pace.stop_over = 8;
  c.pace.attempts = 9;
  c.pace.soon = 10;
  c.pace.later = 11;
  c.wanted = Wanted::kPaused;
  c.why = "because";
  c.counted_from = 12;
  c.revision = 13;
  return c;
}
Card card_of(std::uint32_t seq) {
  Card c;
  c.seq = seq;
  c.eid[15] = static_cast<std::uint8_t>(seq);
  return c;
}
Card full_card(std::uint32_t seq) {
  auto c = card_of(seq);
  c.target.emplace();
  (*c.target)[0] = 0x98;
  c.state = CardState::kHeld;
  c.action = Action::kDownload;
  c.reason = Reason::kNoAnswer;
  c.not_before = tick(5);
  c.call = 6;
  c.attempts = 7;
  c.sends = 8;
  c.sent_at = tick(9);
  c.validity = 10;
  c.subject_code = "8.1.1";
  c.reason_code = "5.1";
  c.text = "nobody there";
  c.notes = 3;
  return c;
}
Attempt attempt_of(std::uint32_t seq, Action action, Outcome outcome, std::int64_t took) {
  Attempt a;
  a.seq = seq;
  a.call = 2;
  a.action = action;
  a.outcome = outcome;
  a.sent_at = tick(100);
  a.ended_at = tick(100 + took);
  a.sends = 3;
  a.subject_code = outcome == Outcome::kRefused ? "1.2" : "";
  a.reason_code = outcome == Outcome::kRefused ? "4.4" : "";
  a.text = "text";
  return a;
}

struct CampaignStore : testing::TestWithParam<CampaignStoreKind> {
  fs::path file = fs::temp_directory_path() / ("eider-campaign-" + to_hex(SystemRandom().bytes(8)) + ".db");
  std::unique_ptr<Store> store;
  CampaignStore() { reopen(); }
  ~CampaignStore() override {
    store.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
  }
  void reopen() {
    if (GetParam() == CampaignStoreKind::kMemory) {
      if (!store) store = std::make_unique<MemoryStore>();
      return;
    }
    store.reset();
    auto opened = store::CampaignSqlite::open(file.string());
    if (!opened) throw std::runtime_error(opened.error().message());
    store = *std::move(opened);
  }
  template <class F>
  auto get(F&& ask) {
    using R = std::invoke_result_t<F, StoreReader&>;
    std::optional<R> out;
    const auto s = store->read([&](StoreReader& r) -> Status {
      out = ask(r);
      return {};
    });
    if (!s) throw std::runtime_error(s.error().message());
    if (!*out) throw std::runtime_error(out->error().message());
    return **std::move(out);
  }
  void put(const std::function<Status(StoreTransaction&)>& body) {
    const auto s = store->write(body);
    ASSERT_TRUE(s) << s.error().message();
  }
  CampaignId add(const std::string& name, std::vector<Card> cards = {}) {
    auto c = sample(name);
    put([&](StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.add_campaign(c));
      for (const auto& card : cards) EIDER_CHECK(tx.add_card(c.id, card));
      return {};
    });
    return c.id;
  }
  static std::vector<std::uint32_t> seqs(const std::vector<Card>& cards) {
    std::vector<std::uint32_t> out;
    for (const auto& c : cards) out.push_back(c.seq);
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(All, CampaignStore,
                         testing::Values(CampaignStoreKind::kMemory, CampaignStoreKind::kSqlite),
                         [](const auto& kind) {
                           return kind.param == CampaignStoreKind::kMemory ? "Memory" : "Sqlite";
                         });
using Seqs = std::vector<std::uint32_t>;
}  // namespace

TEST_P(CampaignStore, EverythingComesBack) {
  const auto id = add("spring", {full_card(1), card_of(2)});
  add("summer");
  put([&](StoreTransaction& tx) {
    return tx.add_attempt(id, attempt_of(1, Action::kEnable, Outcome::kRefused, 4));
  });
  reopen();
  auto expected = sample("spring");
  expected.id = id;
  EXPECT_EQ(get([&](StoreReader& r) { return r.campaign(id); }), expected);
  EXPECT_EQ(get([&](StoreReader& r) { return r.find_campaign("spring"); }), expected);
  EXPECT_FALSE(get([&](StoreReader& r) { return r.find_campaign("winter"); }));
  EXPECT_EQ(get([&](StoreReader& r) { return r.campaigns(); }).size(), 2U);
  EXPECT_EQ(get([&](StoreReader& r) { return r.card(id, 1); }), full_card(1));
  EXPECT_EQ(get([&](StoreReader& r) { return r.find_card(id, card_of(2).eid); }), card_of(2));
  EXPECT_FALSE(get([&](StoreReader& r) { return r.card(id, 3); }));
  EXPECT_FALSE(get([&](StoreReader& r) { return r.find_card(id + 1, card_of(2).eid); }));
  const auto h = get([&](StoreReader& r) { return r.attempts(id, 0, 10, 1); });
  ASSERT_EQ(h.size(), 1U);
  auto a = attempt_of(1, Action::kEnable, Outcome::kRefused, 4);
  a.id = h[0].id;
  EXPECT_EQ(h[0], a);
}

TEST_P(CampaignStore, ChangesReplaceWhatWasThere) {
  const auto id = add("spring", {card_of(1)});
  put([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_card(id, full_card(1)));
    EIDER_TRY(c, tx.campaign(id));
    c->wanted = Wanted::kRun;
    c->why = {};
    c->pace.per_minute = 900;
    c->revision = 14;
    return tx.put_campaign(*c);
  });
  EXPECT_EQ(get([&](StoreReader& r) { return r.card(id, 1); }), full_card(1));
  const auto c = get([&](StoreReader& r) { return r.campaign(id); });
  EXPECT_EQ(c->wanted, Wanted::kRun);
  EXPECT_EQ(c->pace.per_minute, 900U);
  EXPECT_EQ(c->revision, 14U);
}

TEST_P(CampaignStore, ARefusedTransactionLeavesNothing) {
  const auto id = add("spring", {card_of(1)});
  const auto s = store->write([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_card(id, full_card(1)));
    EIDER_CHECK(tx.add_attempt(id, attempt_of(1, Action::kEnable, Outcome::kExecuted, 1)));
    return fail_local("no");
  });
  EXPECT_FALSE(s);
  EXPECT_EQ(get([&](StoreReader& r) { return r.card(id, 1); }), card_of(1));
  EXPECT_TRUE(get([&](StoreReader& r) { return r.attempts(id, 0, 10, std::nullopt); }).empty());
}

TEST_P(CampaignStore, WhoIsDue) {
  std::vector<Card> cards;
  for (std::uint32_t n = 1; n <= 8; ++n) cards.push_back(card_of(n));
  cards[1].not_before = tick(50);   // came back, and waits longest
  cards[2].not_before = tick(200);  // not yet
  cards[3].action = Action::kEnable;
  cards[4].action = Action::kDownload;
  cards[4].not_before = tick(90);
  cards[5].state = CardState::kInFlight;
  cards[6].state = CardState::kDone;
  cards[7].not_before = tick(60);
  const auto id = add("spring", cards);
  add("summer", {card_of(1)});
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.due(id, true, tick(100), 10); })), (Seqs{2, 8, 1}));
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.due(id, true, tick(100), 1); })), (Seqs{2}));
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.due(id, true, tick(100), SIZE_MAX); })).size(), 3U);
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.due(id, false, tick(100), 10); })), (Seqs{5, 4}));
  EXPECT_TRUE(get([&](StoreReader& r) { return r.due(id, false, tick(100), 0); }).empty());
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.in_flight(id); })), (Seqs{6}));
  EXPECT_EQ(get([&](StoreReader& r) { return r.next_due(id, true); }), tick(0));
  put([&](StoreTransaction& tx) -> Status {
    for (auto c : {cards[0], cards[1], cards[7]}) {
      c.state = CardState::kDone;
      EIDER_CHECK(tx.put_card(id, c));
    }
    return {};
  });
  EXPECT_EQ(get([&](StoreReader& r) { return r.next_due(id, true); }), tick(200));
  EXPECT_FALSE(get([&](StoreReader& r) { return r.next_due(id + 7, true); }));
}

TEST_P(CampaignStore, Counts) {
  std::vector<Card> cards;
  for (std::uint32_t n = 1; n <= 5; ++n) cards.push_back(full_card(n));
  cards[0].state = CardState::kWaiting;
  cards[1].state = CardState::kDone;
  cards[1].reason = Reason::kMoved;
  cards[2].subject_code.clear();
  for (std::uint32_t n = 2; n <= 5; ++n) cards[n - 1].eid[0] = 1;
  const auto id = add("spring", cards);
  const auto tally = get([&](StoreReader& r) { return r.tally(id); });
  EXPECT_EQ(of(tally, CardState::kWaiting), 1U);
  EXPECT_EQ(of(tally, CardState::kHeld), 3U);
  EXPECT_EQ(of(tally, CardState::kFailed), 0U);
  const auto next = get([&](StoreReader& r) { return r.next_actions(id); });
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0], (std::pair<Action, std::uint64_t>(Action::kDownload, 1)));
  const auto reasons = get([&](StoreReader& r) { return r.reasons(id); });
  ASSERT_EQ(reasons.size(), 3U);
  EXPECT_EQ(reasons[0].reason, Reason::kMoved);
  EXPECT_EQ(reasons[2].subject_code, "8.1.1");
  EXPECT_EQ(reasons[2].cards, 2U);
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.cards(id, 3, 10, CardState::kHeld); })), (Seqs{3, 4, 5}));
  EXPECT_EQ(seqs(get([&](StoreReader& r) { return r.cards(id, 1, 2, std::nullopt); })), (Seqs{1, 2}));
}

TEST_P(CampaignStore, History) {
  const auto id = add("spring", {card_of(1), card_of(2)});
  put([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.add_attempt(id, attempt_of(1, Action::kLook, Outcome::kExecuted, 1)));
    EIDER_CHECK(tx.add_attempt(id, attempt_of(1, Action::kEnable, Outcome::kUnknown, 2)));
    EIDER_CHECK(tx.add_attempt(id, attempt_of(2, Action::kEnable, Outcome::kExecuted, 30)));
    EIDER_CHECK(tx.add_attempt(id, attempt_of(1, Action::kEnable, Outcome::kRefused, 4)));
    return tx.add_attempt(id, attempt_of(1, Action::kDownload, Outcome::kWarning, 50));
  });
  const auto everything = get([&](StoreReader& r) { return r.attempts(id, 0, 10, std::nullopt); });
  ASSERT_EQ(everything.size(), 5U);
  EXPECT_EQ(get([&](StoreReader& r) { return r.attempts(id, 0, 10, 1); }).size(), 4U);
  EXPECT_EQ(get([&](StoreReader& r) { return r.attempts(id, everything[3].id, 10, std::nullopt); }).size(),
            1U);
  EXPECT_EQ(get([&](StoreReader& r) { return r.last_attempt(id); }), everything[4].id);
  const auto latest = get([&](StoreReader& r) { return r.latest_outcomes(id, 0, 2); });
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].id, everything[4].id);
  EXPECT_EQ(latest[1].id, everything[3].id);
  EXPECT_EQ(get([&](StoreReader& r) { return r.latest_outcomes(id, everything[2].id, 9); }).size(), 2U);
  auto durations = get([&](StoreReader& r) { return r.durations(id); });
  std::ranges::sort(durations);
  EXPECT_EQ(durations, (std::vector<std::uint32_t>{30, 50}));
}

TEST_P(CampaignStore, CancelTakesWhatHasNotBegun) {
  std::vector<Card> cards;
  for (std::uint32_t n = 1; n <= 4; ++n) cards.push_back(card_of(n));
  cards[1].action = Action::kEnable;
  cards[1].attempts = 1;
  cards[2].attempts = 1;  // something was tried, and its outcome is not known yet
  cards[3].state = CardState::kInFlight;
  const auto id = add("spring", cards);
  const auto other = add("summer", {card_of(1)});
  put([&](StoreTransaction& tx) { return tx.cancel_waiting(id); });
  const auto state = [&](CampaignId c, std::uint32_t n) {
    return get([&](StoreReader& r) { return r.card(c, n); })->state;
  };
  EXPECT_EQ(state(id, 1), CardState::kCancelled);
  EXPECT_EQ(state(id, 2), CardState::kCancelled);
  EXPECT_EQ(state(id, 3), CardState::kWaiting);
  EXPECT_EQ(state(id, 4), CardState::kInFlight);
  EXPECT_EQ(state(other, 1), CardState::kWaiting);
  put([&](StoreTransaction& tx) { return tx.remove_campaign(id); });
  EXPECT_FALSE(get([&](StoreReader& r) { return r.campaign(id); }));
  EXPECT_FALSE(get([&](StoreReader& r) { return r.card(id, 1); }));
  EXPECT_EQ(state(other, 1), CardState::kWaiting);
}

// A command and the process that runs the campaign.
TEST(CampaignSqlite, TwoProcessesShareTheFile) {
  const auto file = fs::temp_directory_path() / ("eider-campaign-" + to_hex(SystemRandom().bytes(8)) + ".db");
  {
    auto one = store::CampaignSqlite::open(file.string()), other = store::CampaignSqlite::open(file.string());
    ASSERT_TRUE(one && other);
    auto c = sample("spring");
    ASSERT_TRUE((*one)->write([&](StoreTransaction& tx) { return tx.add_campaign(c); }));
    std::thread commands([&] {
      for (int i = 0; i < 50; ++i)
        EXPECT_TRUE((*other)->write([&](StoreTransaction& tx) -> Status {
          EIDER_TRY(now, tx.campaign(c.id));
          ++now->revision;
          return tx.put_campaign(*now);
        }));
    });
    for (std::uint32_t n = 1; n <= 50; ++n)
      EXPECT_TRUE((*one)->write([&](StoreTransaction& tx) { return tx.add_card(c.id, card_of(n)); }));
    commands.join();
    EXPECT_TRUE((*one)->read([&](StoreReader& r) -> Status {
      EIDER_TRY(now, r.campaign(c.id));
      EXPECT_EQ(now->revision, 63U);
      return {};
    }));
  }
  EXPECT_EQ(fs::status(file).permissions() & fs::perms::mask, fs::perms::owner_read | fs::perms::owner_write);
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
}

}  // namespace eider::campaign
