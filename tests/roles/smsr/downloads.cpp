// Downloads by way of the SM-SR: ISD-Ps, what an SM-DP says to them, sessions of the card.
#include <gtest/gtest.h>

#include "roles/smsr/fixture.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
using sgp02::Interface;

sgp02::es3::CreateISDPRequest create(const World& w, int n, std::uint32_t memory = 1000) {
  return {{{}, 600}, w.eid, iccid(n), kMno2, memory, true};
}
TEST(CreateISDP, InASessionThatStaysOpen) {
  World w;
  w.call(kMno2, Interface::kEs4a,
         sgp02::SetPLMARequest{{}, {kMno2, kSp, {}, {"GetEIS"}, {"HandleProfileDownloadedNotification"}}});
  w.told();
  EXPECT_EQ(w.call(kSmdp, Interface::kEs3, create(w, 3)).status, 202);
  EXPECT_EQ(w.profile(3).state, ProfileState::kInCreation);
  w.deliver();
  ASSERT_TRUE(w.card.triggered);
  SessionPair session(*w.smsr, w.card);
  session.post();
  EXPECT_TRUE(session.run());
  EXPECT_EQ(w.card.executed, (S{"CreateISDP"}));
  EXPECT_EQ(w.profile(3).state, ProfileState::kCreated);
  EXPECT_EQ(w.told(), (S{"ES3-CreateISDPResponse 2.999.10 ok"}));

  // The next call finds the session waiting: no short message.
  EXPECT_EQ(w.call(kSmdp, Interface::kEs3,
                   sgp02::es3::SendDataRequest{{}, w.eid, isdp(3), hex("220480CAFF21"), false})
                .status,
            202);
  EXPECT_TRUE(w.sms.sent.empty());
  w.card.executed.clear();
  EXPECT_FALSE(session.run()) << "that none follows ends it, without waiting";
  EXPECT_EQ(w.card.executed, (S{"eUICCCapabilityAudit"}));
  EXPECT_EQ(session.last_status, 204u);
  EXPECT_EQ(w.told(), (S{"ES3-SendDataResponse 2.999.10 ok"}));

  EXPECT_EQ(
      status_of(w.call(kSmdp, Interface::kEs3,
                       sgp02::es3::ProfileDownloadCompletedRequest{
                           {}, w.eid, iccid(3), "gold", sgp02::SubscriptionAddress{{}, "+" + kMsisdn3}, {}})),
      "ok");
  EXPECT_EQ(w.profile(3).state, ProfileState::kDisabled);
  EXPECT_EQ(w.profile(3).msisdn, kMsisdn3);
  // The owner hears it from its SM-DP, who was allowed to hear it from here.
  EXPECT_EQ(w.told(), S{"ES4-HandleProfileDownloadedNotification 2.999.30"});
}
TEST(CreateISDP, ASessionIsNotHeldForEver) {
  World w;
  EXPECT_EQ(w.call(kSmdp, Interface::kEs3, create(w, 3)).status, 202);
  w.deliver();
  SessionPair session(*w.smsr, w.card);
  session.post();
  EXPECT_TRUE(session.run()) << "MoreToDo";
  w.clock.advance(std::chrono::seconds(60));
  EXPECT_FALSE(session.run());
  EXPECT_EQ(session.last_status, 204u);
}
TEST(CreateISDP, Refusals) {
  World w;
  EXPECT_EQ(status_of(w.call(kSmdp, Interface::kEs3, create(w, 2))), "8.2.1/3.3");
  EXPECT_EQ(status_of(w.call(kSmdp, Interface::kEs3, create(w, 3, 900'000))), "8.1/4.8");
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs3, create(w, 3))), "1.6/1.2");
  EXPECT_FALSE(w.has(3));
}
TEST(CreateISDP, RefusedByTheCardLeavesNothing) {
  World w;
  w.card.refuse_next = 0x6A84;
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  w.deliver();
  SessionPair session(*w.smsr, w.card);
  session.post();
  session.run();
  EXPECT_FALSE(w.has(3));
  EXPECT_EQ(w.told(), (S{"ES3-CreateISDPResponse 2.999.10 8.1/4.8"}));
}
TEST(CreateISDP, WithoutAnAnswerTheIsdPIsRemovedLater) {
  World w;
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  w.card.isdps[isdp(3)] = {};
  w.sms.sent.clear();
  w.later(std::chrono::seconds(601));
  EXPECT_EQ(w.told(), (S{"ES3-CreateISDPResponse 2.999.10 1.6/5.3"}));
  w.deliver();
  EXPECT_FALSE(w.has(3));
  EXPECT_FALSE(w.card.isdps.contains(isdp(3)));
}
// The network brings the command twice: that the card takes the second for old says nothing of the first.
TEST(CreateISDP, AnAnswerToADuplicateIsNotTheCards) {
  World w;
  must(w.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(euicc, tx.euicc(w.eid));
    euicc->http = false;
    return tx.put_euicc(*euicc);
  }));
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  ASSERT_EQ(w.sms.sent.size(), 1u);
  const auto command = std::exchange(w.sms.sent, {}).front().user_data.front();
  const auto first = w.card.receive(command), second = w.card.receive(command);
  ASSERT_EQ(second.size(), 1u);
  w.from_card(second.front());
  w.from_card(first.front());
  w.deliver();
  EXPECT_EQ(w.profile(3).state, ProfileState::kCreated);
  EXPECT_EQ(w.told(), (S{"ES3-CreateISDPResponse 2.999.10 ok"}));
  EXPECT_EQ(w.card.executed, (S{"CreateISDP", "eUICCCapabilityAudit"}));
}
TEST(SendData, OnlyToWhatTheSmDpHasCreated) {
  World w;
  const auto to = [&](const Aid& aid, const Bytes& data) {
    return status_of(w.call(kSmdp, Interface::kEs3, sgp02::es3::SendDataRequest{{}, w.eid, aid, data, {}}));
  };
  EXPECT_EQ(to(isdp(1), hex("8601FF")), "8.3.1/3.9");
  EXPECT_EQ(to(isdp(9), hex("8601FF")), "8.3.1/3.9");
  EXPECT_EQ(to(isd_r_aid(), hex("220480CAFF21")), "8.3.1/3.9") << "nothing of its own is being created";
}
TEST(Session, BrokenOffItGoesOnWithTheSameScript) {
  World w;
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  w.deliver();
  std::string uri;
  {
    SessionPair session(*w.smsr, w.card);
    session.post();
    session.run(0);  // the script arrived; nothing goes back
    uri = session.next_uri();
    session.cut();
  }
  SessionPair second(*w.smsr, w.card, uri);
  second.post(true);
  EXPECT_TRUE(second.run());
  // It asks first: the card may have done it.
  EXPECT_EQ(w.card.executed, (S{"eUICCCapabilityAudit", "CreateISDP"}));
  EXPECT_EQ(w.profile(3).state, ProfileState::kCreated);
}
TEST(Session, AnAnswerThatComesTwiceCountsOnce) {
  World w;
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  w.deliver();
  SessionPair session(*w.smsr, w.card);
  session.post();
  EXPECT_TRUE(session.run());
  w.told();
  SessionPair replay(*w.smsr, w.card, session.next_uri());
  replay.post(true, hex("AF8023026A840000"), channel::scp81::ScriptStatus::kOk);
  replay.run();
  EXPECT_EQ(w.profile(3).state, ProfileState::kCreated);
  EXPECT_TRUE(w.told().empty());
}
TEST(Session, ANotificationIsConfirmedInIt) {
  World w;
  w.enable(2);
  w.deliver();
  w.card.switch_now();
  sgp02::es5::Notification n;
  n.eid = w.eid;
  n.type = sgp02::es5::NotificationType::kProfileChangeSucceeded;
  n.sequence_number = w.card.sequence;
  n.isdp_aid = isdp(2);
  SessionPair session(*w.smsr, w.card, "/gsma/adminagent?msg=" + to_hex(n.encode()));
  session.post();
  session.run();
  EXPECT_FALSE(w.card.unconfirmed);
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  EXPECT_TRUE(w.sms.sent.empty());
}
// The session finds a message on its way and nothing to say; the trigger is not waited for any more.
TEST(Session, OneThatComesWhileAConfirmationIsUnderWayIsAskedForAgain) {
  World w;
  w.call(kSmdp, Interface::kEs3, create(w, 3));
  w.deliver();
  ASSERT_TRUE(w.card.triggered);
  w.from_card(w.card.notify(sgp02::es5::NotificationType::kEuiccDeclaration, isdp(1)));
  ASSERT_EQ(w.sms.sent.size(), 1u);
  SessionPair early(*w.smsr, w.card);
  early.post();
  EXPECT_FALSE(early.run());
  EXPECT_EQ(early.last_status, 204u);
  w.card.triggered = false;
  w.deliver();
  EXPECT_TRUE(w.card.triggered);
  SessionPair session(*w.smsr, w.card);
  session.post();
  session.run();
  EXPECT_EQ(w.profile(3).state, ProfileState::kCreated);
}
TEST(Session, AnotherCardsKeyOpensNothing) {
  World w;
  w.card.psk = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  SessionPair session(*w.smsr, w.card);
  EXPECT_THROW(session.post(), std::runtime_error);
}

}  // namespace
}  // namespace eider::smsr::test
