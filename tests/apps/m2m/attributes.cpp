// Fall-back and emergency attribute, and what a device does with test and emergency Profile by itself (SGP.01
// v4.0 sections 3.5.16, 3.5.22 to 3.5.31; SGP.02 v4.2 sections 3.22 to 3.31).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
bool flag(const boost::json::object& profile, const char* name) {
  const auto* value = profile.if_contains(name);
  return value && value->as_bool();
}
// The device has said so, and registers with this Profile.
testing::AssertionResult local(M2mStage& stage, const std::string& function, const std::string& device,
                               const std::string& iccid) {
  const auto before = stage.place().read("devices.log").size();
  stage.devices().tell(function + " " + device);
  const auto since = [&] { return stage.place().read("devices.log").substr(before); };
  if (M2mStage::comes_true([&] {
        return contains(since(), function + ": 9000") && contains(since(), "IMSI " + stage.imsi(iccid));
      }))
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << since();
}
}  // namespace

TEST(M2mFallBack, TheAttributeMoves) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  EXPECT_EQ(stage.es4("fallback " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(flag(stage.profile(card.eid, iccid), "fallback"));
  EXPECT_FALSE(flag(stage.profile(card.eid, card.boot), "fallback"));
  // What is without it may go now; what has it may not.
  EXPECT_EQ(stage.es2("delete " + card.eid + " " + iccid).status(), "FAILED 8.2.3/3.8");
  EXPECT_EQ(stage.es4("delete " + card.eid + " " + card.boot).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "none");
}

TEST(M2mFallBack, WithoutNetworkTheCardFallsBack) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  stage.lose(iccid);
  EXPECT_TRUE(stage.becomes(card.eid, card.boot, "Enabled"));
  EXPECT_EQ(stage.audited(card.eid, iccid), "Disabled");
  EXPECT_TRUE(M2mStage::comes_true(
      [&] { return !stage.heard("mno", "ES4-HandleProfileDisabledNotification", iccid).empty(); }));
  // Back by command while the network does not know it: the card rolls back.
  EXPECT_EQ(stage.es4("--validity 90 enable " + card.eid + " " + iccid).status().substr(0, 6), "FAILED");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  stage.regain(iccid);
}

TEST(M2mEmergency, TheAttributeIsSet) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  EXPECT_EQ(stage.es2("emergency " + card.eid + " " + card.boot).status().substr(0, 6), "FAILED");
  EXPECT_EQ(stage.es2("emergency " + card.eid + " " + iccid).status(), "EXECUTED_SUCCESS");
  const auto eis = stage.es4("audit " + card.eid);
  EXPECT_TRUE(contains(eis.text, "EmergencyProfileAttribute\":true")) << eis.text;
  EXPECT_EQ(stage.es4("fallback " + card.eid + " " + iccid).status().substr(0, 6), "FAILED");
}

// No server is told; while it lasts, no server switches.
TEST(M2mLocal, TheDeviceEnablesTheEmergencyProfile) {
  auto& stage = M2mStage::get();
  const auto card = stage.take(M2mStage::Kind::kEmergency);
  ASSERT_TRUE(local(stage, "enable-emergency", card.device, card.second));
  EXPECT_EQ(stage.state(card.eid, card.boot), "Enabled") << "the SM-SR knows nothing of it";
  EXPECT_NE(stage.es4("--validity 4 enable " + card.eid + " " + card.second).status(), "EXECUTED_SUCCESS");
  ASSERT_TRUE(local(stage, "disable-emergency", card.device, card.boot));
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  EXPECT_EQ(stage.audited(card.eid, card.second), "Disabled");
}

TEST(M2mLocal, TheDeviceEnablesTheTestProfile) {
  auto& stage = M2mStage::get();
  const auto card = stage.take(M2mStage::Kind::kTest);
  EXPECT_EQ(stage.es4("--validity 90 enable " + card.eid + " " + card.second).status().substr(0, 6),
            "FAILED");
  ASSERT_TRUE(local(stage, "enable-test", card.device, card.second));
  EXPECT_EQ(stage.state(card.eid, card.boot), "Enabled");
  ASSERT_TRUE(local(stage, "disable-test", card.device, card.boot));
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
}

}  // namespace eider::test
