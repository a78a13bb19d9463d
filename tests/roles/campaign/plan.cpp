#include "roles/campaign/plan.hpp"

#include <gtest/gtest.h>

#include "support/campaign_smsr.hpp"

namespace eider::campaign {
namespace {
using namespace eider::test;
using sgp02::Pol2Action, sgp02::Pol2Qualification, sgp02::ProfileState;

struct CampaignPlan : testing::Test {
  SystemClock clock;
  CampaignSmsr smsr{clock, 1};
  std::vector<sgp02::ProfileInfo>* profiles = nullptr;
  std::vector<sgp02::Plma> rights;
  Goal goal{.type = "fleet"};
  Card card;
  CampaignPlan() {
    smsr.add_cards(1);
    profiles = &smsr.profiles(1);
    card.eid = campaign_eid(1);
  }
  sgp02::ProfileInfo& boot() { return (*profiles)[0]; }
  sgp02::ProfileInfo& fleet() { return (*profiles)[1]; }
  Card decided() {
    sgp02::Eis eis;
    eis.eumSigned.info.eid = card.eid;
    eis.profileInfos = *profiles;
    auto out = card;
    decide(goal, kCampaignSelf, eis, rights, out);
    return out;
  }
  void expect(CardState state, Reason reason) {
    const auto c = decided();
    EXPECT_EQ(c.state, state) << to_string(c.state);
    EXPECT_EQ(c.reason, reason) << to_string(c.reason);
  }
  static void rule(sgp02::ProfileInfo& p, Pol2Action action,
                   Pol2Qualification what = Pol2Qualification::kNotAllowed) {
    p.pol2.rules.push_back({{}, action, what});
  }
};
}  // namespace

TEST_F(CampaignPlan, TheProfileOfTheTypeIsEnabled) {
  const auto c = decided();
  EXPECT_EQ(c.state, CardState::kWaiting);
  EXPECT_EQ(c.action, Action::kEnable);
  EXPECT_EQ(c.target, campaign_iccid(1, 2));
  EXPECT_EQ(c.notes, 0);
}
TEST_F(CampaignPlan, OrTheOneOfTheList) {
  goal.type = {};
  card.target = campaign_iccid(1, 2);
  EXPECT_EQ(decided().action, Action::kEnable);
  card.target = campaign_iccid(1, 9);
  expect(CardState::kSkipped, Reason::kNoSuchProfile);
}
TEST_F(CampaignPlan, NothingIsDoneTwice) {
  std::swap(boot().state, fleet().state);
  expect(CardState::kDone, Reason::kAlreadyThere);
  card.attempts = 1;
  expect(CardState::kDone, Reason::kFoundThere);
}
TEST_F(CampaignPlan, PolicyRules) {
  rule(fleet(), Pol2Action::kEnable);
  expect(CardState::kSkipped, Reason::kEnableForbidden);
  fleet().pol2.rules.clear();
  rule(boot(), Pol2Action::kDisable);
  expect(CardState::kSkipped, Reason::kDisableForbidden);
  goal.download = true;
  profiles->pop_back();
  expect(CardState::kSkipped, Reason::kDisableForbidden);
}
TEST_F(CampaignPlan, WhatElseHappensIsNoted) {
  rule(boot(), Pol2Action::kDisable, Pol2Qualification::kAutoDelete);
  EXPECT_EQ(decided().notes, kDeletesPresent);
  fleet().fallbackAttribute = true;
  EXPECT_EQ(decided().notes, kDeletesPresent | kTargetFallback);
  profiles->erase(profiles->begin());  // another party's is enabled: it is not shown
  EXPECT_EQ(decided().notes, kPresentUnseen | kTargetFallback);
}
TEST_F(CampaignPlan, ProfilesThatCannotBeEnabled) {
  fleet().state = ProfileState::kCreated;
  expect(CardState::kSkipped, Reason::kNotInstalled);
  fleet().state = ProfileState::kDisabled;
  fleet().emergencyProfileAttribute = true;
  expect(CardState::kSkipped, Reason::kEmergency);
}
TEST_F(CampaignPlan, AnotherOperatorsProfileNeedsAnAuthorisation) {
  fleet().mnoId = kCampaignOther;
  expect(CardState::kSkipped, Reason::kNoRight);
  sgp02::Plma p;
  p.mnoId = kCampaignOther;
  p.m2mSpId = kCampaignSelf;
  p.authorisedOperations = {"DisableProfile"};
  rights = {p};
  expect(CardState::kSkipped, Reason::kNoRight);
  rights[0].authorisedOperations.emplace_back("EnableProfile");
  expect(CardState::kWaiting, Reason::kNone);
  rights[0].profileType = "gold";
  expect(CardState::kSkipped, Reason::kNoRight);
  rights[0].profileType = "fleet";
  expect(CardState::kWaiting, Reason::kNone);
  rights[0].m2mSpId = kCampaignSmsr;
  expect(CardState::kSkipped, Reason::kNoRight);
}
TEST_F(CampaignPlan, SeveralOfTheTypeNeedAPerson) {
  profiles->push_back(fleet());
  profiles->back().iccid = campaign_iccid(1, 3);
  expect(CardState::kHeld, Reason::kSeveralProfiles);
  profiles->back().state = ProfileState::kEnabled;
  expect(CardState::kDone, Reason::kAlreadyThere);
}
TEST_F(CampaignPlan, OnlySelectedCards) {
  goal.enabled_type = "gold";
  expect(CardState::kSkipped, Reason::kNotSelected);
  goal.enabled_type = "bootstrap";
  expect(CardState::kWaiting, Reason::kNone);
  goal.having_type = "gold";
  expect(CardState::kSkipped, Reason::kNotSelected);
  card.attempts = 1;  // it was selected before something was tried
  expect(CardState::kWaiting, Reason::kNone);
}
TEST_F(CampaignPlan, WhatIsMissingIsDownloaded) {
  profiles->pop_back();
  expect(CardState::kSkipped, Reason::kNoSuchProfile);
  goal.download = true;
  EXPECT_EQ(decided().action, Action::kDownload);
  EXPECT_FALSE(decided().target);
}
TEST_F(CampaignPlan, WithoutALook) {
  decide_unseen(goal, card);
  EXPECT_EQ(card.action, Action::kLook);  // whose Profile is not known
  card.target = campaign_iccid(1, 2);
  decide_unseen(goal, card);
  EXPECT_EQ(card.action, Action::kEnable);
  goal.download = true;
  decide_unseen(goal, card);
  EXPECT_EQ(card.action, Action::kDownload);
}

}  // namespace eider::campaign
