// Functions of ES1, ES3, ES4 and ES4A but the change of Profiles: what they do, and whom they refuse.
#include <future>
#include <gmock/gmock.h>

#include "roles/smsr/fixture.hpp"
#include "roles/smsr/orders.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
using sgp02::Interface;
namespace soap = sgp02::soap;

soap::Message read(const Reply& reply) {
  auto m = soap::decode(reply.body);
  if (!m) throw std::runtime_error(m.error().fault().message());
  return *std::move(m);
}
sgp02::Eis eis_of(const Reply& reply) {
  const auto m = read(reply);
  return m.as<sgp02::EisResponse>()->eis.value();
}
Reply register_with(World& w, const std::function<void(sgp02::Eis&)>& edit, const EntityId* as = nullptr) {
  auto eis = w.eis();
  edit(eis);
  return w.call(as ? *as : Parties::get().eum_id, Interface::kEs1, sgp02::es1::RegisterEISRequest{{}, eis});
}

TEST(RegisterEIS, KeysAreUnwrappedAndNeverShown) {
  World w;
  EXPECT_EQ(to_hex(w.scp80().find(1)->value.view()), "101112131415161718191A1B1C1D1E1F");
  const auto eis = eis_of(w.call(kSmdp, Interface::kEs3, sgp02::GetEISRequest{{}, w.eid}));
  ASSERT_TRUE(eis.isdR);
  for (const auto& set : eis.isdR->keySets)
    for (const auto& key : set.keys)
      for (const auto& c : key.keyComponents) EXPECT_TRUE(c.value.empty());
}
TEST(RegisterEIS, Refusals) {
  World w(kSmsr, false);
  const auto none = [](sgp02::Eis&) {};
  EXPECT_EQ(status_of(register_with(w, none, &kMno1)), "1.6/1.2");
  EXPECT_EQ(status_of(register_with(w, none, &kStranger)), "1.1/1.1");
  EXPECT_EQ(status_of(register_with(w,
                                    [](auto& e) {
                                      auto& xml = e.eumSigned.signedInfoXml;
                                      xml.replace(xml.find("double"), 6, "triple");
                                    })),
            "8.6/6.1");
  EXPECT_EQ(status_of(register_with(w, [](auto& e) { e.isdR->keySets[0].keys[0].kcv[0] ^= 1; })), "8.6/2.1");
  EXPECT_EQ(status_of(register_with(w, [](auto& e) { e.isdR->keySets.erase(e.isdR->keySets.begin()); })),
            "8.6/2.1");
  EXPECT_EQ(status_of(register_with(w, none)), "ok");
  EXPECT_EQ(status_of(register_with(w, none)), "8.1.1/3.3");
}

TEST(Requester, IsTheOneOfTheCertificate) {
  World w;
  const sgp02::GetEISRequest request{{"x", {}}, w.eid};
  EXPECT_EQ(status_of(w.send(kStranger, Interface::kEs4, request, "", &kMno1)), "1.1/1.2");
  EXPECT_EQ(status_of(w.send(kMno1, Interface::kEs3, request, "")), "1.6/1.2");
  EXPECT_EQ(status_of(w.send(kMno1, Interface::kEs4, request, "")), "ok");
  w.addressee = EntityId("2.999.77");  // a call for another SM-SR is not carried out by this one
  EXPECT_EQ(status_of(w.send(kMno1, Interface::kEs4, request, "")), "1.3.1/2.1");
  w.addressee = EntityId();
  EXPECT_EQ(status_of(w.send(kMno1, Interface::kEs4, request, "")), "ok");
  EXPECT_EQ(w.smsr->handle({as_bytes("<x/>"), {}}).status, 403);
  EXPECT_EQ(w.smsr->handle({as_bytes("<x/>"), Parties::get().certificate_of(kMno1)}).status, 400);
}

