// One suite for every Store of the SM-SR, what one promises the other keeps: cards and what is agreed about
// them.
#include "smsr_suite.hpp"

namespace eider::smsr {
namespace {

using namespace samples;

struct SmsrRegistry : SmsrStore {};
EIDER_SMSR_STORES(SmsrRegistry);

TEST_P(SmsrRegistry, KeepsEuiccs) {
  Euicc plain;
  plain.eid = eid(2);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_euicc(euicc(1)));
    return tx.put_euicc(plain);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.euicc(eid(1)), euicc(1));
    EXPECT_EQ(**r.euicc(eid(2)), plain);
    EXPECT_FALSE(*r.euicc(eid(3)));
    EXPECT_EQ(*r.count_euiccs(), 2u);
  });
  auto changed = euicc(1);
  changed.last_notification.reset();
  changed.http = true;
  write([&](auto& tx) { return tx.put_euicc(changed); });
  read([&](auto& r) {
    EXPECT_EQ(**r.euicc(eid(1)), changed);
    EXPECT_EQ(*r.count_euiccs(), 2u);
  });
}

TEST_P(SmsrRegistry, PagesThroughEuiccsInTheirOrder) {
  write([&](auto& tx) -> Status {
    for (const int n : {700, 2, 300, 5, 44}) {
      EIDER_CHECK(tx.put_euicc(euicc(n)));
      EIDER_CHECK(tx.put_profile(profile(n, n)));
    }
    return tx.put_key_set(keys(6, 1));  // of none that is registered
  });
  read([&](auto& r) {
    EXPECT_EQ(*r.euiccs(std::nullopt, 3), (std::vector{eid(2), eid(5), eid(44)}));
    EXPECT_EQ(*r.euiccs(eid(44), 3), (std::vector{eid(300), eid(700)}));
    EXPECT_EQ(*r.euiccs(eid(43), 1), std::vector{eid(44)});
    EXPECT_TRUE(r.euiccs(eid(700), 3)->empty());
    EXPECT_EQ(*r.count_euiccs(), 5u);
  });
  write([&](auto& tx) { return tx.remove_euicc(eid(44)); });
  read([&](auto& r) {
    EXPECT_EQ(*r.euiccs(eid(5), 1), std::vector{eid(300)});
    EXPECT_EQ(*r.count_euiccs(), 4u);
  });
}

TEST_P(SmsrRegistry, KeepsDocuments) {
  EisDocument empty;
  empty.eid = eid(2);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_document(document(1)));
    return tx.put_document(empty);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.document(eid(1)), document(1));
    EXPECT_EQ(**r.document(eid(2)), empty);
    EXPECT_FALSE(*r.document(eid(3)));
  });
  auto changed = document(1);
  changed.isd_r.keySets.clear();
  write([&](auto& tx) { return tx.put_document(changed); });
  read([&](auto& r) { EXPECT_EQ(**r.document(eid(1)), changed); });
}

TEST_P(SmsrRegistry, KeepsProfilesOfEachCard) {
  Profile bare;
  bare.eid = eid(1);
  bare.iccid = iccid(9);
  write([&](auto& tx) -> Status {
    for (const int n : {12, 11, 13}) EIDER_CHECK(tx.put_profile(profile(1, n)));
    EIDER_CHECK(tx.put_profile(bare));
    return tx.put_profile(profile(2, 21));
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.profile(eid(1), iccid(12)), profile(1, 12));
    EXPECT_FALSE(*r.profile(eid(2), iccid(12)));
    EXPECT_EQ(*r.profiles(eid(1)), (std::vector{bare, profile(1, 11), profile(1, 12), profile(1, 13)}))
        << "by ISD-P AID";
    EXPECT_TRUE(r.profiles(eid(3))->empty());
    EXPECT_EQ(**r.eid_of_iccid(iccid(21)), eid(2));
    EXPECT_FALSE(*r.eid_of_iccid(iccid(22)));
  });
  auto changed = profile(1, 12);
  changed.state = ProfileState::kEnabled;
  changed.pol2.rules.clear();
  changed.free_memory.reset();
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_profile(changed));
    EIDER_CHECK(tx.remove_profile(eid(1), iccid(13)));
    return tx.remove_profile(eid(1), iccid(21));  // of another card
  });
  read([&](auto& r) {
    EXPECT_EQ(*r.profiles(eid(1)), (std::vector{bare, profile(1, 11), changed}));
    EXPECT_FALSE(*r.eid_of_iccid(iccid(13)));
    EXPECT_EQ(**r.eid_of_iccid(iccid(21)), eid(2));
  });
  // To another card: by way of no card.
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.remove_profile(eid(1), iccid(11)));
    return tx.put_profile(profile(2, 11));
  });
  read([&](auto& r) {
    EXPECT_EQ(**r.eid_of_iccid(iccid(11)), eid(2));
    EXPECT_EQ(*r.profiles(eid(2)), (std::vector{profile(2, 11), profile(2, 21)}));
  });
}

