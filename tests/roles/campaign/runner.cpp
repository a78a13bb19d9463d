#include "roles/campaign/runner.hpp"

#include <gtest/gtest.h>

#include "roles/campaign/memory_store.hpp"
#include "spec/sgp02/status_codes.hpp"
#include "support/campaign_smsr.hpp"
#include "support/must.hpp"

namespace eider::campaign {
namespace {
using namespace eider::test;
namespace status = sgp02::status;
using S = Turn::State;

struct World {
  ManualClock clock{*parse_time("2026-03-01T12:00:00Z")};
  SeededRandom random{7};
  MemoryStore store;
  CampaignSmsr smsr{clock, 11};
  CampaignId id = 0;
  unsigned restarts = 0;
  std::optional<Runner> runner;

  explicit World(std::uint32_t cards, Goal goal = {.type = "fleet"}, Pace pace = {},
                 Wanted wanted = Wanted::kRun) {
    smsr.add_cards(cards);
    id = add_campaign(store, cards, std::move(goal), std::move(pace), wanted).id;
  }
  void begin(Mode mode = Mode::kRun) {
    runner.emplace(store, smsr, clock, random, kCampaignSelf, mode);
    must(runner->start(id));
  }
  // A process that ends loses what is on its way to it.
  void restart(Mode mode) {
    store.restart();
    smsr.forget_arriving();
    ++restarts;
    begin(mode);
  }
  // Until the campaign rests, or that time; the clock goes from one event to the next.
  S run(Mode mode = Mode::kRun, Duration longest = std::chrono::hours(48)) {
    if (!runner) begin(mode);
    const auto end = clock.now() + longest;
    while (clock.now() < end) {
      auto turn = runner->turn(smsr.arrived());
      if (!turn) {
        restart(mode);
        continue;
      }
      if (turn->state == S::kFinished || turn->state == S::kOver) return turn->state;
      auto next = smsr.next();
      if (turn->next && (!next || *turn->next < *next)) next = turn->next;
      if (!next) return turn->state;
      clock.set(std::min(std::max(*next, clock.now() + Duration(1)), end));
    }
    return S::kGoing;
  }
  Card card(std::uint32_t n) {
    std::optional<Card> out;
    must(store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, r.card(id, n));
      out = found;
      return {};
    }));
    return *out;
  }
  std::vector<Attempt> history(std::uint32_t n) {
    std::vector<Attempt> out;
    must(store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, r.attempts(id, 0, 1000, n));
      out = found;
      return {};
    }));
    return out;
  }
  Campaign campaign() {
    std::optional<Campaign> out;
    must(store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, r.campaign(id));
      out = found;
      return {};
    }));
    return *out;
  }
  void change(const std::function<void(Campaign&)>& edit) {
    must(store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(c, tx.campaign(id));
      edit(*c);
      ++c->revision;
      return tx.put_campaign(*c);
    }));
  }
  std::vector<CampaignSmsr::Seen> changes() const {
    std::vector<CampaignSmsr::Seen> out;
    for (const auto& s : smsr.seen)
      if (s.call.action != Action::kLook) out.push_back(s);
    return out;
  }
};
Time at(const char* text) {
  return *parse_time(text);
}
}  // namespace

TEST(CampaignRunner, EveryCardIsMovedOnce) {
  World w(20);
  EXPECT_EQ(w.run(), S::kFinished);
  for (std::uint32_t n = 1; n <= 20; ++n) {
    EXPECT_TRUE(w.smsr.on_fleet(n));
    EXPECT_EQ(w.card(n).state, CardState::kDone);
    EXPECT_EQ(w.card(n).reason, Reason::kMoved);
    EXPECT_EQ(w.card(n).target, campaign_iccid(n, 2));
    EXPECT_EQ(w.smsr.performed[campaign_eid(n)], 1U);
    EXPECT_EQ(w.history(n).size(), 2U);  // a look, and the change
  }
  EXPECT_EQ(of(w.runner->tally(), CardState::kDone), 20U);
}

TEST(CampaignRunner, AgainItDoesNothing) {
  World w(5);
  w.run();
  const auto again = add_campaign(w.store, 5);
  w.id = again.id;
  w.runner.reset();
  const auto calls = w.changes().size();
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.changes().size(), calls);
  EXPECT_EQ(w.card(3).reason, Reason::kAlreadyThere);
}