TEST(GetEIS, EachSeesItsOwn) {
  World w;
  const auto mno = eis_of(w.call(kMno1, Interface::kEs4, sgp02::GetEISRequest{{}, w.eid}));
  ASSERT_EQ(mno.profileInfos.size(), 1u);
  EXPECT_EQ(mno.profileInfos[0].iccid, iccid(1));
  EXPECT_FALSE(mno.isdR);
  const auto smdp = eis_of(w.call(kSmdp, Interface::kEs3, sgp02::GetEISRequest{{}, w.eid}));
  ASSERT_EQ(smdp.profileInfos.size(), 1u);
  EXPECT_EQ(smdp.profileInfos[0].iccid, iccid(2));
  EXPECT_EQ(smdp.smsrId, kSmsr);
  EXPECT_EQ(smdp.eumSigned.signedInfoXml.empty(), false);
  EXPECT_EQ(status_of(w.call(kSp, Interface::kEs4, sgp02::GetEISRequest{{}, w.eid})), "8.1/1.2");
}

TEST(AuditEIS, TheEisBecomesWhatTheCardSays) {
  World w;
  w.card.isdps[isdp(1)].life_cycle = 0x1F;
  w.card.isdps[isdp(2)].life_cycle = 0x3F;
  EXPECT_EQ(w.call(kMno1, Interface::kEs4, sgp02::AuditEISRequest{{}, w.eid, {iccid(1)}}).status, 202);
  w.deliver();
  const auto sent = w.sent();
  const auto* response = [&]() -> const sgp02::EisResponse* {
    for (const auto& m : sent)
      if (const auto* r = m.as<sgp02::EisResponse>()) return r;
    return nullptr;
  }();
  ASSERT_TRUE(response && response->eis);
  EXPECT_EQ(response->eis->profileInfos.at(0).state, sgp02::ProfileState::kDisabled);
  EXPECT_EQ(response->eis->remainingMemory, 400'000u);
  EXPECT_TRUE(response->eis->lastAuditDate);
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4, sgp02::AuditEISRequest{{}, w.eid, {iccid(2)}})),
            "8.2.1/1.2");
}