TEST_P(SmsrRegistry, FindsCardsByMsisdn) {
  const auto found = [&](const std::string& msisdn, std::size_t limit = 10) {
    std::vector<Eid> out;
    read([&](auto& r) { out = *r.eids_of_msisdn(msisdn, limit); });
    return out;
  };
  auto e = euicc(1);
  e.address = "4901";
  auto p = profile(2, 21);
  p.msisdn = "4901";
  auto q = profile(1, 11);
  q.msisdn = "4901";  // the same card by two ways
  auto other = profile(3, 31);
  other.msisdn = "49012";
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_euicc(e));
    EIDER_CHECK(tx.put_profile(p));
    EIDER_CHECK(tx.put_profile(q));
    return tx.put_profile(other);
  });
  EXPECT_EQ(found("4901"), (std::vector{eid(1), eid(2)}));
  EXPECT_EQ(found("4901", 1).size(), 1u);
  EXPECT_EQ(found("49012"), std::vector{eid(3)});
  EXPECT_TRUE(found("490").empty());
  e.address = "4902";
  write([&](auto& tx) { return tx.put_euicc(e); });
  EXPECT_EQ(found("4901"), (std::vector{eid(1), eid(2)})) << "by its Profile still";
  EXPECT_EQ(found("4902"), std::vector{eid(1)});
  q.msisdn.clear();
  write([&](auto& tx) { return tx.put_profile(q); });
  reopen();
  EXPECT_EQ(found("4901"), std::vector{eid(2)});
  EXPECT_TRUE(found("").empty());
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.remove_profile(eid(2), iccid(21)));
    return tx.remove_euicc(eid(1));
  });
  EXPECT_TRUE(found("4901").empty());
  EXPECT_TRUE(found("4902").empty());
}

TEST_P(SmsrRegistry, KeepsKeySets) {
  auto none = keys(1, 0x7F);
  none.keys.clear();
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_key_set(keys(1, 0x40, 0)));
    EIDER_CHECK(tx.put_key_set(keys(1, 1, 41)));
    EIDER_CHECK(tx.put_key_set(none));
    return tx.put_key_set(keys(2, 1));
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.key_set(eid(1), 1), keys(1, 1, 41));
    EXPECT_FALSE(*r.key_set(eid(1), 2));
    EXPECT_EQ(*r.key_sets(eid(1)), (std::vector{keys(1, 1, 41), keys(1, 0x40, 0), none}));
    EXPECT_TRUE(r.key_sets(eid(9))->empty());
  });
  auto other = keys(1, 1, 43);
  other.keys.front().value = Secret(Bytes(32, 0xEE));
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_key_set(keys(1, 1, 0xFFFFFFFFFF)));  // the counter alone
    EIDER_CHECK(tx.put_key_set(keys(2, 1, 2)));
    EIDER_CHECK(tx.put_key_set(other));
    return tx.remove_key_set(eid(1), 0x7F);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.key_set(eid(1), 1), other);
    EXPECT_EQ(**r.key_set(eid(2), 1), keys(2, 1, 2));
    EXPECT_EQ(r.key_sets(eid(1))->size(), 2u);
  });
}

TEST_P(SmsrRegistry, KeepsTheAuditTrailInItsOrder) {
  sgp02::AuditTrailRecord bare;
  bare.eid = eid(1);
  write([&](auto& tx) -> Status {
    for (const int n : {5, 3, 9}) EIDER_CHECK(tx.add_audit_record(audit(1, n)));
    EIDER_CHECK(tx.add_audit_record(audit(2, 7)));
    return tx.add_audit_record(bare);
  });
  reopen();
  write([&](auto& tx) { return tx.add_audit_record(audit(1, 1)); });
  read([&](auto& r) {
    EXPECT_EQ(*r.audit_trail(eid(1)),
              (std::vector{audit(1, 5), audit(1, 3), audit(1, 9), bare, audit(1, 1)}));
    EXPECT_EQ(*r.audit_trail(eid(2)), std::vector{audit(2, 7)});
    EXPECT_TRUE(r.audit_trail(eid(3))->empty());
  });
}

