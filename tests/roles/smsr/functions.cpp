// Functions of ES1, ES3, ES4 and ES4A but downloads and the change of Profiles: what they do, and whom they
// refuse.
#include <gtest/gtest.h>

#include "roles/smsr/fixture.hpp"

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

// The Operator that asks for the audit has not changed the card, and hears of it in the way it hears of
// others.
TEST(AuditEIS, OwnersHearOfWhatItFinds) {
  World w;
  w.card.isdps[isdp(1)].life_cycle = 0x1F;
  w.card.isdps[isdp(2)].life_cycle = 0x3F;
  w.call(kMno1, Interface::kEs4, sgp02::AuditEISRequest{{}, w.eid, {iccid(1)}});
  w.deliver();
  EXPECT_EQ(w.told(), (S{"ES4-AuditEISResponse 2.999.1 ok", "ES4-HandleProfileDisabledNotification 2.999.1",
                         "ES4-HandleProfileEnabledNotification 2.999.2"}));
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
TEST(SetFallBackAttribute, OwnersHearOfWhatAnM2mSpDoes) {
  World w;
  const auto allow = [&](const EntityId& owner, const std::string& operation,
                         const std::string& notification) {
    w.call(owner, Interface::kEs4a, sgp02::SetPLMARequest{{}, {owner, kSp, {}, {operation}, {notification}}});
  };
  allow(kMno1, "UnsetFallBackAttribute", "");
  allow(kMno2, "SetFallBackAttribute", "");
  w.told();
  EXPECT_EQ(w.call(kSp, Interface::kEs4, sgp02::SetFallBackAttributeRequest{{}, w.eid, iccid(2)}).status,
            202);
  w.deliver();
  EXPECT_TRUE(w.profile(2).fallback);
  EXPECT_EQ(w.told(), (S{"ES4-HandleProfileFallBackAttributeSetNotification 2.999.2",
                         "ES4-HandleProfileFallBackAttributeUnsetNotification 2.999.1",
                         "ES4-SetFallBackAttributeResponse 2.999.30 ok"}));
}
TEST(UpdatePolicyRules, IsToldToWhoMayHearOfIt) {
  World w;
  w.call(kMno2, Interface::kEs4a,
         sgp02::SetPLMARequest{{}, plma({"GetEIS"}, {"HandleProfilePOL2UpdatedNotification"})});
  w.told();
  EXPECT_EQ(
      status_of(w.call(kSmdp, Interface::kEs3, sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(2), {}})),
      "ok");
  EXPECT_EQ(w.told(), S{"ES4-HandleProfilePOL2UpdatedNotification 2.999.30"})
      << "the owner hears it from its SM-DP";
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

TEST(SetEmergencyProfileAttribute, ItsHolderMustLetItGo) {
  World w;
  auto other = w.profile(2);
  other.iccid = iccid(3);
  other.isdp_aid = isdp(3);
  other.owner = kMno1;
  must(w.store.write([&](StoreTransaction& tx) { return tx.put_profile(other); }));
  w.card.isdps[isdp(3)].life_cycle = 0x1F;
  w.call(kMno2, Interface::kEs4, sgp02::SetEmergencyProfileAttributeRequest{{}, w.eid, iccid(2)});
  w.deliver();
  ASSERT_TRUE(w.profile(2).emergency);
  const sgp02::SetEmergencyProfileAttributeRequest move{{}, w.eid, iccid(3)};
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4, move)), "8.2.1/1.2");
  w.call(kMno2, Interface::kEs4a,
         sgp02::SetPLMARequest{{}, {kMno2, kMno1, {}, {"UnsetEmergencyProfileAttribute"}, {}}});
  w.told();
  EXPECT_EQ(w.call(kMno1, Interface::kEs4, move).status, 202);
  w.deliver();
  EXPECT_TRUE(w.profile(3).emergency);
  EXPECT_FALSE(w.profile(2).emergency);
  EXPECT_EQ(w.told(), (S{"ES4-HandleEmergencyProfileAttributeSetNotification 2.999.2",
                         "ES4-HandleEmergencyProfileAttributeUnsetNotification 2.999.2",
                         "ES4-SetEmergencyProfileAttributeResponse 2.999.1 ok"}));
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

TEST(UpdateSubscriptionAddress, ChangesWhatItNamesAndNothingElse) {
  World w;
  const auto before = w.profile(1).msisdn;
  ASSERT_FALSE(before.empty());
  sgp02::UpdateSubscriptionAddressRequest r;
  r.eid = w.eid;
  r.iccid = iccid(1);
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4, r)), "1.3.1/2.3");
  r.newSubscriptionAddress = {"001019999999999", std::nullopt};
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4, r)), "ok");
  EXPECT_EQ(w.profile(1).imsi, "001019999999999");
  EXPECT_EQ(w.profile(1).msisdn, before);
  r.newSubscriptionAddress = {std::nullopt, "+49176000"};
  EXPECT_EQ(status_of(w.call(kMno1, Interface::kEs4, r)), "ok");
  EXPECT_EQ(w.profile(1).imsi, "001019999999999");
  EXPECT_EQ(w.profile(1).msisdn, "49176000");
}

TEST(UpdatePolicyRules, TakesRulesThatSaySomething) {
  using A = sgp02::Pol2Action;
  using Q = sgp02::Pol2Qualification;
  World w;
  const auto set = [&](A action, Q qualification) {
    sgp02::Pol2 pol2;
    pol2.rules.push_back({sgp02::Pol2Subject::kProfile, action, qualification});
    return status_of(
        w.call(kMno1, Interface::kEs4, sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(1), pol2}));
  };
  for (const auto action : {A::kEnable, A::kDelete}) {
    EXPECT_EQ(set(action, Q::kAutoDelete), "1.3.1/2.1");
    EXPECT_TRUE(w.profile(1).pol2.rules.empty());
    EXPECT_EQ(set(action, Q::kNotAllowed), "ok");
    w.call(kMno1, Interface::kEs4, sgp02::UpdatePolicyRulesRequest{{}, w.eid, iccid(1), {}});
  }
  EXPECT_EQ(set(A::kDisable, Q::kAutoDelete), "ok");
}

}  // namespace
}  // namespace eider::smsr::test
