// SM-SR change with both roles, and the end of the process at every commit. SGP.02 v4.2 section 3.8.
#include <gmock/gmock.h>

#include "roles/smsr/change.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
using sgp02::Interface;

TEST(SmsrChange, TheCardHasANewManager) {
  Change c;
  // Key establishment is long: without HTTPS it goes by SMS.
  EXPECT_EQ(c.prepare(), "ok");
  EXPECT_EQ(c.change().status, 202);
  c.one.smsr->context().settings.most_messages = 9;
  c.settle();
  EXPECT_FALSE(c.manages(c.one));
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_EQ(c.one.card.key_sets.size(), 1u);
  EXPECT_TRUE(c.one.card.key_sets.contains(2));
  EXPECT_THAT(c.one.card.executed, ::testing::Contains("FinaliseISDRhandover"));
  EXPECT_EQ(c.one.card.executed.back(), "UpdateSMSRAddressingParameters");
  EXPECT_THAT(c.one.told(), ::testing::Contains("ES4-SMSRChangeResponse 2.999.1 ok"));
  EXPECT_THAT(c.two.told(), ::testing::IsSupersetOf({"ES4-HandleSMSRChangeNotification 2.999.1",
                                                     "ES4-HandleSMSRChangeNotification 2.999.2",
                                                     "ES7-HandoverEUICCResponse 2.999.20 ok"}));
  EXPECT_EQ(c.two.operations(), 1u) << "an audit, once the card has settled";
  // The new one can speak to it.
  c.two.call(kMno2, Interface::kEs4, sgp02::es4::DeleteProfileRequest{{}, c.one.eid, iccid(2)});
  c.settle();
  EXPECT_FALSE(c.one.card.isdps.contains(isdp(2)));
}

// The EIS says which key sets the ISD-R has now: the first one gets the card again under another version.
TEST(SmsrChange, AndBackAgain) {
  Change c;
  for (World* w : {&c.one, &c.two}) w->smsr->context().settings.most_messages = 9;
  for (int there = 0; there < 3; ++there) {
    World& from = there % 2 == 0 ? c.one : c.two;
    World& to = there % 2 == 0 ? c.two : c.one;
    const auto& [from_id, to_id] = there % 2 == 0 ? std::tie(kSmsr, kOther) : std::tie(kOther, kSmsr);
    EXPECT_EQ(status_of(to.call(kMno1, Interface::kEs4,
                                sgp02::es4::PrepareSMSRChangeRequest{{}, c.one.eid, from_id})),
              "ok");
    EXPECT_EQ(from.call(kMno1, Interface::kEs4, sgp02::es4::SMSRChangeRequest{{}, c.one.eid, to_id}).status,
              202);
    c.settle();
    EXPECT_TRUE(c.manages(to)) << there;
    EXPECT_FALSE(c.manages(from)) << there;
    EXPECT_EQ(c.one.card.key_sets.size(), 1u) << there;
  }
}
// The giver asks again how it went, while the other one is not done: it still may be the manager.
TEST(SmsrChange, BusyIsNoEnd) {
  Change c;
  c.one.smsr->context().settings.most_messages = 9;
  c.prepare();
  c.change();
  bool deaf = false;
  // The card does not hear of the new SM-SR until the validity of the change is over.
  for (int i = 0; i < 12; ++i) {
    (void)c.one.smsr->poll();
    (void)c.two.smsr->poll();
    while (!c.one.sms.sent.empty()) {
      const auto m = c.one.sms.sent.front();
      c.one.sms.sent.pop_front();
      for (const auto& part : m.user_data)
        for (const auto& a : c.one.card.receive(part)) (void)c.one.smsr->on_short_message(m.msisdn, a);
    }
    deaf = deaf || !c.two.sms.sent.empty();
    c.two.sms.sent.clear();
  }
  ASSERT_TRUE(deaf && c.manages(c.one) && c.manages(c.two));
  must(c.two.store.write([&](StoreTransaction& tx) -> Status {  // its own validity is longer
    EIDER_TRY(all, tx.operations(c.one.eid));
    for (auto& o : all) {
      o.expires_at += std::chrono::hours(2);
      EIDER_CHECK(tx.put_operation(o));
    }
    return {};
  }));
  for (auto* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(61));
  (void)c.one.smsr->poll();
  EXPECT_TRUE(c.manages(c.one)) << "it has asked, and heard that the other one is busy";
  EXPECT_EQ(c.one.operations(), 1u);
  for (int i = 0; i < 6; ++i) {
    for (auto* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(20));
    c.settle();
  }
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_FALSE(c.manages(c.one));
}