// Killed at every commit, before it and after it, with answers lost, late and twice.
TEST(CampaignRunner, WhereverItIsKilledEveryCardIsMovedOnce) {
  for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter})
    for (std::uint64_t k = 1; k <= 40; ++k) {
      World w(4, {.type = "fleet"}, {.in_flight = 2, .validity = 60});
      w.smsr.seed(k);
      w.smsr.set_chances({.lost_calls = 10, .lost_answers = 25, .twice = 25, .unreached = 10});
      w.store.fail_commit(k, how);
      ASSERT_EQ(w.run(), S::kFinished) << k;
      for (std::uint32_t n = 1; n <= 4; ++n) {
        ASSERT_TRUE(w.smsr.on_fleet(n)) << k;
        ASSERT_EQ(w.smsr.performed[campaign_eid(n)], 1U) << k;
        ASSERT_EQ(w.card(n).state, CardState::kDone) << k;
      }
      ASSERT_EQ(w.smsr.broken_calls, 0U) << k;
    }
}

TEST(CampaignRunner, KilledAgainAndAgain) {
  unsigned restarts = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    World w(12, {.type = "fleet"}, {.in_flight = 3, .validity = 30});
    w.smsr.seed(seed);
    w.smsr.set_chances({.lost_calls = 5, .lost_answers = 10, .twice = 10, .unreached = 5});
    SeededRandom killer(seed);
    while (w.run(Mode::kRun, std::chrono::minutes(2)) != S::kFinished)
      w.store.fail_commit(1 + killer.below(5), killer.below(2) == 0 ? MemoryStore::Fail::kKillBefore
                                                                    : MemoryStore::Fail::kKillAfter);
    for (std::uint32_t n = 1; n <= 12; ++n) {
      ASSERT_EQ(w.smsr.performed[campaign_eid(n)], 1U) << seed;
      ASSERT_EQ(w.card(n).state, CardState::kDone) << seed;
    }
    ASSERT_EQ(w.smsr.broken_calls, 0U);
    restarts += w.restarts;
  }
  EXPECT_GT(restarts, 10U);
}

TEST(CampaignRunner, ARepetitionIsTheSameCall) {
  World w(1, {.type = "fleet"}, {.validity = 60});
  w.smsr.silent(1);
  w.run(Mode::kRun, std::chrono::minutes(5));
  const auto calls = w.changes();
  ASSERT_GE(calls.size(), 3U);
  for (const auto& c : calls) {
    EXPECT_EQ(c.call.identifier, "c0ffee-1-2");
    EXPECT_EQ(c.call.validity, 60U);
    EXPECT_EQ(c.call.first_sent, calls.front().call.first_sent);
  }
  EXPECT_GE(calls[1].at - calls[0].at, std::chrono::seconds(60));
  EXPECT_EQ(w.smsr.performed[campaign_eid(1)], 1U);
}

TEST(CampaignRunner, WhoNeverAnswersIsHeldAndALateAnswerSettlesIt) {
  World w(1, {.type = "fleet"}, {.validity = 60});
  w.smsr.silent(1);
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.card(1).state, CardState::kHeld);
  EXPECT_EQ(w.card(1).reason, Reason::kNoAnswer);
  EXPECT_EQ(w.changes().size(), kMostSends);
  const auto call = w.card(1).call;
  must(w.runner->turn({Answer{{1, call}, sgp02::FunctionExecutionStatus{}, {}, {}, {}}}));
  EXPECT_EQ(w.card(1).state, CardState::kDone);
  must(w.runner->turn({Answer{{1, call}, status::failed(status::kPol2Refuses), {}, {}, {}}}));
  EXPECT_EQ(w.card(1).state, CardState::kDone);
  must(w.runner->turn({Answer{{77, 1}, sgp02::FunctionExecutionStatus{}, {}, {}, {}}}));
  EXPECT_EQ(w.runner->counters().duplicates, 2U);
}