// ---- Downloads
sgp02::es3::CreateISDPRequest create(const World& w, int n, std::uint32_t memory = 1000) {
  return {{{}, 600}, w.eid, iccid(n), kMno2, memory, true};
}
TEST(CreateISDP, InASessionThatStaysOpen) {
  World w;
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

// ---- Calls
TEST(Call, RepeatedItIsTheSameCall) {
  World w;
  EXPECT_EQ(w.enable(2, kMno2, "once").status, 202);
  EXPECT_EQ(w.enable(2, kMno2, "once").status, 202);
  EXPECT_EQ(w.operations(), 1u);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told().front(), "ES4-EnableProfileResponse 2.999.2 ok");
  w.enable(2, kMno2, "once");
  EXPECT_EQ(w.told(), (S{"ES4-EnableProfileResponse 2.999.2 ok"})) << "the answer once more";
  EXPECT_EQ(std::ranges::count(w.card.executed, "EnableProfile"), 1);
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, sgp02::DisableProfileRequest{{{}, 600}, w.eid, iccid(2)},
                             "once")),
            "1.6/3.3");
}
TEST(Call, WithoutReplyToTheAnswerIsHeld) {
  World w;
  const auto reply =
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, 600}, w.eid, iccid(2)}, "h", "");
  ASSERT_TRUE(reply.held);
  EXPECT_FALSE(w.smsr->take_reply(*reply.held));
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  const auto answer = w.smsr->take_reply(*reply.held);
  ASSERT_TRUE(answer);
  EXPECT_EQ(status_of(*answer), "ok");
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileDisabledNotification 2.999.1"}));
}
TEST(Call, WhoWaitsForAHeldAnswerIsWokenByItsCard) {
  World w;
  const auto reply =
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, 600}, w.eid, iccid(2)}, "h", "");
  ASSERT_TRUE(reply.held);
  EXPECT_EQ(reply.held->eid, w.eid);
  EXPECT_FALSE(w.smsr->await_reply(*reply.held, Duration(1)));
  auto waiting = std::async(std::launch::async, [&] {
    const auto begun = std::chrono::steady_clock::now();
    auto answer = w.smsr->await_reply(*reply.held, Duration(20000));
    while (!answer && std::chrono::steady_clock::now() < begun + std::chrono::seconds(10))
      answer = w.smsr->await_reply(*reply.held, Duration(20000));
    return std::pair(answer.has_value(), std::chrono::steady_clock::now() - begun);
  });
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  const auto [answered, time] = waiting.get();
  EXPECT_TRUE(answered);
  EXPECT_LT(time, std::chrono::seconds(10)) << "nobody woke it";
}
// ---- Orders of the SM-SR's own operator
Outcome carried_out(World& w, const std::function<Status(StoreTransaction&, const Order&)>& add) {
  static int n = 0;
  const Order order{w.eid, kSmsr, "order-" + std::to_string(++n), w.clock.now() + std::chrono::hours(1)};
  const auto added = w.store.write([&](StoreTransaction& tx) { return add(tx, order); });
  if (!added) return failure(added.error());
  must(w.smsr->poll());
  w.deliver();
  std::optional<Outcome> out;
  must(w.store.read([&](StoreReader& r) -> Status {
    out = must(outcome_of_order(r, kSmsr, order.identifier));
    return {};
  }));
  return out.value_or(failure(code::kBusy));
}
TEST(OrderedAudit, NamesIsdPsThatTheEisDoesNotKnow) {
  World w;
  const auto audit = [&](StoreTransaction& tx, const Order& o) { return order_audit(tx, o, w.clock.now()); };
  EXPECT_EQ(carried_out(w, audit).status, ExecutionStatus::kExecutedSuccess);
  w.card.isdps[isdp(5)].life_cycle = 0x1F;
  w.card.isdps[isdp(6)].life_cycle = 0x1F;
  const auto warned = carried_out(w, audit);
  EXPECT_EQ(warned.status, ExecutionStatus::kExecutedWithWarning);
  ASSERT_TRUE(warned.code);
  EXPECT_EQ(warned.code->subject + "/" + warned.code->reason, "8.3.1/3.9");
  EXPECT_EQ(warned.code->subjectIdentifier, to_hex(isdp(5)) + " " + to_hex(isdp(6)));

  const auto remove = [&](const Aid& aid) {
    return carried_out(w, [&](StoreTransaction& tx, const Order& o) {
      return order_deletion_of_unknown(tx, o, aid, w.clock.now());
    });
  };
  EXPECT_EQ(remove(isdp(1)).code->subject, "8.2.1") << "the EIS knows it: by its functions alone";
  EXPECT_TRUE(w.card.isdps.contains(isdp(1)));
  EXPECT_EQ(remove(isdp(5)).status, ExecutionStatus::kExecutedSuccess);
  EXPECT_FALSE(w.card.isdps.contains(isdp(5)));

  Profile p;
  p.eid = w.eid;
  p.iccid = iccid(6);
  p.isdp_aid = isdp(6);
  p.owner = kMno2;
  p.state = ProfileState::kDisabled;
  const auto taken = [&] { return w.store.write([&](StoreTransaction& tx) { return adopt(tx, p); }); };
  EXPECT_TRUE(taken());
  EXPECT_FALSE(taken()) << "the EIS knows it now";
  EXPECT_EQ(carried_out(w, audit).status, ExecutionStatus::kExecutedSuccess);
  EXPECT_EQ(w.profile(6).state, ProfileState::kDisabled);
  EXPECT_EQ(w.remove(6).status, 202);
  w.deliver();
  EXPECT_FALSE(w.card.isdps.contains(isdp(6)));
}

