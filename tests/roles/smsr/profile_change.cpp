// Enable, disable, delete: the card says yes, switches, reports, hears the confirmation. SGP.02 v4.2 sections
// 3.2 to 3.7, 3.15, 3.16.
#include <gmock/gmock.h>

#include "roles/smsr/fixture.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
using Type = sgp02::es5::NotificationType;

// Up to the moment where the card has switched and said so.
Bytes accepted(World& w) {
  w.deliver();
  EXPECT_TRUE(w.card.pending_switch());
  return w.card.switch_now();
}

TEST(SmsrEnable, ByTheOwner) {
  World w;
  EXPECT_EQ(w.enable(2).status, 202);
  const auto report = accepted(w);
  EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled) << "9000 is an acceptance";
  w.from_card(report, kMsisdn2);
  EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled) << "not before the confirmation is answered";
  w.deliver();
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  EXPECT_EQ(w.profile(1).state, ProfileState::kDisabled);
  EXPECT_FALSE(w.card.unconfirmed);
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  EXPECT_EQ(w.operations(), 0u);
}

TEST(SmsrEnable, ByTheSmDpOnBehalf) {
  World w;
  EXPECT_EQ(w.enable(2, kSmdp).status, 202);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES3-EnableProfileResponse 2.999.10 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
}

TEST(SmsrEnable, TheConfirmationGoesToTheNewNumber) {
  World w;
  w.enable(2);
  EXPECT_EQ(w.sms.sent.front().msisdn, kMsisdn1);
  w.from_card(accepted(w), kMsisdn2);
  ASSERT_EQ(w.sms.sent.size(), 1u);
  EXPECT_EQ(w.sms.sent.front().msisdn, kMsisdn2);
}

TEST(SmsrEnable, RolledBack) {
  World w;
  w.enable(2);
  accepted(w);  // the report is lost, so is the network
  w.from_card(w.card.roll_back());
  w.deliver();
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
  EXPECT_FALSE(w.card.unconfirmed) << "a roll-back is confirmed";
  EXPECT_EQ(w.told(), (S{"ES4-EnableProfileResponse 2.999.2 8.3/4.2"}));
}

TEST(SmsrEnable, RolledBackAfterTheConfirmationGotLost) {
  World w;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.sms.sent.clear();
  w.from_card(w.card.roll_back());
  w.deliver();
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled);
  EXPECT_FALSE(w.card.unconfirmed);
  EXPECT_EQ(w.told(), (S{"ES4-EnableProfileResponse 2.999.2 8.3/4.2"}));
}

TEST(SmsrEnable, ALateReportIsNotConfirmed) {
  World w;
  w.enable(2);
  const auto report = accepted(w);
  w.later(std::chrono::seconds(601));
  EXPECT_EQ(w.told(), (S{"ES4-EnableProfileResponse 2.999.2 1.6/5.3"}));
  w.sms.sent.clear();
  w.from_card(report, kMsisdn2);
  EXPECT_TRUE(w.sms.sent.empty()) << "the card is to go back";
  EXPECT_TRUE(w.card.unconfirmed);
  w.from_card(w.card.roll_back());
  w.deliver();
  EXPECT_FALSE(w.card.unconfirmed);
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
  EXPECT_TRUE(w.told().empty());
}

TEST(SmsrEnable, AnExpiredOneIsAuditedOnceTheCardHasSettled) {
  World w;
  w.enable(2);
  accepted(w);
  w.later(std::chrono::seconds(601));
  EXPECT_EQ(w.profile(2).state, ProfileState::kDisabled);
  w.card.unconfirmed.reset();
  w.later(std::chrono::minutes(16));
  w.deliver();
  EXPECT_EQ(w.card.executed.back(), "eUICCCapabilityAudit");
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled) << "as the card has it";
  EXPECT_EQ(w.profile(1).state, ProfileState::kDisabled);
}

// Whoever tries again and again, each time in vain, does not put the audit off for ever.
TEST(SmsrEnable, AnAuditComesThoughTheCardNeverSettles) {
  World w;
  const auto audits = [&] { return std::ranges::count(w.card.executed, "eUICCCapabilityAudit"); };
  for (int i = 0; i < 60 && audits() == 0; ++i) {
    w.call(kMno2, sgp02::Interface::kEs4, sgp02::EnableProfileRequest{{{}, 60}, w.eid, iccid(2)});
    w.sms.sent.clear();  // nothing gets through
    w.later(std::chrono::seconds(70));
    w.later(std::chrono::seconds(1));
    if (w.clock.now() > eider::test::pki_time() + std::chrono::minutes(61)) w.deliver();
  }
  EXPECT_GE(audits(), 1);
}

