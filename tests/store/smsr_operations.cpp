// One suite for every Store of the SM-SR: operations, calls and the outbox; what a transaction is.
#include <atomic>
#include <set>
#include <thread>

#include "smsr_suite.hpp"

namespace eider::smsr {
namespace {

using namespace samples;

struct SmsrOperations : SmsrStore {};
EIDER_SMSR_STORES(SmsrOperations);

TEST_P(SmsrOperations, KeepsOperationsUntilTheyEnd) {
  auto full = operation(1, 50);
  full.secret = Secret(Bytes(32, 0x5E));
  Operation bare;
  bare.eid = eid(1);
  auto other = operation(2, 10);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.add_operation(full));
    EIDER_CHECK(tx.add_operation(bare));
    return tx.add_operation(other);
  });
  EXPECT_LT(0u, full.id);
  EXPECT_LT(full.id, bare.id);
  EXPECT_LT(bare.id, other.id);
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.operation(full.id), full);
    EXPECT_EQ(*r.operations(eid(1)), (std::vector{full, bare}));
    EXPECT_EQ(*r.operations(eid(2)), std::vector{other});
    EXPECT_TRUE(r.operations(eid(3))->empty());
    EXPECT_FALSE(*r.operation(other.id + 1));
  });
  full.stage = Stage::kCommitted;
  full.secret = Secret(Bytes(16, 0x5F));
  bare.data = Bytes(2000, 1);
  bare.next_at = at(77);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_operation(full));
    EIDER_CHECK(tx.put_operation(bare));
    return tx.remove_operation(other.id);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(*r.operations(eid(1)), (std::vector{full, bare}));
    EXPECT_FALSE(*r.operation(other.id));
  });
  full.secret = Secret();
  write([&](auto& tx) { return tx.put_operation(full); });
  read([&](auto& r) { EXPECT_EQ(**r.operation(full.id), full); });
}

TEST_P(SmsrOperations, GivesDueOperationsInTheirTime) {
  std::vector<Operation> o;
  for (const std::int64_t t : {50, 10, 10, 90}) o.push_back(operation(static_cast<int>(t), t));
  write([&](auto& tx) -> Status {
    for (auto& one : o) EIDER_CHECK(tx.add_operation(one));
    return {};
  });
  const auto due = [&](std::int64_t now, std::size_t limit = 9) {
    std::vector<OperationId> out;
    read([&](auto& r) { out = *r.due_operations(at(now), limit); });
    return out;
  };
  const auto next = [&] {
    std::optional<Time> out;
    read([&](auto& r) { out = *r.next_due(); });
    return out;
  };
  EXPECT_TRUE(due(9).empty());
  EXPECT_EQ(due(10), (std::vector{o[1].id, o[2].id}));
  EXPECT_EQ(due(89), (std::vector{o[1].id, o[2].id, o[0].id}));
  EXPECT_EQ(due(89, 1), std::vector{o[1].id});
  EXPECT_EQ(next(), at(10));
  o[1].next_at = at(60);
  o[2].eid = eid(4);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_operation(o[1]));
    return tx.remove_operation(o[2].id);
  });
  EXPECT_EQ(due(89), (std::vector{o[0].id, o[1].id}));
  EXPECT_EQ(next(), at(50));
  write([&](auto& tx) -> Status {
    for (const auto& one : o) EIDER_CHECK(tx.remove_operation(one.id));
    return {};
  });
  EXPECT_EQ(next(), std::nullopt);
}

TEST_P(SmsrOperations, RemembersCallsOfEachCaller) {
  auto a = answered(1), b = answered(2), c = answered(3);
  b.outcome = outcome();
  c.call.caller = party(77);
  c.call.call_identifier = a.call.call_identifier;
  write([&](auto& tx) -> Status {
    for (const auto& one : {a, b, c}) EIDER_CHECK(tx.put_answered_call(one));
    return {};
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.answered_call(party(4), "call-1"), a);
    EXPECT_EQ(**r.answered_call(party(4), "call-2"), b);
    EXPECT_EQ(**r.answered_call(party(77), "call-1"), c);
    EXPECT_FALSE(*r.answered_call(party(77), "call-2"));
  });
  a.outcome = Outcome{};
  write([&](auto& tx) { return tx.put_answered_call(a); });
  read([&](auto& r) { EXPECT_EQ(**r.answered_call(party(4), "call-1"), a); });
  a.call.received_at = at(10);
  write([&](auto& tx) { return tx.put_answered_call(a); });
  const auto kept = [&] {
    std::string out;
    read([&](auto& r) {
      if (*r.answered_call(party(4), "call-1")) out += "a";
      if (*r.answered_call(party(4), "call-2")) out += "b";
      if (*r.answered_call(party(77), "call-1")) out += "c";
    });
    return out;
  };
  write([&](auto& tx) { return tx.purge_answered_calls(at(2), 9); });
  EXPECT_EQ(kept(), "abc") << "received before, not at";
  write([&](auto& tx) { return tx.purge_answered_calls(at(4), 1); });
  EXPECT_EQ(kept(), "ac") << "the oldest first, as many as asked for";
  write([&](auto& tx) { return tx.purge_answered_calls(at(4), 9); });
  EXPECT_EQ(kept(), "a");
  write([&](auto& tx) { return tx.purge_answered_calls(at(11), 9); });
  EXPECT_EQ(kept(), "");
}

