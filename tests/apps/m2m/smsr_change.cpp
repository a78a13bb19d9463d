// A card that has changed its SM-SR is the new one's in all respects: it gets keys of it for HTTPS, too
// (SGP.01 v4.0 section 3.5.11; SGP.02 v4.2 sections 3.8, 4.1.1.8).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
std::int64_t https_version(const M2mStage& stage, const std::string& eid, const std::string& smsr) {
  const auto shown = stage.registry(eid, smsr);
  const auto* version = shown.if_contains("scp81KeyVersion");
  return version ? version->to_number<std::int64_t>() : -1;
}
}  // namespace

TEST(M2mSmsrChange, TheNewOneLoadsProfilesByHttps) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  EXPECT_EQ(stage.es4_there("prepare-change " + card.eid + " --from " + M2mStage::kSmsr).status(),
            "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es4("change " + card.eid + " --to " + M2mStage::kSmsr2).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(https_version(stage, card.eid, "smsr"), -1) << "it has given it away";
  EXPECT_TRUE(M2mStage::comes_true([&] { return https_version(stage, card.eid, "smsr2") == 0x40; }))
      << stage.place().read("smsr2.log");
  const auto sessions = stage.metric("smsr2", "eider_smsr_sessions_total");
  const auto loaded = stage.mno("--smdp " + stage.smdp() + " --smsr-id " + M2mStage::kSmsr2 + " download " +
                                card.eid + " --type mno-default --enable");
  EXPECT_EQ(loaded.status(), "EXECUTED_SUCCESS") << loaded.text;
  EXPECT_EQ(stage.metric("smsr2", "eider_smsr_sessions_total"), sessions + 1);
  const auto audited = stage.es4_there("audit " + card.eid);
  EXPECT_EQ(audited.status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(contains(audited.text, std::string(loaded.body.at("Iccid").as_string())));
}

// Keys can be changed at any time: the next set has a version of its own.
TEST(M2mHttpsKeys, AreGivenByOrder) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  ASSERT_EQ(https_version(stage, card.eid, "smsr"), 0x40) << "those that it was made with";
  const auto r = stage.place().eider("smsr https-keys --data smsr --validity 60 " + card.eid);
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(https_version(stage, card.eid, "smsr"), 0x41);
  stage.download(card);
  const auto audited = stage.place().eider("smsr audit --json --data smsr --validity 60 " + card.eid);
  EXPECT_EQ(audited.code, 0);
  EXPECT_TRUE(contains(audited.text, "\"done\"")) << audited.text;
  const auto known = std::string(stage.profile(card.eid, card.boot).at("aid").as_string());
  const auto refused = stage.place().eider("smsr audit --data smsr " + card.eid + " --delete " + known);
  EXPECT_EQ(refused.code, 1);
  EXPECT_TRUE(contains(refused.text, "the EIS knows this ISD-P")) << refused.text;
}

}  // namespace eider::test
