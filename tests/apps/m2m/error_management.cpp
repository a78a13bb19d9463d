// A Profile that the card refuses: the ISD-P goes, the order fails with the card's words, the Profile is in
// the inventory again, and the card takes the next one (SGP.01 v4.0 section 3.5.2; SGP.02 v4.2
// section 3.1.1).
#include <gtest/gtest.h>

#include "apps/m2m/stage.hpp"

namespace eider::test {
namespace {
constexpr const char* kBroken = "8949000000009000017";

// Demands a service that the cards of this program lack, which no EIS tells.
void import_broken(const Workplace& place) {
  const auto done = [&](const std::string& arguments) {
    const auto r = place.eider(arguments);
    ASSERT_EQ(r.code, 0) << arguments << r.text;
  };
  done(std::string("profile create -o whole.der --iccid ") + kBroken +
       " --imsi 001019000000001 --k 000102030405060708090a0b0c0d0e0f --opc 000102030405060708090a0b0c0d0e0f");
  auto text = place.eider("profile export whole.der").text;
  const std::string service = "        milenage: true\n";
  const auto at = text.find(service);
  ASSERT_NE(at, std::string::npos) << text;
  place.write("broken.yaml", text.insert(at, "        javacard: true\n"));
  done("profile create --from broken.yaml -o broken.der");
  done("smdpp types add --data smdpp --name mno-broken --operator mno");
  done("smdpp import --data smdpp --type mno-broken --metadata metadata.json --package broken.der");
}

// "Available" and the like, as the inventory has it.
std::string stock_state(const Workplace& place, const std::string& iccid) {
  const auto listed = place.eider("smdpp profiles list --data smdpp --json").text;
  boost::system::error_code wrong;
  const auto parsed = boost::json::parse(listed.substr(0, listed.find_last_of(']') + 1), wrong);
  if (wrong) return listed;
  for (const auto& p : parsed.as_array())
    if (p.as_object().at("iccid").as_string() == iccid)
      return std::string(p.as_object().at("state").as_string());
  return "none";
}
}  // namespace

TEST(M2mErrorManagement, WhatTheCardRefusesIsUndoneAndTold) {
  auto& stage = M2mStage::get();
  const auto card = stage.take();
  import_broken(stage.place());
  ASSERT_EQ(stock_state(stage.place(), kBroken), "Available");
  const auto refused = stage.es2("download " + card.eid + " --type mno-broken --enable");
  EXPECT_EQ(refused.status(), "FAILED 8.3/4.2") << refused.text;
  EXPECT_TRUE(contains(refused.text, "1 of 1 profile elements")) << refused.text;
  EXPECT_TRUE(contains(refused.text, "EuiccResponseData")) << "the card's answer";
  EXPECT_EQ(stage.state(card.eid, kBroken), "none");
  EXPECT_EQ(stage.audited(card.eid, kBroken).substr(0, 4), "none");
  EXPECT_EQ(stage.audited(card.eid, card.boot), "Enabled");
  EXPECT_TRUE(M2mStage::comes_true([&] { return stock_state(stage.place(), kBroken) == "Available"; }))
      << stock_state(stage.place(), kBroken);
  // It can be ordered again, with the same end, and a sound one works.
  EXPECT_EQ(stage.es2("download " + card.eid + " --iccid " + kBroken).status(), "FAILED 8.3/4.2");
  const auto iccid = stage.download(card, "--enable");
  EXPECT_EQ(stage.audited(card.eid, iccid), "Enabled");
}

}  // namespace eider::test