TEST_P(SmsrOperations, SendsTheEntriesOfAKeyInOrder) {
  std::vector<OutboxEntry> e{outbox("a", 10), outbox("b", 50), outbox("a", 5), outbox("b", 1),
                             outbox("c", 20)};
  e[1].message_id = "m-1";
  write([&](auto& tx) -> Status {
    for (auto& one : e) EIDER_CHECK(tx.add_outbox(one));
    return {};
  });
  const auto due = [&](std::int64_t now, std::size_t limit = 9) {
    std::vector<std::uint64_t> out;
    read([&](auto& r) {
      const auto found = *r.due_outbox(at(now), limit);
      for (const auto& one : found) out.push_back(one.id);
    });
    return out;
  };
  const auto next = [&] {
    std::optional<Time> out;
    read([&](auto& r) { out = *r.next_due(); });
    return out;
  };
  EXPECT_TRUE(due(9).empty()) << "an entry behind another one of its key waits";
  EXPECT_EQ(due(20), (std::vector{e[0].id, e[4].id}));
  EXPECT_EQ(due(50), (std::vector{e[0].id, e[1].id, e[4].id}));
  EXPECT_EQ(due(50, 2).size(), 2u);
  EXPECT_EQ(next(), at(10)) << "not that of an entry which has to wait for another one";
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.outbox_by_message_id("m-1"), e[1]);
    EXPECT_FALSE(*r.outbox_by_message_id("m-2"));
    EXPECT_FALSE(*r.outbox_by_message_id(""));
    EXPECT_EQ(*r.outbox_size(), 5u);
  });
  e[0].not_before = at(100);
  e[0].message_id = "m-2";
  e[0].accepted = true;
  e[0].attempts = 9;
  write([&](auto& tx) { return tx.put_outbox(e[0]); });
  EXPECT_EQ(due(50), (std::vector{e[1].id, e[4].id}));
  EXPECT_EQ(next(), at(20));
  read([&](auto& r) { EXPECT_EQ(**r.outbox_by_message_id("m-2"), e[0]); });
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.remove_outbox(e[0].id));
    return tx.remove_outbox(e[4].id);
  });
  EXPECT_EQ(due(10), std::vector{e[2].id});
  read([&](auto& r) { EXPECT_FALSE(*r.outbox_by_message_id("m-2")); });
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.remove_outbox(e[3].id));  // the second of its key
    return tx.remove_outbox(e[3].id);
  });
  EXPECT_EQ(due(60), (std::vector{e[1].id, e[2].id}));
  read([&](auto& r) { EXPECT_EQ(*r.outbox_size(), 2u); });
}

TEST_P(SmsrOperations, NeverGivesAnIdTwice) {
  const auto next = [&] {
    auto o = operation(1, 1);
    auto e = outbox("a", 1);
    write([&](auto& tx) -> Status {
      EIDER_CHECK(tx.add_operation(o));
      return tx.add_outbox(e);
    });
    write([&](auto& tx) -> Status {
      EIDER_CHECK(tx.remove_operation(o.id));
      return tx.remove_outbox(e.id);
    });
    return std::pair(o.id, e.id);
  };
  auto last = next();
  for (int i = 0; i < 3; ++i) {
    reopen();
    const auto one = next();
    EXPECT_GT(one.first, last.first);
    EXPECT_GT(one.second, last.second);
    last = one;
  }
}