TEST(SmsrEnable, TheReportMayOvertakeTheAnswer) {
  World w;
  w.enable(2);
  ASSERT_EQ(w.sms.sent.size(), 1u);
  const auto por = w.card.receive(w.sms.sent.front().user_data.front());
  w.sms.sent.clear();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.from_card(por.front());
  w.deliver();
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  EXPECT_EQ(w.operations(), 0u);
}

TEST(SmsrEnable, EverythingTwice) {
  World w;
  w.enable(2);
  w.deliver(2);
  const auto report = w.card.switch_now();
  w.from_card(report, kMsisdn2);
  w.from_card(report, kMsisdn2);
  w.deliver(3);
  w.from_card(report, kMsisdn2);
  w.deliver(2);
  EXPECT_EQ(std::ranges::count(w.card.executed, "EnableProfile"), 1);
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  // The counter was never used twice.
  EXPECT_TRUE(std::ranges::is_sorted(w.card.counters, std::less_equal<>()));
}

TEST(SmsrEnable, ALostCommandIsRepeatedAndAskedAbout) {
  World w;
  w.enable(2);
  w.sms.sent.clear();
  w.later(std::chrono::seconds(61));
  w.deliver();
  EXPECT_EQ(w.card.executed, (S{"eUICCCapabilityAudit", "EnableProfile"}));
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told().front(), "ES4-EnableProfileResponse 2.999.2 ok");
}

TEST(SmsrEnable, TheCardRefuses) {
  World w;
  w.card.isdps[isdp(1)].disabling_forbidden = true;
  w.enable(2);
  w.deliver();
  const auto sent = w.sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(status_of(sent[0]).statusCodeData->subject, "8.2.2");
  EXPECT_EQ(to_hex(*sent[0].as<sgp02::EuiccResponse>()->euiccResponseData), "230269E1");
}

TEST(SmsrEnable, RefusedBeforeAnythingGoesOut) {
  World w;
  EXPECT_EQ(status_of(w.enable(1, kMno1)), "8.2.1/3.5");
  EXPECT_EQ(status_of(w.enable(2, kMno1)), "8.2.1/1.2");
  EXPECT_EQ(status_of(w.enable(7)), "8.2.1/3.9");
  EXPECT_EQ(status_of(w.enable(2, kSp)), "8.1/1.2");
  EXPECT_EQ(status_of(w.enable(2, kStranger)), "1.1/1.1");
  EXPECT_EQ(status_of(w.call(kMno1, sgp02::Interface::kEs4,
                             sgp02::EnableProfileRequest{
                                 {}, *sgp22::parse_eid("89001012012341234012345678901224"), iccid(3)})),
            "8.2.1/3.9");
  auto other = w.eid;
  other[3] ^= 1;
  EXPECT_EQ(
      status_of(w.call(kMno2, sgp02::Interface::kEs4, sgp02::EnableProfileRequest{{}, other, iccid(2)})),
      "8.1.1/1.1");
  EXPECT_TRUE(w.sms.sent.empty());
  EXPECT_EQ(w.operations(), 0u);
}

TEST(SmsrEnable, Pol2OfTheEnabledOne) {
  World w;
  sgp02::Pol2 pol2;
  pol2.rules.push_back(
      {sgp02::Pol2Subject::kProfile, sgp02::Pol2Action::kDisable, sgp02::Pol2Qualification::kNotAllowed});
  EXPECT_EQ(status_of(w.call(kMno1, sgp02::Interface::kEs4,
                             sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(1), pol2})),
            "ok");
  EXPECT_EQ(status_of(w.enable(2)), "8.2.3/3.8");
  // It may have been set while the command waited its turn.
  World v;
  v.sms.sent.clear();
  v.call(kMno1, sgp02::Interface::kEs4, sgp02::AuditEISRequest{{}, v.eid, {}});
  v.enable(2);
  v.call(kMno1, sgp02::Interface::kEs4, sgp02::UpdatePolicyRulesRequest{{}, v.eid, iccid(1), pol2});
  v.deliver();
  EXPECT_EQ(std::ranges::count(v.card.executed, "EnableProfile"), 0);
  EXPECT_THAT(v.told(), ::testing::Contains("ES4-EnableProfileResponse 2.999.2 8.2.3/3.8"));
}