TEST(CampaignRunner, ClassesOfRetry) {
  World w(6, {.type = "fleet"}, {.stop_per_mille = 0});
  w.smsr.refuse(1, status::kBusy, 2);                // soon, under a new identifier
  w.smsr.refuse(2, status::kEuiccInaccessible);      // later, after a look
  w.smsr.refuse(3, status::kPol1Refuses, 9);         // given up
  w.smsr.refuse(4, status::kIsdpExecutionError);     // a person
  w.smsr.refuse(5, status::kEuiccInaccessible, 99);  // too often
  EXPECT_EQ(w.run(), S::kFinished);
  const auto calls_of = [&](std::uint32_t n) {
    std::vector<CampaignSmsr::Seen> out;
    for (const auto& s : w.changes())
      if (s.call.eid == campaign_eid(n)) out.push_back(s);
    return out;
  };
  EXPECT_EQ(w.card(1).state, CardState::kDone);
  ASSERT_EQ(calls_of(1).size(), 3U);
  EXPECT_NE(calls_of(1)[0].call.identifier, calls_of(1)[1].call.identifier);
  EXPECT_LT(calls_of(1)[1].at - calls_of(1)[0].at, std::chrono::seconds(20));

  EXPECT_EQ(w.card(2).state, CardState::kDone);
  ASSERT_EQ(calls_of(2).size(), 2U);
  EXPECT_GT(calls_of(2)[1].at - calls_of(2)[0].at, std::chrono::minutes(2));
  const auto h = w.history(2);
  ASSERT_EQ(h.size(), 4U);  // look, change, look, change
  EXPECT_EQ(h[1].outcome, Outcome::kRefused);
  EXPECT_EQ(h[1].subject_code + "/" + h[1].reason_code, "8.1.1/5.1");
  EXPECT_EQ(h[2].action, Action::kLook);

  EXPECT_EQ(w.card(3).state, CardState::kFailed);
  EXPECT_EQ(w.card(3).reason, Reason::kRefused);
  EXPECT_EQ(w.card(3).subject_code, "8.2.2");
  EXPECT_EQ(calls_of(3).size(), 1U);
  EXPECT_EQ(w.card(4).state, CardState::kHeld);
  EXPECT_EQ(w.card(5).state, CardState::kFailed);
  EXPECT_EQ(w.card(5).reason, Reason::kTooOften);
  EXPECT_EQ(w.card(5).subject_code, "8.1.1");
  EXPECT_EQ(calls_of(5).size(), 6U);
}

// The card was moved, and what said so was lost for ever: the SM-SR only says that the time was over.
TEST(CampaignRunner, AnUnclearAnswerIsFollowedByALook) {
  World w(1);
  w.smsr.refuse(1, status::kFunctionExpired);
  w.begin();
  must(w.runner->turn({}));
  for (int i = 0; i < 3; ++i) {
    w.clock.advance(Duration(3000));
    must(w.runner->turn(w.smsr.arrived()));
  }
  w.smsr.profiles(1)[0].state = sgp02::ProfileState::kDisabled;
  w.smsr.profiles(1)[1].state = sgp02::ProfileState::kEnabled;
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.card(1).state, CardState::kDone);
  EXPECT_EQ(w.card(1).reason, Reason::kFoundThere);
  EXPECT_EQ(w.smsr.performed[campaign_eid(1)], 0U);
}

TEST(CampaignRunner, WhatWouldBeTheSameForAllStopsIt) {
  World w(10, {.type = "fleet"}, {.in_flight = 2});
  w.smsr.refuse(1, status::kFunctionNotAllowed);
  EXPECT_EQ(w.run(), S::kStopped);
  EXPECT_EQ(w.campaign().wanted, Wanted::kPaused);
  EXPECT_NE(w.campaign().why.find("1.6/1.2"), std::string::npos);
  EXPECT_EQ(w.card(1).state, CardState::kWaiting);
  EXPECT_EQ(w.card(1).attempts, 0U);
  EXPECT_LE(w.changes().size(), 4U);
  w.change([](Campaign& c) { c.wanted = Wanted::kRun, c.why.clear(); });
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(of(w.runner->tally(), CardState::kDone), 10U);
}

TEST(CampaignRunner, AWrongCertificateStopsIt) {
  World w(3);
  w.smsr.fault_everything(Fault(VerificationFault{VerificationFault::Check::kChain, "issuer unknown"}));
  EXPECT_EQ(w.run(), S::kStopped);
  EXPECT_EQ(of(w.runner->tally(), CardState::kFailed) + of(w.runner->tally(), CardState::kHeld), 0U);
}

// Neither attempts nor cards are lost while the SM-SR is away.
TEST(CampaignRunner, AnSmsrThatIsAwayCostsNoCardAnything) {
  World w(50, {.type = "fleet"}, {.in_flight = 10});
  w.smsr.fault_everything(Fault(TransportFault{false, "connection refused"}));
  EXPECT_EQ(w.run(Mode::kRun, std::chrono::hours(3)), S::kGoing);
  EXPECT_LT(w.smsr.seen.size(), 10U * 200U);  // a minute between attempts, for all together
  w.smsr.fault_everything(std::nullopt);
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(of(w.runner->tally(), CardState::kDone), 50U);
  for (std::uint32_t n = 1; n <= 50; ++n) EXPECT_EQ(w.card(n).attempts, 1U);
}

