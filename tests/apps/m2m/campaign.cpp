// `eider operator campaign` over processes and sockets: killed in the middle, it loses no card and moves none
// twice.
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
namespace bj = boost::json;

struct M2mCampaign : testing::Test {
  M2mStage& stage = M2mStage::get();
  std::string smsr = "--pki pki" + stage.resolve() + " --smsr " + stage.smsr();
  std::string both = smsr + " --smdp " + stage.smdp();

  Outcome campaign(const std::string& arguments, const std::string& parties = {}) const {
    return stage.place().eider("operator " + parties + " campaign --data campaigns.db " + arguments);
  }
  bj::object report(const std::string& name) const {
    const auto r = stage.place().eider("operator --json campaign --data campaigns.db report " + name);
    boost::system::error_code wrong;
    auto value = bj::parse(r.text, wrong);
    EXPECT_FALSE(wrong) << r.text;
    return value.is_object() ? value.as_object() : bj::object{};
  }
  std::int64_t cards(const std::string& name, const char* state) const {
    const auto r = report(name);
    return r.empty() ? -1 : r.at("states").as_object().at(state).to_number<std::int64_t>();
  }
  // EnableProfile of that Profile, done, by what the SM-SR wrote down.
  int enabled_times(const std::string& eid, const std::string& iccid) const {
    int n = 0;
    const auto all = stage.registry(eid);
    for (const auto& r : all.at("auditTrail").as_array()) {
      const auto& o = r.as_object();
      const auto* which = o.if_contains("iccid");
      const auto* status = o.if_contains("status");
      n += o.at("operation").as_string() == "EnableProfile" && which && which->as_string() == iccid &&
           status && status->as_string() == "EXECUTED_SUCCESS";
    }
    return n;
  }
  std::string fleet_profile(const std::string& eid) const {
    const auto all = stage.registry(eid);
    for (const auto& p : all.at("profiles").as_array())
      if (p.as_object().at("type").as_string() == "mno-default")
        return std::string(p.as_object().at("iccid").as_string());
    return {};
  }
};
}  // namespace

TEST_F(M2mCampaign, PlannedKilledResumedReported) {
  std::vector<M2mStage::Card> cards;
  std::string list = "eid\n";
  for (int i = 0; i < 4; ++i) {
    cards.push_back(stage.take());
    list += cards.back().eid + "\n";
    if (i < 3) stage.download(cards.back());  // the last one has none yet
  }
  stage.place().write("eids.csv", list);
  ASSERT_EQ(campaign("create spring --cards eids.csv --to-type mno-default --download --rate 1/s").code, 0);

  // A dry run tells what would be done, and does nothing.
  const auto plan = campaign("plan spring", both);
  ASSERT_EQ(plan.code, 0) << plan.text;
  EXPECT_TRUE(plan.says("next: enable")) << plan.text;
  EXPECT_TRUE(plan.says("next: download")) << plan.text;
  for (const auto& c : cards) EXPECT_EQ(stage.state(c.eid, c.boot), "Enabled");

  // Its process is killed with calls out: one card cannot be reached, so that it does not come to an end.
  stage.lose(cards[3].boot);
  ASSERT_EQ(stage.place()
                .sh("\"$EIDER\" operator " + both +
                    " campaign --data campaigns.db run spring --quiet >run.log 2>&1 & echo $! >run.pid")
                .code,
            0);
  ASSERT_TRUE(M2mStage::comes_true([&] { return this->cards("spring", "in flight") > 0; }))
      << stage.place().read("run.log");
  EXPECT_TRUE(campaign("run spring", both).says("another process runs"));
  stage.place().sh("kill -9 $(cat run.pid)");
  EXPECT_GT(this->cards("spring", "in flight") + this->cards("spring", "waiting"), 0);

  // The next one goes on; now answers come by themselves.
  stage.regain(cards[3].boot);
  const auto at = std::to_string(stage.spare_port());
  const auto run = campaign("run spring --listen 127.0.0.1:" + at,
                            both + " --reply-to https://mno.example.com:" + at + "/");
  EXPECT_EQ(run.code, 0) << run.text;
  EXPECT_EQ(this->cards("spring", "done"), 4) << run.text;
  for (const auto& c : cards) {
    const auto iccid = fleet_profile(c.eid);
    EXPECT_EQ(stage.audited(c.eid, iccid), "Enabled");
    EXPECT_EQ(enabled_times(c.eid, iccid), 1) << c.eid;
  }
  const auto shown = stage.place().eider("smsr show --data smsr " + cards[0].eid);
  EXPECT_TRUE(shown.says("operation EnableProfile")) << shown.text;
  EXPECT_TRUE(shown.says("status EXECUTED_SUCCESS")) << shown.text;
  const auto history = campaign("history spring " + cards[0].eid);
  EXPECT_TRUE(history.says("enable")) << history.text;
  EXPECT_TRUE(history.says("executed")) << history.text;
  const auto csv = campaign("report spring --csv");
  EXPECT_TRUE(csv.says(cards[3].eid + ",")) << csv.text;

  // Once more: nothing is left to do.
  const auto again = campaign("run spring", both);
  EXPECT_EQ(again.code, 0) << again.text;
  for (const auto& c : cards) EXPECT_EQ(enabled_times(c.eid, fleet_profile(c.eid)), 1);

  // Back, by ICCIDs of a table: POL2 keeps one, and one card is not managed here.
  const auto kept = fleet_profile(cards[0].eid);
  ASSERT_TRUE(stage.es4("pol2 " + cards[0].eid + " " + kept + " disable=not-allowed").ok());
  stage.place().write("back.csv", cards[0].eid + "," + cards[0].boot + "\n" + cards[1].eid + "," +
                                      cards[1].boot + "\n89001012012341234012345678901224," + cards[1].boot +
                                      "\n");
  ASSERT_EQ(campaign("create back --cards back.csv --stop-at 0").code, 0);
  const auto back = campaign("run back", smsr);
  EXPECT_EQ(back.code, 1) << back.text;
  EXPECT_TRUE(back.says("POL2 does not let the present Profile be disabled")) << back.text;
  EXPECT_TRUE(back.says("8.1.1/1.1")) << back.text;
  EXPECT_EQ(stage.audited(cards[0].eid, kept), "Enabled");
  EXPECT_EQ(stage.audited(cards[1].eid, cards[1].boot), "Enabled");
}

}  // namespace eider::test