// Seven days are granted.
constexpr std::uint32_t kLongestGranted = 7 * 24 * 3600;
std::optional<std::uint32_t> acceptable_in(const soap::Message& m) {
  return m.response() ? m.response()->acceptableValidityPeriod : std::nullopt;
}
TEST(Call, OfALongerValidityThanIsGrantedIsRefusedWithTheAcceptableOne) {
  World w;
  sgp02::EnableProfileRequest r{{{}, kLongestGranted + 1}, w.eid, iccid(2)};
  const auto reply = w.call(kMno2, Interface::kEs4, r);
  EXPECT_EQ(status_of(reply), "1.6/3.8");
  EXPECT_EQ(acceptable_in(*soap::decode(reply.body)), kLongestGranted);
  EXPECT_EQ(w.operations(), 0u);
  r.base.validityPeriod = 0xFFFFFFFF;
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, r)), "1.6/3.8");
  r.base.validityPeriod = kLongestGranted;
  EXPECT_EQ(w.call(kMno2, Interface::kEs4, r).status, 202);
  // What is answered at once needs no time.
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, sgp02::GetEISRequest{{{}, kLongestGranted + 1}, w.eid})),
            "ok");
}
TEST(Call, OfALongerValidityIsCarriedOutInLessOnRequest) {
  World w;
  w.smsr->context().settings.longer_validity = server::LongerValidity::kShorten;
  EXPECT_EQ(
      w.call(kMno2, Interface::kEs4, sgp02::EnableProfileRequest{{{}, kLongestGranted + 1}, w.eid, iccid(2)})
          .status,
      202);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  must(w.smsr->poll());
  for (const auto& m : w.sent())
    EXPECT_EQ(acceptable_in(m), m.response() ? std::optional(kLongestGranted) : std::nullopt);
  // And ends after it.
  w.call(kMno2, Interface::kEs4, sgp02::DisableProfileRequest{{{}, 2 * kLongestGranted}, w.eid, iccid(2)});
  w.sms.sent.clear();
  w.later(std::chrono::seconds(kLongestGranted + 1));
  EXPECT_EQ(w.told(), S{"ES4-DisableProfileResponse 2.999.2 1.6/5.3"});
  // One that asks for no more hears nothing of it.
  EXPECT_EQ(w.enable(1, kMno1).status, 202);
  must(w.smsr->poll());
  for (const auto& m : w.sent()) EXPECT_FALSE(acceptable_in(m));
}
TEST(Call, MessagesThatComeTogetherAreTakenInTheirOrder) {
  World w;
  w.enable(2, kMno2);
  ASSERT_EQ(w.sms.sent.size(), 1u);
  const auto sent = std::exchange(w.sms.sent, {}).front();
  const auto answers = w.card.receive(sent.user_data.front());
  ASSERT_EQ(answers.size(), 1u);
  const auto report = w.card.switch_now();
  auto forged = report;
  forged.back() ^= 1;
  const auto stranger = hex("0271000102");
  const IncomingSms together[] = {{kMsisdn3, stranger},
                                  {kMsisdn2, forged},
                                  {kMsisdn1, ByteView{}},
                                  {kMsisdn1, answers.front()},
                                  {kMsisdn2, report}};
  const auto taken = w.smsr->on_short_messages(together);
  ASSERT_EQ(taken.size(), 5u);
  for (const auto& t : taken) EXPECT_TRUE(t);
  ASSERT_EQ(w.sms.sent.size(), 1u) << "one confirmation";
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
}
TEST(Call, OfWhatGoesOutTogetherOnlyWhatWasNotTakenGoesAgain) {
  World w;
  w.enable(2, kMno2);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.soap.reply = [](const SoapPost& p) -> Result<SoapReply> {
    if (p.action.find("Notification") != std::string::npos) return fail(TransportFault{false, "down"});
    return SoapReply{202, {}};
  };
  w.deliver();
  must(w.smsr->poll());
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  w.soap.reply = [](const SoapPost&) { return SoapReply{202, {}}; };
  w.later(std::chrono::seconds(6));
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileDisabledNotification 2.999.1"}));
  w.later(std::chrono::seconds(60));
  EXPECT_EQ(w.told(), S{});
}
TEST(Call, AnAnswerThatIsNotTakenIsSentAgain) {
  World w;
  w.remove(2);
  w.deliver();
  w.soap.reply = [](const SoapPost&) -> Result<SoapReply> { return fail(TransportFault{true, "down"}); };
  must(w.smsr->poll());
  const auto first = w.soap.posts.at(0).body;
  w.soap.posts.clear();
  w.soap.reply = [](const SoapPost&) { return SoapReply{202, {}}; };
  w.later(std::chrono::seconds(6));
  ASSERT_EQ(w.soap.posts.size(), 1u);
  EXPECT_EQ(w.soap.posts[0].party, soap::decode(first)->header.receiver.id.dotted());
  const auto a = soap::decode(first), b = soap::decode(w.soap.posts[0].body);
  EXPECT_EQ(a->header.messageId, b->header.messageId);
  EXPECT_EQ(b->header.relatesTo->substr(0, 11), "//2.999.2/m");
}