TEST_P(SmsrRegistry, RemovesAnEuiccWhole) {
  auto o = operation(1, 5);
  ExpectedHandover expected{eid(1), party(1), party(2), at(7)};
  write([&](auto& tx) -> Status {
    for (const int n : {1, 2}) {
      EIDER_CHECK(tx.put_euicc(euicc(n)));
      EIDER_CHECK(tx.put_document(document(n)));
      EIDER_CHECK(tx.put_profile(profile(n, n * 10)));
      EIDER_CHECK(tx.put_profile(profile(n, n * 10 + 1)));
      EIDER_CHECK(tx.put_key_set(keys(n, 1)));
      EIDER_CHECK(tx.add_audit_record(audit(n, n)));
    }
    EIDER_CHECK(tx.put_expected_handover(expected));
    return tx.add_operation(o);
  });
  write([&](auto& tx) { return tx.remove_euicc(eid(1)); });
  write([&](auto& tx) { return tx.remove_euicc(eid(9)); });
  reopen();
  read([&](auto& r) {
    EXPECT_FALSE(*r.euicc(eid(1)));
    EXPECT_FALSE(*r.document(eid(1)));
    EXPECT_TRUE(r.profiles(eid(1))->empty());
    EXPECT_TRUE(r.key_sets(eid(1))->empty());
    EXPECT_TRUE(r.audit_trail(eid(1))->empty());
    EXPECT_FALSE(*r.eid_of_iccid(iccid(10)));
    EXPECT_EQ(r.operations(eid(1))->size(), 1u) << "that are others' to end";
    EXPECT_EQ(**r.expected_handover(eid(1)), expected);
    EXPECT_EQ(*r.count_euiccs(), 1u);
    EXPECT_EQ(**r.document(eid(2)), document(2));
    EXPECT_EQ(r.profiles(eid(2))->size(), 2u);
    EXPECT_EQ(r.audit_trail(eid(2))->size(), 1u);
  });
  // It may come back.
  write([&](auto& tx) { return tx.put_euicc(euicc(1)); });
  read([&](auto& r) {
    EXPECT_EQ(**r.euicc(eid(1)), euicc(1));
    EXPECT_TRUE(r.profiles(eid(1))->empty());
    EXPECT_EQ(*r.count_euiccs(), 2u);
  });
}

TEST_P(SmsrRegistry, FindsAuthorisationsByEachOfTheirNames) {
  const std::vector all{plma(1, 5, std::nullopt), plma(1, 5, "a"), plma(1, 6, "b"), plma(2, 5, "a"),
                        plma(2, 7, "")};
  write([&](auto& tx) -> Status {
    for (auto it = all.rbegin(); it != all.rend(); ++it) EIDER_CHECK(tx.put_plma(*it));
    return {};
  });
  reopen();
  using Id = std::optional<EntityId>;
  using Type = std::optional<std::string>;
  const auto found = [&](Id owner, Id authorised, Type type) {
    std::vector<Plma> out;
    read([&](auto& r) { out = *r.plmas(owner, authorised, type); });
    return out;
  };
  const auto some = [&](std::initializer_list<std::size_t> indexes) {
    std::vector<Plma> out;
    for (const auto i : indexes) out.push_back(all[i]);
    return out;
  };
  EXPECT_EQ(found({}, {}, {}), all);
  EXPECT_EQ(found(party(1), {}, {}), some({0, 1, 2}));
  EXPECT_EQ(found({}, party(5), {}), some({0, 1, 3}));
  EXPECT_EQ(found({}, {}, "a"), some({1, 3}));
  EXPECT_EQ(found({}, {}, ""), some({4})) << "none is not the empty one";
  EXPECT_EQ(found(party(1), party(5), {}), some({0, 1}));
  EXPECT_EQ(found(party(1), {}, "b"), some({2}));
  EXPECT_EQ(found({}, party(5), "a"), some({1, 3}));
  EXPECT_EQ(found(party(1), party(5), "a"), some({1}));
  EXPECT_TRUE(found(party(9), {}, {}).empty());
  auto changed = all[1];
  changed.authorisedOperations = {"DeleteProfile", "DisableProfile"};
  auto withdrawn = all[3];
  withdrawn.authorisedOperations.clear();
  withdrawn.authorisedNotifications.clear();
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_plma(withdrawn));
    return tx.put_plma(changed);
  });
  EXPECT_EQ(found({}, party(5), "a"), std::vector{changed});
}

TEST_P(SmsrRegistry, KeepsWhatOperatorsDoNotWantToHear) {
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_onc(onc(1, "b")));
    EIDER_CHECK(tx.put_onc(onc(1, std::nullopt)));
    return tx.put_onc(onc(2, "b"));
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(*r.oncs(party(1), std::nullopt), (std::vector{onc(1, std::nullopt), onc(1, "b")}));
    EXPECT_EQ(*r.oncs(party(1), "b"), std::vector{onc(1, "b")});
    EXPECT_TRUE(r.oncs(party(3), std::nullopt)->empty());
  });
  auto withdrawn = onc(1, "b");
  withdrawn.discardedNotifications.clear();
  write([&](auto& tx) { return tx.put_onc(withdrawn); });
  read([&](auto& r) { EXPECT_EQ(*r.oncs(party(1), std::nullopt), std::vector{onc(1, std::nullopt)}); });
}

TEST_P(SmsrRegistry, KeepsAnnouncedHandovers) {
  ExpectedHandover expected{eid(1), party(1), party(2), at(7)};
  write([&](auto& tx) { return tx.put_expected_handover(expected); });
  expected.expires_at = at(9);
  write([&](auto& tx) { return tx.put_expected_handover(expected); });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.expected_handover(eid(1)), expected);
    EXPECT_FALSE(*r.expected_handover(eid(2)));
  });
  write([&](auto& tx) { return tx.remove_expected_handover(eid(1)); });
  read([&](auto& r) { EXPECT_FALSE(*r.expected_handover(eid(1))); });
}

}  // namespace
}  // namespace eider::smsr
