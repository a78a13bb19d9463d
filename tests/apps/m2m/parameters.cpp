// Registration and what is kept of a card beside its Profiles: notifications, addresses, connectivity,
// properties (SGP.01 v4.0 sections 3.5.8, 3.5.13 to 3.5.15; SGP.02 v4.2 sections 3.9, 3.13
// to 3.15, 3.17, 4.1.1.10, 4.1.3.4).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
// Each card declares itself with its first attach: by short message, and by HTTPS where it has no number.
TEST(M2mNotification, ComesOverBothBearers) {
  auto& stage = M2mStage::get();
  for (const auto kind : {M2mStage::Kind::kPlain, M2mStage::Kind::kHttps}) {
    const auto card = stage.take(kind);
    EXPECT_TRUE(M2mStage::comes_true([&] { return stage.registry(card.eid).contains("lastNotification"); }))
        << stage.place().read("smsr.log");
    EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  }
}

TEST(M2mAddress, IsUpdatedByOwnerAndSmDp) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card);
  const auto subscription = [&] {
    return std::string(stage.profile(card.eid, iccid).at("msisdn").as_string());
  };
  EXPECT_EQ(subscription(), stage.number(iccid)) << "of the stock";
  EXPECT_EQ(stage.es4("address " + card.eid + " " + iccid + " --msisdn 491700000001").status(),
            "EXECUTED_SUCCESS");
  EXPECT_EQ(subscription(), "491700000001");
  EXPECT_EQ(stage.es2("address " + card.eid + " " + iccid + " --msisdn " + stage.number(iccid)).status(),
            "EXECUTED_SUCCESS");
  EXPECT_EQ(subscription(), stage.number(iccid));
  EXPECT_TRUE(contains(stage.es4("eis " + card.eid).text, stage.number(iccid)));
}

// ES8 by the SM-DP under the ISD-P's keys, ES6 by the Operator under those of its security domain, ES5 by the
// SM-SR.
TEST(M2mConnectivity, ReachesTheCardFromAllThree) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  const std::string parameters = " A0090607914487200000F0";
  auto r = stage.place().eider("smdp connectivity --data smdp --validity 60 --owner " +
                               std::string(M2mStage::kMno) + " " + iccid + parameters);
  EXPECT_EQ(r.code, 0) << r.text;
  r = stage.place().eider("smdp connectivity --data smdp --owner 2.999.77 " + iccid + parameters);
  EXPECT_EQ(r.code, 1) << r.text;
  r = stage.ota("connectivity" + parameters, iccid);
  EXPECT_EQ(r.code, 0) << r.text;
  r = stage.ota("connectivity A300", iccid);
  EXPECT_EQ(r.code, 1) << r.text;
  r = stage.place().eider("smsr addressing --data smsr --validity 60 " + card.eid);
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");
}

TEST(M2mRegistration, OnceAndWithWhatTheEumAddsLater) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto again = stage.place().eider("eum register --pki pki" + stage.resolve() + " --smsr " +
                                         stage.smsr() + " --mno " + M2mStage::kMno +
                                         " --transport-key transport.key cards/" + card.device + ".eis.json");
  EXPECT_EQ(again.code, 1);
  EXPECT_TRUE(again.says("8.1.1/3.3")) << again.text;
  const auto properties =
      stage.place().eider("eum properties --pki pki" + stage.resolve() + " --smsr " + stage.smsr() + " " +
                          card.eid + " osVersion=2.1 imei=353000000000006");
  EXPECT_EQ(properties.code, 0) << properties.text;
  const auto eis = stage.es4("eis " + card.eid);
  EXPECT_TRUE(contains(eis.text, "osVersion")) << eis.text;
  EXPECT_EQ(stage.sp_es4("eis " + card.eid).status(), "FAILED 8.1/1.2");
}

}  // namespace eider::test
