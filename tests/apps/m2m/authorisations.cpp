// What an Operator lets others do and hear, and what it does not want to hear itself (SGP.01 v4.0
// sections 3.5.20, 3.5.21; SGP.02 v4.2 sections 3.20, 3.21, 5.7).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
// An M2M SP manages a Profile as far as its owner lets it, and is told what its owner lets it hear.
TEST(M2mPlma, LetsAnM2mSpAct) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  EXPECT_EQ(stage.sp_es4("enable " + card.eid + " " + iccid).status(), "FAILED 8.1/1.2");
  EXPECT_EQ(stage.sp_es4("eis " + card.eid).status(), "FAILED 8.1/1.2");
  const std::string party = " --party " + std::string(M2mStage::kSp) + " --type mno-default";
  EXPECT_EQ(stage
                .es4("set-plma" + party +
                     " --operation EnableProfile --notification HandleProfileDisabledNotification")
                .status(),
            "EXECUTED_SUCCESS");
  EXPECT_TRUE(M2mStage::comes_true([&] {
    return !stage.heard("sp", "ES4-HandlePLMASettingNotification", "EnableProfile").empty();
  })) << stage.place().read("sp.log");
  const auto mine = stage.sp_es4("get-plma --granted");
  EXPECT_EQ(mine.status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(contains(mine.text, "EnableProfile")) << mine.text;

  EXPECT_EQ(stage.sp_es4("disable " + card.eid + " " + iccid).status(), "FAILED 8.2.1/1.2");
  EXPECT_EQ(stage.sp_es4("enable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");
  EXPECT_TRUE(M2mStage::comes_true([&] {
    return !stage.heard("mno", "ES4-HandleProfileEnabledNotification", iccid).empty();
  })) << stage.place().read("mno.log");
  // Its owner disables it: the M2M SP hears of that.
  EXPECT_EQ(stage.es4("disable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(M2mStage::comes_true([&] {
    return !stage.heard("sp", "ES4-HandleProfileDisabledNotification", iccid).empty();
  })) << stage.place().read("sp.log");

  EXPECT_EQ(stage.es2("set-plma" + party).status(), "EXECUTED_SUCCESS");  // by way of the SM-DP: no more
  EXPECT_EQ(stage.sp_es4("enable " + card.eid + " " + iccid).status().substr(0, 6), "FAILED");
}

TEST(M2mOnc, KeepsNotificationsAway) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  EXPECT_EQ(stage.es4("set-onc --discard HandleProfileDisabledNotification").status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(contains(stage.es4("get-onc").text, "HandleProfileDisabledNotification"));
  EXPECT_TRUE(contains(stage.es2("get-onc").text, "HandleProfileDisabledNotification"));
  const auto iccid = stage.download(card, "--enable");  // the SM-DP disables the other one by it
  EXPECT_EQ(stage.es2("set-onc").status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es2("disable " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  // Notifications of a card keep their order: what comes after has come, what was before it has not.
  EXPECT_TRUE(M2mStage::comes_true(
      [&] { return !stage.heard("mno", "ES4-HandleProfileEnabledNotification", card.boot).empty(); }));
  EXPECT_TRUE(stage.heard("mno", "ES4-HandleProfileDisabledNotification", card.boot).empty());
}

}  // namespace eider::test