// Out of reach for longer than the change may take: it is done in the end, or the card would obey the one
// before.
TEST(SmsrChange, TheCardIsFinalisedHoweverLate) {
  Change c;
  c.one.smsr->context().settings.most_messages = 9;
  c.prepare();
  c.change();
  for (int hours = 0; hours < 3; ++hours) {
    for (int i = 0; i < 12; ++i) {
      (void)c.one.smsr->poll();
      (void)c.two.smsr->poll();
      while (!c.one.sms.sent.empty()) {
        const auto m = c.one.sms.sent.front();
        c.one.sms.sent.pop_front();
        for (const auto& part : m.user_data)
          for (const auto& a : c.one.card.receive(part)) (void)c.one.smsr->on_short_message(m.msisdn, a);
      }
      c.two.sms.sent.clear();
    }
    for (auto* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(61));
  }
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_FALSE(c.manages(c.one));
  EXPECT_THAT(c.one.told(), ::testing::Contains(::testing::HasSubstr("ES4-SMSRChangeResponse 2.999.1")));
  EXPECT_EQ(c.one.card.key_sets.size(), 2u);
  for (int i = 0; i < 6; ++i) {
    for (auto* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(20));
    c.settle();
  }
  EXPECT_EQ(c.one.card.key_sets.size(), 1u);
  EXPECT_THAT(c.one.card.executed, ::testing::Contains("UpdateSMSRAddressingParameters"));
  EXPECT_EQ(c.one.card.executed.back(), "eUICCCapabilityAudit") << "its EIS may be old by now";
  EXPECT_EQ(c.two.operations(), 0u);
}
// An eUICC whose enabled Profile has no number in its EIS: the next SM-SR gets the one that it speaks from.
TEST(SmsrChange, TheNewOneKnowsWhereTheCardSpeaksFrom) {
  Change c;
  for (auto* w : {&c.one, &c.two}) w->smsr->context().settings.most_messages = 9;
  must(c.one.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(p, tx.profile(c.one.eid, iccid(1)));
    p->msisdn.clear();
    EIDER_CHECK(tx.put_profile(*p));
    EIDER_TRY(e, tx.euicc(c.one.eid));
    e->address = kMsisdn1;
    return tx.put_euicc(*e);
  }));
  c.prepare();
  c.change();
  c.settle();
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_FALSE(c.manages(c.one));
}

// An Operator that is told by its SM-DP, whichever of its Profiles comes first.
TEST(SmsrChange, TheSmDpHearsOfIt) {
  Change c;
  for (auto* w : {&c.one, &c.two}) {
    w->smsr->context().settings.most_messages = 9;
    w->smsr->context().settings.peers[kMno2].url.clear();
  }
  must(c.one.store.write([&](StoreTransaction& tx) -> Status {  // both are its own, the first one by the EUM
    EIDER_TRY(p, tx.profile(c.one.eid, iccid(1)));
    p->owner = kMno2;
    p->smdp_id.reset();
    return tx.put_profile(*p);
  }));
  EXPECT_EQ(status_of(c.two.call(kMno1, Interface::kEs4,
                                 sgp02::es4::PrepareSMSRChangeRequest{{{}, 3600}, c.one.eid, kSmsr})),
            "ok");
  c.one.call(kMno2, Interface::kEs4, sgp02::es4::SMSRChangeRequest{{{}, 3600}, c.one.eid, kOther});
  c.settle();
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_THAT(c.two.told(), ::testing::Contains("ES3-HandleSMSRChangeNotification 2.999.10"));
}

