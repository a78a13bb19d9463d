// POL1 and POL2, and how a Profile is deleted against both (SGP.01 v4.0 sections 3.5.9 to 3.5.12, 3.6.3;
// SGP.02 v4.2 sections 3.10 to 3.12, 4.1.1.6, 4.1.2).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
std::string on(const M2mStage::Card& card, const std::string& iccid) {
  return card.eid + " " + iccid;
}
}  // namespace

// The Operator sets POL1 over the air, by its own OTA server; the card obeys it.
TEST(M2mPol1, OfTheOperatorIsObeyedByTheCard) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  auto r = stage.ota("pol1 disable=not-allowed", iccid);
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(stage.es4("enable " + on(card, card.boot)).status(), "FAILED 8.2.2/3.8");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");

  r = stage.ota("pol1 disable=delete", iccid);
  EXPECT_EQ(r.code, 0) << r.text;
  EXPECT_EQ(stage.es4("enable " + on(card, card.boot)).status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.state(card.eid, iccid), "none")
      << "the card says with the confirmation what it has deleted";
  EXPECT_EQ(stage.audited(card.eid, iccid), "none");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
}

TEST(M2mPol2, IsTheSmSrsToObey) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const auto iccid = stage.download(card, "--enable");
  EXPECT_EQ(stage.es2("pol2 " + on(card, iccid) + " disable=not-allowed").status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es4("enable " + on(card, card.boot)).status(), "FAILED 8.2.3/3.8");
  EXPECT_EQ(stage.es2("pol2 " + on(card, iccid) + " disable=auto-delete").status(), "EXECUTED_SUCCESS");
  EXPECT_EQ(stage.es4("enable " + on(card, card.boot)).status(), "EXECUTED_SUCCESS");
  EXPECT_TRUE(stage.becomes(card.eid, iccid, "none"));
  EXPECT_EQ(stage.audited(card.eid, iccid), "none");
}

// The SM-DP gives out a token unless the Operator refuses; the card believes the token, and no policy counts.
TEST(M2mMasterDelete, WithTheTokenOfTheSmDp) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  const std::string smsr = " --smsr " + std::string(M2mStage::kSmsr);
  const auto agreed = [&](const std::string& what) {
    const auto r =
        stage.place().eider("smdp operator --data smdp " + std::string(M2mStage::kMno) + " " + what);
    EXPECT_EQ(r.code, 0) << r.text;
  };
  agreed("--delete-tokens --provider 0102 --image 0304 --application-provider 0506");
  const auto iccid = stage.download(card);
  agreed("--no-delete-tokens --master-delete no");
  EXPECT_EQ(stage.es4("pol2 " + on(card, iccid) + " delete=not-allowed").status(), "EXECUTED_SUCCESS");
  const auto token = [&] {
    return stage.place().eider("smdp delete-token --data smdp --json " + iccid + smsr);
  };
  EXPECT_TRUE(token().says("the operator does not agree")) << token().text;
  agreed("--master-delete yes");
  const auto given = token();
  ASSERT_EQ(given.code, 0) << given.text;
  const auto command = std::string(boost::json::parse(given.text).as_object().at("command").as_string());
  const auto master_delete = [&](const std::string& c) {
    return stage.place().eider("smsr master-delete --data smsr " + on(card, iccid) +
                               " --validity 60 --command " + c);
  };
  auto forged = command;
  auto& digit = forged[forged.size() - 3];  // before Le: the last octet of the token
  digit = digit == '0' ? '1' : '0';
  const auto refused = master_delete(forged);
  EXPECT_EQ(refused.code, 1) << refused.text;
  EXPECT_EQ(stage.audited(card.eid, iccid), "Disabled");
  const auto done = master_delete(command);
  EXPECT_EQ(done.code, 0) << done.text;
  EXPECT_EQ(stage.state(card.eid, iccid), "none");
  EXPECT_EQ(stage.audited(card.eid, iccid), "none");
  EXPECT_TRUE(master_delete(command).says("8.2.1/3.9"));
}

}  // namespace eider::test