TEST_P(SmsrOperations, RollsBackEverythingOfARefusedWrite) {
  auto o = operation(1, 5);
  auto e = outbox("a", 5);
  e.message_id = "m-1";
  const auto fill = [&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_euicc(euicc(1)));
    EIDER_CHECK(tx.put_document(document(1)));
    EIDER_CHECK(tx.put_profile(profile(1, 10)));
    EIDER_CHECK(tx.put_key_set(keys(1, 1)));
    EIDER_CHECK(tx.add_operation(o));
    EIDER_CHECK(tx.put_answered_call(answered(1)));
    EIDER_CHECK(tx.add_audit_record(audit(1, 1)));
    EIDER_CHECK(tx.put_plma(plma(1, 2, "a")));
    EIDER_CHECK(tx.put_onc(onc(1, "a")));
    EIDER_CHECK(tx.put_expected_handover({eid(1), party(1), party(2), at(7)}));
    return tx.add_outbox(e);
  };
  write(fill);
  const auto refused = store->write([&](StoreTransaction& tx) -> Status {
    auto other = euicc(1);
    other.address = "4999";
    EIDER_CHECK(tx.put_euicc(other));
    EIDER_CHECK(tx.put_euicc(euicc(2)));
    auto p = profile(1, 10);
    p.msisdn = "4998";
    EIDER_CHECK(tx.put_profile(p));
    EIDER_CHECK(tx.put_profile(profile(2, 20)));
    EIDER_CHECK(tx.put_key_set(keys(1, 1, 99)));
    auto changed = o;
    changed.next_at = at(1);
    EIDER_CHECK(tx.put_operation(changed));
    auto fresh = operation(2, 1);
    EIDER_CHECK(tx.add_operation(fresh));
    EIDER_CHECK(tx.remove_outbox(e.id));
    auto entry = outbox("b", 1);
    EIDER_CHECK(tx.add_outbox(entry));
    EIDER_CHECK(tx.purge_answered_calls(at(99), 9));
    EIDER_CHECK(tx.add_audit_record(audit(1, 2)));
    EIDER_CHECK(tx.remove_expected_handover(eid(1)));
    EIDER_CHECK(tx.remove_euicc(eid(1)));
    return fail_local("no");
  });
  EXPECT_FALSE(refused);
  read([&](auto& r) {
    EXPECT_EQ(**r.euicc(eid(1)), euicc(1));
    EXPECT_FALSE(*r.euicc(eid(2)));
    EXPECT_EQ(*r.count_euiccs(), 1u);
    EXPECT_EQ(**r.document(eid(1)), document(1));
    EXPECT_EQ(*r.profiles(eid(1)), std::vector{profile(1, 10)});
    EXPECT_TRUE(r.profiles(eid(2))->empty());
    EXPECT_FALSE(*r.eid_of_iccid(iccid(20)));
    EXPECT_EQ(*r.eids_of_msisdn(euicc(1).address, 9), std::vector{eid(1)});
    EXPECT_EQ(*r.eids_of_msisdn(profile(1, 10).msisdn, 9), std::vector{eid(1)});
    EXPECT_TRUE(r.eids_of_msisdn("4998", 9)->empty());
    EXPECT_TRUE(r.eids_of_msisdn("4999", 9)->empty());
    EXPECT_EQ(**r.key_set(eid(1), 1), keys(1, 1));
    EXPECT_EQ(*r.operations(eid(1)), std::vector{o});
    EXPECT_TRUE(r.operations(eid(2))->empty());
    EXPECT_TRUE(r.due_operations(at(4), 9)->empty());
    EXPECT_EQ(**r.answered_call(party(4), "call-1"), answered(1));
    EXPECT_EQ(*r.audit_trail(eid(1)), std::vector{audit(1, 1)});
    EXPECT_TRUE(*r.expected_handover(eid(1)));
    EXPECT_EQ(*r.due_outbox(at(9), 9), std::vector{e});
    EXPECT_EQ(**r.outbox_by_message_id("m-1"), e);
  });
}

TEST_P(SmsrOperations, WritesOfManyThreadsAllCount) {
  write([&](auto& tx) { return tx.put_key_set(keys(1, 1, 0)); });
  constexpr int kThreads = 8, kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0, torn = 0;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        // As an SMS goes out: a counter is taken, an operation made, a record added.
        const auto s = store->write([&](StoreTransaction& tx) -> Status {
          EIDER_TRY(k, tx.key_set(eid(1), 1));
          ++k->counter;
          EIDER_CHECK(tx.put_key_set(*k));
          auto o = operation(100 + t, i);
          o.counter = k->counter;
          EIDER_CHECK(tx.add_operation(o));
          EIDER_CHECK(tx.add_audit_record(audit(1, i)));
          if (i % 5 == 0) return fail_local("refused on purpose");
          return {};
        });
        if (!s) ++refused;
        const auto seen = store->read([&](StoreReader& r) -> Status {
          EIDER_TRY(k, r.key_set(eid(1), 1));
          EIDER_TRY(trail, r.audit_trail(eid(1)));
          if (k->counter != trail.size()) ++torn;
          return {};
        });
        if (!seen) ++torn;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(refused, kThreads * kEach / 5);
  EXPECT_EQ(torn, 0) << "a reader saw a half of a write";
  constexpr auto kKept = static_cast<std::size_t>(kThreads * kEach * 4 / 5);
  read([&](auto& r) {
    EXPECT_EQ((*r.key_set(eid(1), 1))->counter, kKept);
    std::set<std::uint64_t> counters, ids;
    for (int t = 0; t < kThreads; ++t) {
      const auto found = *r.operations(eid(100 + t));
      for (const auto& o : found) {
        counters.insert(o.counter);
        ids.insert(o.id);
      }
    }
    EXPECT_EQ(counters.size(), kKept) << "a counter was used twice";
    EXPECT_EQ(ids.size(), kKept);
  });
}

}  // namespace
}  // namespace eider::smsr