// The card has made the keys, and its answer is lost for good: the change fails, the next one succeeds, and
// no key set stays behind.
TEST(SmsrChange, AKeySetThatNobodyKnowsOfIsNoObstacle) {
  Change c;
  for (World* w : {&c.one, &c.two}) w->smsr->context().settings.most_messages = 9;
  c.prepare();
  c.change();
  bool lost = false;
  c.passes = [&] {
    lost = lost || c.one.card.key_sets.size() == 2;
    return !lost;
  };
  c.settle();
  c.passes = {};
  ASSERT_TRUE(lost);
  for (World* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(61));
  c.settle();
  EXPECT_TRUE(c.manages(c.one));
  EXPECT_FALSE(c.manages(c.two));
  ASSERT_EQ(c.one.card.key_sets.size(), 2u);
  EXPECT_EQ(status_of(c.two.call(kMno1, Interface::kEs4,
                                 sgp02::es4::PrepareSMSRChangeRequest{{{}, 3600}, c.one.eid, kSmsr})),
            "ok");
  c.one.call(kMno1, Interface::kEs4, sgp02::es4::SMSRChangeRequest{{{}, 3600}, c.one.eid, kOther});
  c.settle();
  EXPECT_TRUE(c.manages(c.two));
  EXPECT_EQ(c.one.card.key_sets.size(), 1u);
}

// The change is answered first; then the card gets keys for HTTPS, also when an answer is lost on the way.
void expect_https_keys(Change& c, std::uint8_t version, std::size_t named) {
  ASSERT_TRUE(c.manages(c.two));
  must(c.two.store.read([&](StoreReader& r) -> Status {
    EIDER_TRY(euicc, r.euicc(c.one.eid));
    EXPECT_EQ(euicc->scp81_version, version);
    EIDER_TRY(keys, r.key_set(c.one.eid, version));
    EXPECT_TRUE(keys && keys->type == KeySetType::kScp81 && keys->find(1)->value == c.one.card.psk);
    EIDER_TRY(document, r.document(c.one.eid));
    std::size_t sets = 0;  // the next SM-SR deletes what is named
    for (const auto& set : document->isd_r.keySets) sets += set.version >= 0x40 ? 1 : 0;
    EXPECT_EQ(sets, named);
    return {};
  }));
  SessionPair session(*c.two.smsr, c.one.card);
  session.post();
  session.run();
  EXPECT_EQ(session.last_status, 204u) << "nothing to do, but the session is there";
}
TEST(SmsrChange, TheNewOneGivesTheCardKeysForHttps) {
  Change c;
  c.two.smsr->context().settings.https_keys = true;
  c.go();
  EXPECT_THAT(c.one.told(), ::testing::Contains("ES4-SMSRChangeResponse 2.999.1 ok"));
  expect_https_keys(c, 0x40, 1);
  EXPECT_EQ(c.two.operations(), 1u) << "the audit";
}
TEST(SmsrChange, KeysForHttpsWhoseReceiptIsLostAreMadeAnew) {
  Change c;
  c.two.smsr->context().settings.https_keys = true;
  for (World* w : {&c.one, &c.two}) w->smsr->context().settings.most_messages = 9;
  c.prepare();
  c.change();
  bool lost = false;
  c.passes = [&] {
    const bool first = !lost && !c.one.card.given_psks.empty();
    lost = lost || first;
    return !first;
  };
  c.settle();
  c.passes = {};
  ASSERT_TRUE(lost);
  for (int i = 0; i < 3; ++i) {
    for (World* w : {&c.one, &c.two}) w->clock.advance(std::chrono::minutes(2));
    c.settle();
  }
  EXPECT_EQ(c.one.card.given_psks, (std::set<std::uint8_t>{0x40, 0x41}));
  expect_https_keys(c, 0x41, 2);
}
TEST(SmsrChange, ACardThatRefusesKeysForHttpsIsManagedWithout) {
  Change c;
  c.two.smsr->context().settings.https_keys = true;
  c.two.smsr->context().settings.certificate.reset();  // what the step needs
  c.go();
  EXPECT_FALSE(c.manages(c.two)) << "nor a change";
  Change d;
  d.two.smsr->context().settings.https_keys = true;
  d.one.card.given_psks = {0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,
                           0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F};
  d.go();
  for (int i = 0; i < 20; ++i) d.settle();
  EXPECT_THAT(d.one.told(), ::testing::Contains("ES4-SMSRChangeResponse 2.999.1 ok"));
  EXPECT_TRUE(d.manages(d.two));
  EXPECT_EQ(d.two.operations(), 1u) << "the audit";
  EXPECT_EQ(d.one.card.key_sets.size(), 1u);
}

