#include "roles/campaign/records.hpp"

#include <gtest/gtest.h>

namespace eider::campaign {

TEST(CampaignRecords, CallIdentifiersAreReadBack) {
  Campaign c;
  c.tag = "00ff";
  EXPECT_EQ(call_identifier(c, 12, 3), "00ff-12-3");
  EXPECT_EQ(parse_call_identifier(c, "00ff-12-3"), (CallName{12, 3}));
  for (const auto* bad : {"", "00ff", "00ff-", "00ff-12", "00ff-12-", "00ff-12-3-4", "00ff-12-03",
                          "00ff--12-3", "00fe-12-3", "00ff-99999999999-1", "00ff-12-3 ", "00ff12-3"})
    EXPECT_FALSE(parse_call_identifier(c, bad)) << bad;
}

TEST(CampaignRecords, EveryValueHasAName) {
  for (std::size_t i = 0; i < kCardStates; ++i) {
    const auto s = static_cast<CardState>(i);
    EXPECT_EQ(parse_card_state(to_string(s)), s);
  }
  EXPECT_FALSE(parse_card_state("gone"));
  for (int i = 1; i <= static_cast<int>(Reason::kCancelledByHand); ++i) {
    EXPECT_FALSE(to_string(static_cast<Reason>(i)).empty());
    EXPECT_FALSE(explain(static_cast<Reason>(i)).empty());
  }
  EXPECT_EQ(to_string(Reason::kCancelledByHand), "cancelled");
  EXPECT_EQ(to_string(Outcome::kUnknown), "unknown");
  EXPECT_EQ(explain_notes(0).size(), 0U);
  EXPECT_EQ(explain_notes(7).size(), 3U);
}

}  // namespace eider::campaign
