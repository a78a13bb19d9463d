#include "roles/campaign/retry.hpp"

#include <gtest/gtest.h>
#include <set>

#include "spec/sgp02/status_codes.hpp"

namespace eider::campaign {

// What the functions of a campaign may answer by the table of codes is classified, each once.
TEST(CampaignRetry, EveryCodeOfItsFunctionsHasARow) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& r : retry_rows()) {
    EXPECT_TRUE(seen.emplace(r.subject, r.reason).second) << r.subject << "/" << r.reason;
    EXPECT_FALSE(sgp02::status::subject_name(r.subject).empty()) << r.subject;
    EXPECT_FALSE(sgp02::status::reason_name(r.reason).empty()) << r.reason;
    EXPECT_FALSE(r.why.empty());
    EXPECT_TRUE(!r.look || r.what == RetryClass::kSoon || r.what == RetryClass::kLater) << r.why;
  }
  for (const auto* function : {"any", "ES2.DownloadProfile", "EnableProfile", "GetEIS"})
    for (const auto* row : sgp02::status::of_function(function))
      EXPECT_TRUE(seen.contains({row->code.subject, row->code.reason}))
          << row->code.subject << "/" << row->code.reason;
}

TEST(CampaignRetry, UnknownCodesNeedAPerson) {
  EXPECT_EQ(retry_row("9.9", "9.9").what, RetryClass::kHuman);
  EXPECT_EQ(retry_row("", "").what, RetryClass::kHuman);
  EXPECT_EQ(retry_row("8.2.2", "3.8").what, RetryClass::kGiveUp);
  EXPECT_EQ(retry_row("1.2", "4.4").what, RetryClass::kSoon);
}

TEST(CampaignRetry, WaitsLongerEachTimeAndNeverAtTheSameMoment) {
  SeededRandom random(3);
  const auto delay = retry_delay(RetryClass::kLater, {});
  for (std::uint16_t n = 1; n < 12; ++n) {
    const auto whole = std::min(delay.longest, delay.first * (1 << (n - 1)));
    std::set<Duration> seen;
    for (int i = 0; i < 50; ++i) {
      const auto d = back_off(delay, n, random);
      EXPECT_GE(d, whole / 2);
      EXPECT_LE(d, whole * 3 / 2);
      seen.insert(d);
    }
    EXPECT_GT(seen.size(), 40U);
  }
}

TEST(CampaignRetry, ThePaceOverridesTheTable) {
  const auto d = retry_delay(RetryClass::kSoon, {.attempts = 2, .soon = 900});
  EXPECT_EQ(d.attempts, 2);
  EXPECT_EQ(d.first, std::chrono::seconds(900));
  EXPECT_GE(d.longest, d.first);
  EXPECT_EQ(retry_delay(RetryClass::kLater, {.later = 1}).first, std::chrono::seconds(1));
}

TEST(CampaignRetry, AnotherPartyThatIsAway) {
  EXPECT_EQ(peer_back_off(1), std::chrono::seconds(1));
  EXPECT_EQ(peer_back_off(3), std::chrono::seconds(4));
  EXPECT_EQ(peer_back_off(1000000), std::chrono::minutes(1));
}

}  // namespace eider::campaign
