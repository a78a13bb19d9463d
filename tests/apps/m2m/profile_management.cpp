// The procedures that change Profiles, each over processes and sockets (SGP.01 v4.0 sections 3.5.1 to 3.5.7;
// SGP.02 v4.2 sections 3.1 to 3.7).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
testing::AssertionResult heard(const std::string& by, const std::string& name, const std::string& about) {
  const auto& stage = M2mStage::get();
  if (M2mStage::comes_true([&] { return !stage.heard(by, name, about).empty(); }))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << stage.place().read(by + ".log");
}
}  // namespace

// Section 3.1 without step 19: the Profile is there and not enabled.
TEST(M2mDownload, WithoutEnabling) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  EXPECT_EQ(stage.state(card.eid, iccid), "Disabled");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Disabled");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  const auto profile = stage.profile(card.eid, iccid);
  EXPECT_EQ(profile.at("owner").as_string(), M2mStage::kMno);
  EXPECT_EQ(profile.at("type").as_string(), "mno-default");
}

// Sections 3.2 and 3.4: by the Operator at the SM-SR.
TEST(M2mEnable, AndDisableAtTheSmSr) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  EXPECT_EQ(stage.es4("enable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Disabled");
  EXPECT_EQ(stage.es4("enable " + card.eid + " " + iccid).status(), "FAILED 8.2.1/3.5");

  EXPECT_EQ(stage.es4("disable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Disabled");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
}

// Sections 3.6: POL2 forbids it, then not; an enabled one is disabled first.
TEST(M2mDelete, AtTheSmSr) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  // The SM-DP asked for it: the owner of the other Profile is told by the SM-SR.
  EXPECT_TRUE(heard("mno", "ES4-HandleProfileDisabledNotification", card.boot));
  EXPECT_EQ(stage.es4("delete " + card.eid + " " + card.boot).status(), "FAILED 8.2.3/3.8");  // fall-back
  EXPECT_EQ(stage.es4("pol2 " + card.eid + " " + iccid + " delete=not-allowed").status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es4("delete " + card.eid + " " + iccid).status(), "FAILED 8.2.3/3.8");
  EXPECT_EQ(stage.es4("pol2 " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es4("delete " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "none");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
}

// Sections 3.3, 3.5 and 3.7: the same by way of the SM-DP, which keeps up with it.
TEST(M2mThroughTheSmDp, EnableDisableDelete) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  const auto at_smdp = [&] { return stage.place().eider("smdp list --json --data smdp " + card.eid).text; };
  EXPECT_EQ(stage.es2("enable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");
  EXPECT_TRUE(contains(at_smdp(), "\"state\":\"Enabled\"")) << at_smdp();
  EXPECT_EQ(stage.es2("disable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  EXPECT_EQ(stage.es2("audit " + card.eid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es2("delete " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "none");
  EXPECT_FALSE(contains(at_smdp(), iccid)) << at_smdp();
  EXPECT_EQ(stage.es2("enable " + card.eid + " " + iccid).status(), "FAILED 8.2.1/3.9");
}

}  // namespace eider::test