TEST(SmsrEnable, AutoDeleteOfPol2) {
  World w;
  // Profile 1 must let the fall-back attribute go before it can be deleted.
  w.call(kMno1, sgp02::Interface::kEs4, sgp02::SetFallBackAttributeRequest{{}, w.eid, iccid(1)});
  w.deliver();
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  ASSERT_EQ(w.profile(2).state, ProfileState::kEnabled);
  w.told();
  sgp02::Pol2 pol2;
  pol2.rules.push_back(
      {sgp02::Pol2Subject::kProfile, sgp02::Pol2Action::kDisable, sgp02::Pol2Qualification::kAutoDelete});
  w.call(kMno2, sgp02::Interface::kEs4, sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(2), pol2});
  w.enable(1, kMno1);
  w.from_card(accepted(w));
  w.deliver();
  EXPECT_FALSE(w.has(2));
  EXPECT_FALSE(w.card.isdps.contains(isdp(2)));
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.1 ok", "ES4-HandleProfileDeletedNotification 2.999.2",
               "ES4-HandleProfileDisabledNotification 2.999.2"}));
}

TEST(SmsrEnable, WhatPol1DeletedIsToldWithTheConfirmation) {
  World w;
  w.card.isdps[isdp(1)].delete_when_disabled = true;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  EXPECT_FALSE(w.has(1));
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDeletedNotification 2.999.1",
               "ES4-HandleProfileDisabledNotification 2.999.1"}));
}

// The AID of what POL1 deleted is given to a new Profile; then the notification arrives once more.
TEST(SmsrEnable, AConfirmationOnceMoreTakesNothingAwayThatIsNew) {
  World w;
  w.card.confirms_again = true;
  w.card.isdps[isdp(1)].delete_when_disabled = true;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  EXPECT_FALSE(w.has(1));
  auto fresh = w.profile(2);
  fresh.iccid = iccid(3);
  fresh.isdp_aid = isdp(1);
  fresh.state = ProfileState::kDisabled;
  must(w.store.write([&](StoreTransaction& tx) { return tx.put_profile(fresh); }));
  w.card.isdps[isdp(1)] = {0x1F, false, false, false};
  w.from_card(w.card.again(), kMsisdn2);
  w.deliver();
  EXPECT_TRUE(w.has(3));
  w.later(std::chrono::hours(1));
  w.deliver();
  EXPECT_EQ(w.card.executed.back(), "eUICCCapabilityAudit");
  EXPECT_TRUE(w.has(3));
}

// An SM-DP whose answer speaks of one Profile is told of the other, and of a deletion that it did not ask
// for.
TEST(SmsrEnable, AnSmDpHearsOfWhatFollows) {
  World w;
  for (const auto& mno : {kMno1, kMno2}) w.smsr->context().settings.peers[mno].url.clear();
  must(w.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(p, tx.profile(w.eid, iccid(1)));
    p->smdp_id = kSmdp;
    return tx.put_profile(*p);
  }));
  w.card.isdps[isdp(1)].delete_when_disabled = true;
  w.enable(2, kSmdp);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES3-EnableProfileResponse 2.999.10 ok", "ES3-HandleProfileDeletedNotification 2.999.10",
               "ES3-HandleProfileDisabledNotification 2.999.10"}));
}

// An Operator that is told by way of its SM-DP asks the SM-SR itself: then its SM-DP has to hear of it.
TEST(SmsrEnable, AnSmDpHearsOfWhatItsOperatorDoesItself) {
  World w;
  w.smsr->context().settings.peers[kMno2].url.clear();
  w.enable(2, kMno2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES3-HandleProfileEnabledNotification 2.999.10", "ES4-EnableProfileResponse 2.999.2 ok",
               "ES4-HandleProfileDisabledNotification 2.999.1"}));
}

TEST(SmsrDisable, TheFallBackProfileTakesItsPlace) {
  World w;
  EXPECT_EQ(status_of(w.disable(1)), "8.2.3/3.8") << "it has the fall-back attribute";
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  w.told();
  EXPECT_EQ(w.disable(2, kMno2).status, 202);
  w.from_card(accepted(w));
  w.deliver();
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(w.told(),
            (S{"ES4-DisableProfileResponse 2.999.2 ok", "ES4-HandleProfileEnabledNotification 2.999.1"}));
}

TEST(SmsrDelete, ADisabledOne) {
  World w;
  EXPECT_EQ(w.remove(2).status, 202);
  w.deliver();
  EXPECT_FALSE(w.has(2));
  EXPECT_EQ(w.told(), (S{"ES4-DeleteProfileResponse 2.999.2 ok"}));
  EXPECT_EQ(status_of(w.remove(2)), "8.1/1.2") << "there is nothing of this Operator any more";
}
TEST(SmsrDelete, AnEnabledOneIsDisabledFirst) {
  World w;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  w.told();
  w.card.executed.clear();
  w.remove(2);
  w.from_card(accepted(w));
  w.deliver();
  EXPECT_EQ(w.card.executed, (S{"DisableProfile", "HandleNotificationConfirmation", "DeleteProfile"}));
  EXPECT_FALSE(w.has(2));
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
}
// POL1 deletes it with the confirmation of its being disabled: what was asked for is done.
TEST(SmsrDelete, Pol1IsFaster) {
  World w;
  w.card.isdps[isdp(2)].delete_when_disabled = true;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  w.told();
  EXPECT_EQ(w.remove(2).status, 202);
  w.from_card(accepted(w), kMsisdn1);
  w.deliver();
  w.deliver();
  EXPECT_FALSE(w.has(2));
  EXPECT_THAT(w.told(), ::testing::Contains("ES4-DeleteProfileResponse 2.999.2 ok"));
}