TEST(SmsrChange, Refusals) {
  Change c;
  EXPECT_EQ(status_of(c.one.call(kSp, Interface::kEs4, sgp02::es4::SMSRChangeRequest{{}, c.one.eid, kOther})),
            "8.1/1.2");
  EXPECT_EQ(
      status_of(c.one.call(kMno1, Interface::kEs4, sgp02::es4::SMSRChangeRequest{{}, c.one.eid, kMno1})),
      "8.7/3.9");
  c.one.enable(2);
  EXPECT_EQ(status_of(c.change()), "1.2/4.4") << "an operation is pending";
  EXPECT_EQ(status_of(c.two.call(kMno1, Interface::kEs4,
                                 sgp02::es4::PrepareSMSRChangeRequest{{}, c.one.eid, kStranger})),
            "8.7/3.9");
}
// The EIS that is handed over does not name an ISD-P that was never created for certain: who gave the order
// for it has it deleted.
TEST(SmsrChange, NotBeforeAnAbandonedIsdPIsGone) {
  Change c;
  must(c.one.store.write([&](StoreTransaction& tx) -> Status {
    Operation clean;
    clean.eid = c.one.eid;
    clean.kind = OperationKind::kDelete;
    clean.internal = true;
    clean.iccid = iccid(3);
    clean.isdp_aid = isdp(3);
    clean.next_at = clean.expires_at = c.one.clock.now() + std::chrono::hours(1);
    return tx.add_operation(clean);
  }));
  EXPECT_EQ(c.prepare(), "ok");
  EXPECT_EQ(status_of(c.change()), "1.2/4.4");
  EXPECT_EQ(c.one.operations(), 1u);
}

TEST(SmsrChange, NobodyAnnouncedIt) {
  Change c;
  EXPECT_EQ(c.change().status, 202);
  EXPECT_EQ(status_of(c.one.enable(2)), "1.2/4.4");
  c.settle();
  EXPECT_TRUE(c.manages(c.one));
  EXPECT_FALSE(c.manages(c.two));
  EXPECT_EQ(c.one.enable(2).status, 202) << "it is free again";
}
TEST(SmsrChange, OnlyTheOneItIsOnItsWayTo) {
  Change c;
  const auto certificate = to_bytes(c.two.smsr->context().settings.certificate->octets());
  EXPECT_EQ(status_of(c.one.call(kOther, Interface::kEs7,
                                 sgp02::es7::AuthenticateSMSRRequest{{}, c.one.eid, certificate})),
            "8.1/1.2");
  c.reachable = false;
  c.change();
  EXPECT_EQ(status_of(c.one.call(kOther, Interface::kEs7,
                                 sgp02::es7::AuthenticateSMSRRequest{{}, c.one.eid, hex("7F2100")})),
            "8.5.3/6.1");
  auto forged = certificate;
  forged.back() ^= 1;
  EXPECT_EQ(status_of(c.one.call(kOther, Interface::kEs7,
                                 sgp02::es7::AuthenticateSMSRRequest{{}, c.one.eid, forged})),
            "8.5.3/6.1");
}
TEST(SmsrChange, OutOfReachItFailsInTime) {
  Change c;
  c.prepare();
  c.reachable = false;
  c.change();
  c.settle();
  c.one.clock.advance(std::chrono::seconds(3601));
  c.one.soap.posts.clear();
  c.settle();
  EXPECT_TRUE(c.manages(c.one));
  EXPECT_EQ(c.one.operations(), 0u);
}