// ---- Authorisations
sgp02::Plma plma(std::vector<std::string> operations, std::vector<std::string> notifications) {
  return {kMno2, kSp, "type2", std::move(operations), std::move(notifications)};
}
TEST(Plma, LetsAnM2mSpDoWhatItNames) {
  World w;
  EXPECT_EQ(
      status_of(w.call(kMno1, Interface::kEs4a, sgp02::SetPLMARequest{{}, plma({"EnableProfile"}, {})})),
      "1.1/1.2");
  EXPECT_EQ(
      status_of(w.call(kMno2, Interface::kEs4a, sgp02::SetPLMARequest{{}, plma({"EnableProfile"}, {})})),
      "ok");
  EXPECT_EQ(w.told(), (S{"ES4-HandlePLMASettingNotification 2.999.30"}));
  EXPECT_EQ(status_of(w.remove(2, kSp)), "8.2.1/1.2");
  EXPECT_EQ(w.enable(2, kSp).status, 202);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.30 ok", "ES4-HandleProfileDisabledNotification 2.999.1",
               "ES4-HandleProfileEnabledNotification 2.999.2"}));
  const auto got = read(w.call(kSp, Interface::kEs4, sgp02::GetPLMARequest{}));
  EXPECT_EQ(got.as<sgp02::GetPLMAResponse>()->plmas.size(), 1u);
  // An empty one takes it back.
  w.call(kMno2, Interface::kEs4a, sgp02::SetPLMARequest{{}, plma({}, {})});
  EXPECT_EQ(status_of(w.disable(2, kSp)), "8.1/1.2");
}
TEST(Onc, DiscardsWhatAnOperatorDoesNotWant) {
  World w;
  sgp02::Onc onc{kMno1, "type1", {"HandleProfileDisabledNotification"}};
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4a, sgp02::SetONCRequest{{}, onc})), "1.1/1.2");
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4a, sgp02::SetONCRequest{{}, onc})), "ok");
  w.call(kMno2, Interface::kEs4a,
         sgp02::SetPLMARequest{{}, plma({"GetEIS"}, {"HandleProfileEnabledNotification"})});
  w.told();
  w.enable(2);
  w.deliver();
  w.from_card(w.card.switch_now(), kMsisdn2);
  w.deliver();
  EXPECT_EQ(w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileEnabledNotification 2.999.30"}));
}
TEST(SetFallBackAttribute, ItsHolderMustLetItGo) {
  World w;
  const sgp02::SetFallBackAttributeRequest request{{}, w.eid, iccid(2)};
  EXPECT_EQ(status_of(w.call(kMno2, Interface::kEs4, request)), "8.2.1/1.2");
  w.call(kMno1, Interface::kEs4a,
         sgp02::SetPLMARequest{{}, {kMno1, kMno2, {}, {"UnsetFallBackAttribute"}, {}}});
  w.told();
  EXPECT_EQ(w.call(kMno2, Interface::kEs4, request).status, 202);
  w.deliver();
  EXPECT_TRUE(w.profile(2).fallback);
  EXPECT_FALSE(w.profile(1).fallback);
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileFallBackAttributeUnsetNotification 2.999.1",
                         "ES4-SetFallBackAttributeResponse 2.999.2 ok"}));
}
TEST(SetEmergencyProfileAttribute, AllOperatorsHearOfIt) {
  World w;
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4,
                             sgp02::SetEmergencyProfileAttributeRequest{{}, w.eid, iccid(1)})),
            "8.2.1/3.5");
  EXPECT_EQ(
      w.call(kMno2, Interface::kEs4, sgp02::SetEmergencyProfileAttributeRequest{{}, w.eid, iccid(2)}).status,
      202);
  w.deliver();
  EXPECT_TRUE(w.profile(2).emergency);
  EXPECT_EQ(w.told(), (S{"ES4-HandleEmergencyProfileAttributeSetNotification 2.999.1",
                         "ES4-SetEmergencyProfileAttributeResponse 2.999.2 ok"}));
}
TEST(MasterDelete, IgnoresPoliciesButNotStates) {
  World w;
  sgp02::Pol2 pol2;
  pol2.rules.push_back(
      {sgp02::Pol2Subject::kProfile, sgp02::Pol2Action::kDelete, sgp02::Pol2Qualification::kNotAllowed});
  w.call(kMno2, Interface::kEs4, sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(2), pol2});
  EXPECT_EQ(status_of(w.remove(2)), "8.2.3/3.8");
  sgp02::es5::MasterDelete command{isdp(2), hex("01"), hex("02"), hex("03"), 1, {}};
  const auto ordered = [&](int n, const std::string& identifier) {
    return w.store.write([&](StoreTransaction& tx) {
      return order_master_delete(tx, {w.eid, kSp, identifier, w.clock.now() + std::chrono::hours(1)},
                                 iccid(n), command, w.clock.now());
    });
  };
  const auto outcome = [&](const std::string& identifier) {
    std::optional<Outcome> out;
    must(w.store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, outcome_of_order(r, kSp, identifier));
      out = std::move(found);
      return {};
    }));
    return out;
  };
  EXPECT_TRUE(ordered(2, "one"));
  EXPECT_FALSE(outcome("one"));
  must(w.smsr->poll());
  w.deliver();
  EXPECT_FALSE(w.has(2));
  ASSERT_TRUE(outcome("one"));
  EXPECT_TRUE(outcome("one")->succeeded());
  command.isdp_aid = isdp(1);
  EXPECT_FALSE(ordered(1, "two"));
}
// An order is carried out by whoever serves the store; the card notifies there from then on.
TEST(Addressing, IsBroughtToTheCardByOrder) {
  World w;
  must(w.store.write([&](StoreTransaction& tx) {
    return order_addressing(tx, {w.eid, kSmsr, "address", w.clock.now() + std::chrono::hours(1)},
                            w.clock.now());
  }));
  must(w.smsr->poll());
  w.deliver();
  EXPECT_EQ(w.card.executed.back(), "UpdateSMSRAddressingParameters");
  must(w.store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(out, outcome_of_order(r, kSmsr, "address"));
    EXPECT_TRUE(out && out->succeeded());
    return {};
  }));
}

// Nothing reaches a card whose number nobody knows; once it is told, what waits goes out.
TEST(SmsrFunctions, ANewAddressLetsGoOfWhatWaits) {
  World w;
  must(w.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(p, tx.profile(w.eid, iccid(1)));
    p->msisdn.clear();
    return tx.put_profile(*p);
  }));
  EXPECT_EQ(w.enable(2).status, 202);
  w.later(std::chrono::minutes(5));
  EXPECT_TRUE(w.sms.sent.empty());
  sgp02::UpdateSubscriptionAddressRequest r;
  r.eid = w.eid;
  r.iccid = iccid(1);
  r.newSubscriptionAddress.msisdn = kMsisdn1;
  EXPECT_EQ(status_of(w.call(kMno1, sgp02::Interface::kEs4, r)), "ok");
  EXPECT_EQ(w.sms.sent.size(), 1u);
}

}  // namespace
}  // namespace eider::smsr::test