// While the call waited its Profile went, and came back in another ISD-P; in its old one is somebody else's.
TEST(SmsrDelete, TouchesNoProfileThatWasNotMeant) {
  World w;
  w.call(kMno1, sgp02::Interface::kEs4, sgp02::AuditEISRequest{{}, w.eid, {}});
  w.remove(2);
  auto p = w.profile(2);
  p.isdp_aid = isdp(3);
  must(w.store.write([&](StoreTransaction& tx) { return tx.put_profile(p); }));
  w.card.isdps[isdp(3)].life_cycle = 0x1F;
  w.deliver();
  w.deliver();
  EXPECT_THAT(w.told(), ::testing::Contains("ES4-DeleteProfileResponse 2.999.2 8.2.1/3.9"));
  EXPECT_EQ(std::ranges::count(w.card.executed, "DeleteProfile"), 0);
  EXPECT_TRUE(w.has(2));
}

TEST(SmsrDelete, RepeatedItIsStillDone) {
  World w;
  w.remove(2);
  w.card.receive(w.sms.sent.front().user_data.front());  // the answer is lost
  w.sms.sent.clear();
  w.later(std::chrono::seconds(61));
  w.deliver();
  EXPECT_EQ(w.told(), (S{"ES4-DeleteProfileResponse 2.999.2 ok"}));
}
TEST(SmsrDelete, TheFallBackProfileStays) {
  World w;
  EXPECT_EQ(status_of(w.remove(1, kMno1)), "8.2.3/3.8");
}

TEST(SmsrFallBack, MayComeAtAnyTime) {
  World w;
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  w.told();
  w.card.isdps[isdp(2)].life_cycle = 0x1F;
  w.card.isdps[isdp(1)].life_cycle = 0x3F;
  const auto report = w.card.notify(Type::kProfileChangeAfterFallBack, isdp(1));
  w.from_card(report);
  w.from_card(report);
  w.deliver();
  EXPECT_FALSE(w.card.unconfirmed);
  EXPECT_EQ(w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileDisabledNotification 2.999.2",
                         "ES4-HandleProfileEnabledNotification 2.999.1"}));
}

TEST(SmsrNotification, ReplayedAndForgedOnesChangeNothing) {
  World w;
  const auto old = w.card.notify(Type::kEuiccDeclaration, isdp(1));
  w.from_card(old);
  w.deliver();
  w.enable(2);
  w.from_card(accepted(w), kMsisdn2);
  w.deliver();
  w.told();
  w.from_card(old);  // from before
  EXPECT_TRUE(w.sms.sent.empty());
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  auto forged = w.card.notify(Type::kProfileChangeAfterFallBack, isdp(1));
  forged.back() ^= 1;
  w.from_card(forged);
  EXPECT_TRUE(w.sms.sent.empty());
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  EXPECT_TRUE(w.told().empty());
}

TEST(SmsrQueue, OneAtATime) {
  World w;
  w.enable(2);
  w.call(kMno1, sgp02::Interface::kEs4, sgp02::AuditEISRequest{{}, w.eid, {}});
  EXPECT_EQ(w.sms.sent.size(), 1u);
  w.deliver();
  EXPECT_EQ(w.card.executed, (S{"EnableProfile"}));
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.card.executed.back(), "eUICCCapabilityAudit");
  EXPECT_EQ(w.operations(), 0u);
}
TEST(SmsrQueue, WhatWaitsExpires) {
  World w;
  w.enable(2);
  w.sms.sent.clear();
  w.call(kMno1, sgp02::Interface::kEs4, sgp02::AuditEISRequest{{{}, 30}, w.eid, {}});
  w.later(std::chrono::seconds(31));
  EXPECT_EQ(w.told(), (S{"ES4-AuditEISResponse 2.999.1 1.6/5.3"}));
}
TEST(SmsrQueue, ACounterThatTheCardTakesForOldIsJumpedOver) {
  World w;
  w.card.last_counter = 500;
  w.enable(2);
  w.deliver();
  EXPECT_EQ(w.card.executed, (S{"eUICCCapabilityAudit", "EnableProfile"}));
  EXPECT_GT(w.scp80().counter, 500u);
}

}  // namespace
}  // namespace eider::smsr::test