// The process ends at the n-th commit of either, before or after it; both go on. One of them manages the
// card, and that one has the keys that the card has.
TEST(SmsrChange, WhereverAProcessEndsOneManages) {
  std::size_t given = 0, kept = 0;
  for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter})
    for (int which = 0; which < 2; ++which)
      for (std::uint64_t n = 1; n < 30; ++n) {
        SCOPED_TRACE(std::to_string(which) + " ends at commit " + std::to_string(n));
        Change c;
        c.one.smsr->context().settings.most_messages = 9;
        c.prepare();
        World& victim = which == 0 ? c.one : c.two;
        victim.store.fail_commit(n, how);
        (void)c.change();
        c.settle();
        const bool hit = victim.store.stopped();
        victim.restart();
        c.one.smsr->context().settings.most_messages = 9;
        (void)c.change();  // the Operator repeats its call
        for (int i = 0; i < 6; ++i) {
          c.settle();
          c.one.clock.advance(std::chrono::minutes(61));
        }
        const bool first = c.manages(c.one), second = c.manages(c.two);
        EXPECT_NE(first, second);
        ++(second ? given : kept);
        World& manager = second ? c.two : c.one;
        std::uint8_t version = 0;
        must(manager.store.read([&](StoreReader& r) -> Status {
          EIDER_TRY(e, r.euicc(c.one.eid));
          version = e->scp80_version;
          return {};
        }));
        EXPECT_TRUE(c.one.card.key_sets.contains(version));
        if (!hit) break;
      }
  EXPECT_GT(given, 10u);
}

TEST(SmsrRestart, EnableGoesOnFromEveryCommit) {
  for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter})
    for (std::uint64_t n = 1; n < 12; ++n) {
      SCOPED_TRACE("commit " + std::to_string(n));
      World w;
      w.store.fail_commit(n, how);
      (void)w.enable(2, kMno2, "e");
      bool hit = false;
      for (int i = 0; i < 20; ++i) {
        if (w.store.stopped()) {
          hit = true;
          w.restart();
          (void)w.enable(2, kMno2, "e");
        }
        while (!w.sms.sent.empty()) {
          const auto m = w.sms.sent.front();
          w.sms.sent.pop_front();
          for (const auto& part : m.user_data)
            for (const auto& a : w.card.receive(part)) (void)w.smsr->on_short_message(m.msisdn, a);
        }
        if (w.card.pending_switch())
          (void)w.smsr->on_short_message(kMsisdn2, w.card.switch_now());
        else if (w.card.unconfirmed)
          (void)w.smsr->on_short_message(kMsisdn2, w.card.again());
        w.clock.advance(std::chrono::seconds(31));
        (void)w.smsr->poll();
      }
      EXPECT_EQ(w.profile(2).state, ProfileState::kEnabled);
      EXPECT_EQ(w.card.enabled(), isdp(2));
      EXPECT_FALSE(w.card.unconfirmed);
      EXPECT_TRUE(std::ranges::is_sorted(w.card.counters, std::less_equal<>()));
      if (!hit) break;
    }
}

}  // namespace
}  // namespace eider::smsr::test
