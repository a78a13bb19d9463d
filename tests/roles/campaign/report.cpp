#include "roles/campaign/report.hpp"

#include <gtest/gtest.h>

#include "roles/campaign/memory_store.hpp"
#include "support/campaign_smsr.hpp"
#include "support/must.hpp"

namespace eider::campaign {
using namespace eider::test;

TEST(CampaignReport, Percentiles) {
  std::vector<std::uint32_t> hundred;
  for (std::uint32_t i = 100; i > 0; --i) hundred.push_back(i);
  const auto p = percentiles(hundred);
  EXPECT_EQ(p.count, 100U);
  EXPECT_EQ(p.p50, 50U);
  EXPECT_EQ(p.p90, 90U);
  EXPECT_EQ(p.p99, 99U);
  EXPECT_EQ(p.longest, 100U);
  EXPECT_EQ(percentiles({7}).p50, 7U);
  EXPECT_EQ(percentiles({7}).p99, 7U);
  EXPECT_EQ(percentiles({}).count, 0U);
}

TEST(CampaignReport, ThoseThatNeedAHand) {
  MemoryStore store;
  const auto c = add_campaign(store, 6);
  must(store.write([&](StoreTransaction& tx) -> Status {
    for (std::uint32_t n = 1; n <= 5; ++n) {
      EIDER_TRY(card, tx.card(c.id, n));
      card->state = n % 2 == 0 ? CardState::kHeld : CardState::kFailed;
      card->reason = Reason::kRefused;
      EIDER_CHECK(tx.put_card(c.id, *card));
    }
    return {};
  }));
  must(store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(report, make_report(r, c, 3));
    EXPECT_EQ(report.cards, 6U);
    EXPECT_EQ(report.in_need.size(), 3U);
    EXPECT_EQ(report.in_need[0].seq, 2U);
    EXPECT_EQ(report.in_need[2].seq, 1U);
    EXPECT_EQ(report.more_in_need, 2U);
    EXPECT_EQ(report.reasons.size(), 2U);
    EXPECT_EQ(report.next.size(), 1U);
    return {};
  }));
}

}  // namespace eider::campaign