TEST(CampaignRunner, TheStopRule) {
  World w(200, {.type = "fleet"}, {.in_flight = 4, .stop_per_mille = 50, .stop_over = 40});
  for (std::uint32_t n = 50; n <= 200; ++n) w.smsr.refuse(n, status::kIsdpExecutionError);
  EXPECT_EQ(w.run(), S::kStopped);
  EXPECT_EQ(w.campaign().why, "3 failures among the last 40 outcomes");
  // More than 2 of 40 are too many; what was out then still ends.
  EXPECT_GE(of(w.runner->tally(), CardState::kHeld), 3U);
  EXPECT_LE(of(w.runner->tally(), CardState::kHeld), 6U);
  EXPECT_EQ(w.runner->in_flight(), 0U);
  // The same after a restart; and counted anew after it was resumed.
  w.restart(Mode::kRun);
  EXPECT_EQ(w.run(), S::kStopped);
  std::uint64_t last = 0;
  must(w.store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(id, r.last_attempt(w.id));
    last = id;
    return {};
  }));
  w.change([&](Campaign& c) { c.wanted = Wanted::kRun, c.why.clear(), c.counted_from = last; });
  const auto before = of(w.runner->tally(), CardState::kHeld);
  EXPECT_EQ(w.run(), S::kStopped);
  EXPECT_GE(of(w.runner->tally(), CardState::kHeld), before + 3);
}

TEST(CampaignRunner, TheRateIsKept) {
  World w(120, {.type = "fleet"}, {.per_minute = 30, .burst = 5, .in_flight = 100});
  const auto start = w.clock.now();
  EXPECT_EQ(w.run(), S::kFinished);
  const auto calls = w.changes();
  ASSERT_EQ(calls.size(), 120U);
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto minutes = std::chrono::duration<double, std::ratio<60>>(calls[i].at - start).count();
    EXPECT_LE(static_cast<double>(i + 1), 5 + 30 * minutes + 1e-6) << i;
  }
  EXPECT_LE(calls.back().at - start, std::chrono::minutes(5));  // and used
}

TEST(CampaignRunner, NoMoreAreOutThanMayBe) {
  World w(60, {.type = "fleet"}, {.in_flight = 7});
  w.begin();
  std::size_t most = 0;
  for (int i = 0; i < 400; ++i) {
    must(w.runner->turn(w.smsr.arrived()));
    most = std::max(most, w.runner->in_flight());
    w.clock.advance(Duration(100));
  }
  EXPECT_EQ(most, 7U);
  EXPECT_EQ(of(w.runner->tally(), CardState::kDone), 60U);
}

TEST(CampaignRunner, OnlyWithinItsWindow) {
  Pace pace{.not_before = at("2026-03-02T00:00:00Z"), .until = at("2026-03-04T00:00:00Z"), .per_minute = 1};
  pace.hours = {{22 * 60, 2 * 60}};
  World w(700, {.type = "fleet"}, pace);
  EXPECT_EQ(w.run(Mode::kRun, std::chrono::hours(24 * 30)), S::kOver);
  ASSERT_FALSE(w.changes().empty());
  for (const auto& c : w.changes()) {
    EXPECT_GE(c.at, at("2026-03-02T00:00:00Z"));
    EXPECT_LT(c.at, at("2026-03-04T00:00:00Z"));
    const auto text = format_time(c.at);
    const auto hour = std::stoi(text.substr(11, 2));
    EXPECT_TRUE(hour >= 22 || hour < 2) << text;
    // The SM-SR is not to do it when the window has closed.
    const auto ends = c.at + std::chrono::seconds(c.call.validity);
    EXPECT_TRUE(open_at(pace, ends - Duration(1))) << text;
  }
  // 2, 4 and 2 hours of one a minute
  EXPECT_NEAR(static_cast<double>(w.changes().size()), 480, 8);
  EXPECT_GT(of(w.runner->tally(), CardState::kWaiting), 200U);
}

