#include "roles/campaign/pace.hpp"

#include <gtest/gtest.h>

namespace eider::campaign {
namespace {
Time utc(const char* text) {
  return *parse_time(text);
}
}  // namespace

TEST(CampaignPace, AlwaysOpenWithoutAWindow) {
  const Pace p;
  EXPECT_TRUE(open_at(p, utc("2026-03-01T12:00:00Z")));
  EXPECT_EQ(next_open(p, utc("2026-03-01T12:00:00Z")), utc("2026-03-01T12:00:00Z"));
  EXPECT_FALSE(next_close(p, utc("2026-03-01T12:00:00Z")));
}

TEST(CampaignPace, FromAndUntil) {
  Pace p;
  p.not_before = utc("2026-03-01T12:00:00Z");
  p.until = utc("2026-03-01T13:00:00Z");
  EXPECT_FALSE(open_at(p, utc("2026-03-01T11:59:59Z")));
  EXPECT_TRUE(open_at(p, utc("2026-03-01T12:00:00Z")));
  EXPECT_FALSE(open_at(p, utc("2026-03-01T13:00:00Z")));
  EXPECT_EQ(next_open(p, utc("2026-01-01T00:00:00Z")), p.not_before);
  EXPECT_FALSE(next_open(p, utc("2026-03-01T13:00:00Z")));
  EXPECT_EQ(next_close(p, utc("2026-03-01T12:30:00Z")), p.until);
}

// 23:30 to 04:00 of a place that is two hours ahead of UTC: 21:30 to 02:00.
TEST(CampaignPace, HoursOfTheDayOverMidnightElsewhere) {
  Pace p;
  p.hours = {{23 * 60 + 30, 4 * 60}};
  p.utc_offset = 120;
  EXPECT_FALSE(open_at(p, utc("2026-03-01T21:29:59Z")));
  EXPECT_TRUE(open_at(p, utc("2026-03-01T21:30:00Z")));
  EXPECT_TRUE(open_at(p, utc("2026-03-01T00:00:00Z")));
  EXPECT_FALSE(open_at(p, utc("2026-03-01T02:00:00Z")));
  EXPECT_EQ(next_open(p, utc("2026-03-01T02:00:00Z")), utc("2026-03-01T21:30:00Z"));
  EXPECT_EQ(next_open(p, utc("2026-03-01T22:13:14Z")), utc("2026-03-01T22:13:14Z"));
  EXPECT_EQ(next_close(p, utc("2026-03-01T22:13:14Z")), utc("2026-03-02T02:00:00Z"));
}

TEST(CampaignPace, SeveralHoursAndAnEndBetween) {
  Pace p;
  p.hours = {{60, 120}, {600, 660}};
  p.until = utc("2026-03-01T09:00:00Z");
  EXPECT_EQ(next_open(p, utc("2026-03-01T00:10:00Z")), utc("2026-03-01T01:00:00Z"));
  EXPECT_FALSE(next_open(p, utc("2026-03-01T02:00:00Z")));  // 10:00 is past the end
  p.until.reset();
  EXPECT_EQ(next_open(p, utc("2026-03-01T02:00:00Z")), utc("2026-03-01T10:00:00Z"));
}

TEST(CampaignRate, WithoutOneThereIsNoLimit) {
  RateLimit r(0, 1, utc("2026-03-01T00:00:00Z"));
  EXPECT_EQ(r.available(utc("2026-03-01T00:00:00Z")), SIZE_MAX);
  r.take(1000000);
  EXPECT_EQ(r.next(utc("2026-03-01T00:00:00Z")), utc("2026-03-01T00:00:00Z"));
}

TEST(CampaignRate, SavesUpToABurst) {
  auto now = utc("2026-03-01T00:00:00Z");
  RateLimit r(60, 5, now);
  EXPECT_EQ(r.available(now), 1U);
  r.take(1);
  EXPECT_EQ(r.available(now), 0U);
  EXPECT_EQ(r.next(now), now + std::chrono::seconds(1));
  now += Duration(999);
  EXPECT_EQ(r.available(now), 0U);
  EXPECT_EQ(r.next(now), now + Duration(1));
  now += Duration(1);
  EXPECT_EQ(r.available(now), 1U);
  now += std::chrono::hours(24 * 365 * 30);
  EXPECT_EQ(r.available(now), 5U);
  r.take(5);
  EXPECT_EQ(r.available(now - std::chrono::hours(1)), 0U);  // a clock that was set back gives nothing
}

TEST(CampaignRate, ALargeOneIsExact) {
  auto now = utc("2026-03-01T00:00:00Z");
  RateLimit r(60000, 2000, now);
  std::size_t sent = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto n = r.available(now);
    r.take(n);
    sent += n;
    now += Duration(7);
  }
  EXPECT_NEAR(static_cast<double>(sent), 7000, 10);
}

TEST(CampaignRate, ChangedOnTheWay) {
  auto now = utc("2026-03-01T00:00:00Z");
  RateLimit r(60, 10, now);
  now += std::chrono::seconds(20);
  EXPECT_EQ(r.available(now), 10U);
  r.change(6, 2, now);
  EXPECT_EQ(r.available(now), 2U);
  r.take(2);
  EXPECT_EQ(r.next(now), now + std::chrono::seconds(10));
}

TEST(CampaignStopRule, CountsTheLastOnes) {
  StopRule rule(100, 10);  // more than one of ten
  rule.count(true);
  EXPECT_FALSE(rule.stop());
  for (int i = 0; i < 9; ++i) rule.count(false);
  EXPECT_FALSE(rule.stop());
  rule.count(true);  // the first one has gone
  EXPECT_FALSE(rule.stop());
  rule.count(true);
  EXPECT_TRUE(rule.stop());
  EXPECT_EQ(rule.failures(), 2U);
  EXPECT_EQ(rule.outcomes(), 10U);
}

TEST(CampaignStopRule, StopsAsSoonAsItMust) {
  StopRule rule(50, 100);
  for (int i = 0; i < 5; ++i) rule.count(true);
  EXPECT_FALSE(rule.stop());
  rule.count(true);
  EXPECT_TRUE(rule.stop());
  StopRule never(0, 10);
  for (int i = 0; i < 10; ++i) never.count(true);
  EXPECT_FALSE(never.stop());
}

}  // namespace eider::campaign
