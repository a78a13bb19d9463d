// When an LPA asks by itself.
#include <gtest/gtest.h>

#include "roles/lpa/polling/policy.hpp"

namespace eider::lpa::polling {
namespace {
using namespace std::chrono_literals;

const Time kNoon = *parse_time("2026-03-01T12:00:00Z");

Book book_of(Situation situation, Time since = kNoon) {
  return found(standard_policy(), {}, situation, since, {});
}
// Asks on time for so long, all answered.
std::vector<Time> asks(Situation situation, Duration length, double draw = 0.5) {
  auto book = book_of(situation);
  if (draw != 0.5) book.next.reset();  // drawn anew
  std::vector<Time> out;
  for (auto now = kNoon;;) {
    const auto at = *ask_at(standard_policy(), book, Occasion::kTime, now, {draw, {}});
    now = at;
    if (at > kNoon + length) return out;
    out.push_back(at);
    book = asked(standard_policy(), book, true, at, {draw, {}});
  }
}

TEST(Polling, ACardWithoutProfilesAsksOftenAtFirst) {
  EXPECT_EQ(asks(Situation::kNoProfile, 10min).size(), 10u);
  const auto week = asks(Situation::kNoProfile, 7 * 24h);
  EXPECT_EQ(week.size(), 10u + 35u + 162u);
  EXPECT_EQ(asks(Situation::kNoneEnabled, 1h).size(), 6u);
  EXPECT_EQ(asks(Situation::kEnabled, 10 * 24h).size(), 10u);
}

TEST(Polling, WaitsDifferByChance) {
  const auto early = asks(Situation::kEnabled, 48h, 0.0).front(),
             late = asks(Situation::kEnabled, 48h, 0.999999).front();
  EXPECT_EQ(early, kNoon + 1296min);
  EXPECT_GT(late, kNoon + 1583min);
  EXPECT_LE(late, kNoon + 1584min);
}

TEST(Polling, FailuresDoubleTheWaitUpToALimit) {
  auto book = book_of(Situation::kEnabled);
  for (const auto wait : {1min, 2min, 4min, 8min, 16min, 32min, 64min, 128min, 256min, 360min, 360min}) {
    book = asked(standard_policy(), book, false, kNoon, {});
    EXPECT_EQ(*book.next - kNoon, Duration(wait));
  }
  EXPECT_FALSE(book.answered);
  book = asked(standard_policy(), book, true, kNoon, {});
  EXPECT_EQ(book.failures, 0u);
  EXPECT_EQ(*book.next - kNoon, Duration(24h));
}

struct Row {
  Occasion occasion;
  Situation situation;
  std::optional<Duration> answered;  // so long ago
  std::optional<Duration> asks;      // after so long
};
TEST(Polling, Occasions) {
  using O = Occasion;
  using S = Situation;
  const std::optional<Duration> no;
  const Row rows[] = {
      {O::kStart, S::kNoProfile, no, 15s},          {O::kStart, S::kEnabled, no, 450s},
      {O::kStart, S::kEnabled, 10min, no},          {O::kStart, S::kEnabled, 16min, 450s},
      {O::kNetworkRegained, S::kEnabled, 5min, no}, {O::kNetworkRegained, S::kNoneEnabled, 1h, 30s},
      {O::kSettingsOpened, S::kEnabled, no, 0s},    {O::kSettingsOpened, S::kEnabled, 59s, no},
      {O::kSettingsOpened, S::kNoProfile, 61s, 0s}, {O::kCheckNow, S::kEnabled, 0s, 0s},
  };
  for (const auto& row : rows) {
    auto book = book_of(row.situation, kNoon - 24h);
    if (row.answered) book.answered = kNoon - *row.answered;
    const auto at = ask_at(standard_policy(), book, row.occasion, kNoon, {});
    const auto text = std::string(to_string(row.occasion)) + ", " + std::string(to_string(row.situation));
    ASSERT_EQ(at.has_value(), row.asks.has_value()) << text;
    if (at) {
      EXPECT_EQ(*at - kNoon, *row.asks) << text;
    }
  }
}

TEST(Polling, WithoutAutomaticOnlyWishesCount) {
  auto policy = standard_policy();
  policy.automatic = false;
  const auto book = book_of(Situation::kNoProfile);
  for (const auto occasion : {Occasion::kTime, Occasion::kStart, Occasion::kNetworkRegained})
    EXPECT_FALSE(ask_at(policy, book, occasion, kNoon, {}));
  EXPECT_TRUE(ask_at(policy, book, Occasion::kSettingsOpened, kNoon, {}));
  EXPECT_TRUE(ask_at(policy, book, Occasion::kCheckNow, kNoon, {}));
}

TEST(Polling, QuietHoursMoveWhatTimeBringsAndNothingElse) {
  auto policy = standard_policy();
  policy.quiet = {22 * 60, 6 * 60};
  const Chance east{0.5, std::chrono::minutes(120)};
  const auto night = *parse_time("2026-03-01T21:30:00Z");  // half past eleven there
  const auto morning = *parse_time("2026-03-02T04:30:00Z");
  const auto book = book_of(Situation::kNoneEnabled, night - 30min);
  EXPECT_EQ(ask_at(policy, book, Occasion::kStart, night, east), morning);
  EXPECT_EQ(asked(policy, book, true, night, east).next, morning);
  EXPECT_EQ(ask_at(policy, book, Occasion::kCheckNow, night, east), night);
  EXPECT_EQ(ask_at(policy, book_of(Situation::kNoProfile, night), Occasion::kStart, night, east),
            night + 15s);
  const auto noon = asked(policy, book, true, kNoon, east);
  EXPECT_EQ(*noon.next - kNoon, Duration(10min));
}

TEST(Polling, ANewSituationBeginsItsOwnTable) {
  auto book = book_of(Situation::kEnabled);
  EXPECT_EQ(*book.next - kNoon, Duration(24h));
  book = found(standard_policy(), book, Situation::kNoProfile, kNoon + 1h, {});
  EXPECT_EQ(*book.next, kNoon + 1h + 1min);
  EXPECT_EQ(book, found(standard_policy(), book, Situation::kNoProfile, kNoon + 2h, {}));
}

TEST(Polling, AClockThatWasSetBackKeepsNobodyFromAsking) {
  const auto book = asked(standard_policy(), book_of(Situation::kEnabled), true, kNoon, {});
  const auto years_ago = kNoon - 24h * 3000;
  EXPECT_EQ(*ask_at(standard_policy(), book, Occasion::kTime, years_ago, {}) - years_ago, Duration(24h));
  EXPECT_TRUE(ask_at(standard_policy(), book, Occasion::kSettingsOpened, years_ago, {}));
}

}  // namespace
}  // namespace eider::lpa::polling