TEST(CampaignRunner, APlanChangesNothing) {
  World w(10, {.type = "fleet"}, {}, Wanted::kDraft);
  w.smsr.profiles(3)[0].pol2.rules = {
      {{}, sgp02::Pol2Action::kDisable, sgp02::Pol2Qualification::kNotAllowed}};
  w.smsr.profiles(4).pop_back();
  EXPECT_EQ(w.run(Mode::kPlan), S::kFinished);
  EXPECT_TRUE(w.changes().empty());
  EXPECT_EQ(w.card(1).state, CardState::kWaiting);
  EXPECT_EQ(w.card(1).action, Action::kEnable);
  EXPECT_EQ(w.card(3).reason, Reason::kDisableForbidden);
  EXPECT_EQ(w.card(4).reason, Reason::kNoSuchProfile);
  // The run does what was planned, and looks no more.
  const auto looks = w.smsr.seen.size();
  w.change([](Campaign& c) { c.wanted = Wanted::kRun; });
  w.runner.reset();
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.smsr.seen.size() - looks, 8U);
}

TEST(CampaignRunner, APlanThatIsNotAllowedStops) {
  World w(3, {.type = "fleet"}, {}, Wanted::kDraft);
  w.smsr.fault_everything(Fault(VerificationFault{VerificationFault::Check::kChain, "issuer unknown"}));
  EXPECT_EQ(w.run(Mode::kPlan), S::kStopped);
  EXPECT_NE(w.runner->why().find("issuer unknown"), std::string::npos);
}

TEST(CampaignRunner, PausedAndResumedByAnotherProcess) {
  World w(40, {.type = "fleet"}, {.per_minute = 60});
  w.run(Mode::kRun, std::chrono::seconds(10));
  w.change([](Campaign& c) { c.wanted = Wanted::kPaused; });
  EXPECT_EQ(w.run(), S::kPaused);
  EXPECT_EQ(w.runner->in_flight(), 0U);
  const auto calls = w.changes().size();
  EXPECT_LT(calls, 20U);
  w.change([](Campaign& c) { c.wanted = Wanted::kRun; });
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.changes().size(), 40U);
}

TEST(CampaignRunner, CancelledCardsAreSettled) {
  World w(30, {.type = "fleet"}, {.per_minute = 60, .validity = 60});
  w.smsr.silent(1);  // moved, and nobody says so
  w.run(Mode::kRun, std::chrono::seconds(10));
  must(w.store.write([&](StoreTransaction& tx) -> Status { return tx.cancel_waiting(w.id); }));
  w.change([](Campaign& c) { c.wanted = Wanted::kCancelled; });
  const auto calls = w.changes().size();
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.changes().size(), calls);
  unsigned done = 0, cancelled = 0;
  for (std::uint32_t n = 1; n <= 30; ++n) {
    done += w.card(n).state == CardState::kDone ? 1 : 0;
    cancelled += w.card(n).state == CardState::kCancelled ? 1 : 0;
    EXPECT_EQ(w.card(n).state == CardState::kDone, w.smsr.on_fleet(n)) << n;
  }
  EXPECT_EQ(done + cancelled, 30U);
  EXPECT_EQ(w.card(1).reason, Reason::kFoundThere);
}

TEST(CampaignRunner, AMissingProfileIsDownloadedOnce) {
  World w(3, {.type = "fleet", .download = true}, {.validity = 60});
  for (std::uint32_t n = 1; n <= 3; ++n) w.smsr.profiles(n).pop_back();
  w.smsr.set_chances({.lost_calls = 20, .lost_answers = 30, .twice = 20});
  EXPECT_EQ(w.run(), S::kFinished);
  for (std::uint32_t n = 1; n <= 3; ++n) {
    EXPECT_TRUE(w.smsr.on_fleet(n));
    EXPECT_EQ(w.smsr.profiles(n).size(), 2U);
    EXPECT_EQ(w.card(n).state, CardState::kDone);
  }
}

TEST(CampaignRunner, AListOfIccidsNeedsNoLook) {
  World w(3, {.unseen = true});
  for (std::uint32_t n = 1; n <= 3; ++n) {
    auto c = w.card(n);
    c.target = campaign_iccid(n, 2);
    c.action = Action::kEnable;
    must(w.store.write([&](StoreTransaction& tx) { return tx.put_card(w.id, c); }));
  }
  w.smsr.profiles(2)[0].state = sgp02::ProfileState::kDisabled;
  w.smsr.profiles(2)[1].state = sgp02::ProfileState::kEnabled;
  EXPECT_EQ(w.run(), S::kFinished);
  EXPECT_EQ(w.card(1).reason, Reason::kMoved);
  EXPECT_EQ(w.card(2).state, CardState::kDone);  // refused by the SM-SR (8.2.1/3.5), then looked at
  EXPECT_EQ(w.card(2).reason, Reason::kFoundThere);
  EXPECT_EQ(w.history(1).size(), 1U);
}

}  // namespace eider::campaign
