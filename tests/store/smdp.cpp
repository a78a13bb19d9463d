// One suite for every Store of the SM-DP: what one promises, the other keeps.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <thread>

#include "base/random.hpp"
#include "roles/smdp/memory_store.hpp"
#include "store/smdp_sqlite.hpp"

namespace eider::smdp {
namespace {

namespace fs = std::filesystem;

enum class SmdpStoreKind { kMemory, kSqlite, kSealed };

Time ms(std::int64_t t) {
  return Time(Duration(t));
}
Eid card(int n) {
  Eid e;
  e[15] = static_cast<std::uint8_t>(n);
  return e;
}
Iccid number(int n) {
  Iccid i;
  i[0] = 0x98;
  i[9] = static_cast<std::uint8_t>(n);
  return i;
}
EntityId entity(int n) {
  return EntityId("2.999." + std::to_string(n));
}
sgp02::Pol2 rules() {
  return {{{{}, sgp02::Pol2Action::kDelete, sgp02::Pol2Qualification::kNotAllowed}}};
}

Operator operator_of(int n) {
  Operator o;
  o.id = entity(n);
  o.name = "Op";
  o.notification_address = "https://op.example.com";
  o.keys = KeyPolicy::kDelete;
  o.delete_tokens = true;
  o.domain = {{1}, {2, 3}, {4}};
  o.master_delete = MasterDeleteConsent::kRefused;
  return o;
}
Profile installed(int n, int on) {
  Profile p;
  p.iccid = number(n);
  p.eid = card(on);
  p.smsr = entity(1);
  p.owner = entity(2);
  p.isdp[3] = 7;
  p.type = "telematics";
  p.pol2 = rules();
  p.address = {"001010000000001", std::nullopt};
  p.state = sgp02::ProfileState::kEnabled;
  p.changed_at = ms(99);
  return p;
}
IsdpKeys keys_of(int n, std::uint8_t fill) {
  IsdpKeys k;
  k.iccid = number(n);
  k.policy = KeyPolicy::kHandOver;
  k.key_version = 0x30;
  k.keys = {Secret(Bytes(16, fill)), Secret(Bytes(16, static_cast<std::uint8_t>(fill + 1))),
            Secret(Bytes(16, static_cast<std::uint8_t>(fill + 2)))};
  k.token = es8::TokenKey{{{1}, {2}, {3}}, 9, Secret(Bytes(16, static_cast<std::uint8_t>(fill + 3)))};
  return k;
}
Procedure procedure_of(int on, int call) {
  Procedure p;
  p.caller = entity(3);
  p.call_identifier = "call-" + std::to_string(call);
  p.request_digest[5] = 1;
  p.function = FunctionName::kDownloadProfile;
  p.requests = {{1, 2}, {}, Bytes(5000, 3)};
  p.smsr = entity(4);
  p.eid = card(on);
  p.step = Step::kCard;
  p.waiting = Waiting{"message-" + std::to_string(call), "es3-call", FunctionName::kSendData, ms(100 + call)};
  p.resume_at = ms(5);
  p.received_at = ms(1);
  p.expires_at = ms(2000);
  p.answered = p.enable = p.again = true;
  p.iccid = number(on);
  p.stock = server::StockProfile{number(on), "telematics", "2.999.3", 3, 1, 12000, "001", std::nullopt};
  p.ecasd = Bytes(300, 0x7F);
  p.ci = Bytes(20, 1);
  p.isdp.emplace();
  p.cleaned = {number(8), number(9)};
  p.attempts = 3;
  p.settle = Settle::kReturned;
  p.outcome = {sgp02::ExecutionStatus::kFailed, sgp02::StatusCodeData{"8.2.1", "3.9", "a", "b"}};
  p.euicc_response = Bytes{9};
  p.payload = {4, 4};
  return p;
}
void expect_same(const Procedure& a, const Procedure& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.caller, b.caller);
  EXPECT_EQ(a.call_identifier, b.call_identifier);
  EXPECT_EQ(a.request_digest, b.request_digest);
  EXPECT_EQ(a.function, b.function);
  EXPECT_EQ(a.requests, b.requests);
  EXPECT_EQ(a.smsr, b.smsr);
  EXPECT_EQ(a.eid, b.eid);
  EXPECT_EQ(a.step, b.step);
  EXPECT_EQ(a.waiting, b.waiting);
  EXPECT_EQ(a.resume_at, b.resume_at);
  EXPECT_EQ(a.received_at, b.received_at);
  EXPECT_EQ(a.expires_at, b.expires_at);
  EXPECT_EQ(a.answered, b.answered);
  EXPECT_EQ(a.iccid, b.iccid);
  ASSERT_EQ(a.stock.has_value(), b.stock.has_value());
  if (a.stock) {
    EXPECT_EQ(a.stock->iccid, b.stock->iccid);
    EXPECT_EQ(a.stock->type, b.stock->type);
    EXPECT_EQ(a.stock->owner, b.stock->owner);
    EXPECT_EQ(a.stock->profile_major, b.stock->profile_major);
    EXPECT_EQ(a.stock->profile_minor, b.stock->profile_minor);
    EXPECT_EQ(a.stock->size, b.stock->size);
    EXPECT_EQ(a.stock->imsi, b.stock->imsi);
    EXPECT_EQ(a.stock->msisdn, b.stock->msisdn);
  }
  EXPECT_EQ(a.ecasd, b.ecasd);
  EXPECT_EQ(a.ci, b.ci);
  EXPECT_EQ(a.isdp, b.isdp);
  EXPECT_EQ(a.cleaned, b.cleaned);
  EXPECT_EQ(a.attempts, b.attempts);
  EXPECT_EQ(a.enable, b.enable);
  EXPECT_EQ(a.again, b.again);
  EXPECT_EQ(a.settle, b.settle);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.euicc_response, b.euicc_response);
  EXPECT_EQ(a.payload, b.payload);
}

class SmdpStore : public testing::TestWithParam<SmdpStoreKind> {
 public:
  void SetUp() override {
    fs::create_directories(directory);
    reopen();
  }
  void TearDown() override {
    store.reset();
    fs::remove_all(directory);
  }
  void reopen() {
    if (GetParam() == SmdpStoreKind::kMemory) {
      if (!store) store = std::make_unique<MemoryStore>();
      return;
    }
    store.reset();
    if (!keystore.find_wrapping_key("store"))
      keystore.add_wrapping_key("store", *crypto::SealingKey::make(Secret(Bytes(32, 5))));
    auto opened = store::SmdpSqlite::open(path, {GetParam() == SmdpStoreKind::kSealed ? &keystore : nullptr});
    ASSERT_TRUE(opened) << opened.error().message();
    store = *std::move(opened);
  }
  static void must(const Status& s) { ASSERT_TRUE(s) << s.error().message(); }
  template <class F>
  void write(F&& body) {
    must(store->write([&](StoreTransaction& tx) -> Status { return body(tx); }));
  }
  template <class F>
  void read(F&& body) {
    must(store->read([&](StoreReader& r) -> Status {
      body(r);
      return {};
    }));
  }

  fs::path directory = fs::temp_directory_path() / ("eider-smdp-" + to_hex(SystemRandom().bytes(8)));
  std::string path = (directory / "smdp.db").string();
  crypto::MemoryKeyStore keystore;
  std::unique_ptr<Store> store;
};
std::string smdp_store_name(const testing::TestParamInfo<SmdpStoreKind>& info) {
  return info.param == SmdpStoreKind::kMemory   ? "Memory"
         : info.param == SmdpStoreKind::kSqlite ? "Sqlite"
                                                : "Sealed";
}
INSTANTIATE_TEST_SUITE_P(Stores, SmdpStore,
                         testing::Values(SmdpStoreKind::kMemory, SmdpStoreKind::kSqlite,
                                         SmdpStoreKind::kSealed),
                         smdp_store_name);

TEST_P(SmdpStore, KeepsPartiesAndPolicies) {
  const SmSr smsr{entity(4), "SM-SR", "https://smsr.example.com"};
  const TypePolicy policy{"telematics", rules()};
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_operator(operator_of(1)));
    EIDER_CHECK(tx.put_smsr(smsr));
    return tx.put_type_policy(policy);
  });
  reopen();
  auto changed = operator_of(1);
  changed.keys = KeyPolicy::kKeep;
  read([&](auto& r) {
    EXPECT_EQ(**r.find_operator(entity(1)), operator_of(1));
    EXPECT_FALSE(*r.find_operator(entity(2)));
    EXPECT_EQ(**r.smsr(entity(4)), smsr);
    EXPECT_FALSE(*r.smsr(entity(1)));
    EXPECT_EQ(**r.type_policy("telematics"), policy);
    EXPECT_FALSE(*r.type_policy("other"));
  });
  write([&](auto& tx) { return tx.put_operator(changed); });
  read([&](auto& r) { EXPECT_EQ(**r.find_operator(entity(1)), changed); });
}

TEST_P(SmdpStore, KeepsProfilesOfEachCard) {
  write([&](auto& tx) -> Status {
    for (const int n : {3, 1, 2}) EIDER_CHECK(tx.put_profile(installed(n, 1)));
    return tx.put_profile(installed(4, 2));
  });
  auto moved = installed(2, 2);
  moved.state = sgp02::ProfileState::kDisabled;
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.profile(number(3)), installed(3, 1));
    EXPECT_EQ(*r.profiles(card(1)), (std::vector{installed(1, 1), installed(2, 1), installed(3, 1)}));
  });
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_profile(moved));
    return tx.remove_profile(number(3));
  });
  read([&](auto& r) {
    EXPECT_EQ(*r.profiles(card(1)), std::vector{installed(1, 1)});
    EXPECT_EQ(*r.profiles(card(2)), (std::vector{moved, installed(4, 2)}));
    EXPECT_FALSE(*r.profile(number(3)));
  });
}

TEST_P(SmdpStore, KeepsKeysOfIsdPs) {
  IsdpKeys bare;
  bare.iccid = number(2);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_keys(keys_of(1, 0x11)));
    return tx.put_keys(bare);
  });
  reopen();
  read([&](auto& r) {
    const auto k = **r.keys(number(1));
    const auto expected = keys_of(1, 0x11);
    EXPECT_EQ(k.iccid, expected.iccid);
    EXPECT_EQ(k.policy, expected.policy);
    EXPECT_EQ(k.key_version, expected.key_version);
    EXPECT_EQ(k.keys.enc, expected.keys.enc);
    EXPECT_EQ(k.keys.mac, expected.keys.mac);
    EXPECT_EQ(k.keys.dek, expected.keys.dek);
    ASSERT_TRUE(k.token);
    EXPECT_EQ(k.token->domain, expected.token->domain);
    EXPECT_EQ(k.token->identifier, 9);
    EXPECT_EQ(k.token->key, expected.token->key);
    const auto b = **r.keys(number(2));
    EXPECT_TRUE(b.keys.enc.empty());
    EXPECT_FALSE(b.token);
  });
  write([&](auto& tx) { return tx.remove_keys(number(1)); });
  read([&](auto& r) { EXPECT_FALSE(*r.keys(number(1))); });
}

TEST_P(SmdpStore, FindsProceduresByEachOfTheirNames) {
  auto a = procedure_of(1, 1), b = procedure_of(1, 2), c = procedure_of(2, 3);
  c.waiting.reset();
  Procedure bare;
  write([&](auto& tx) -> Status {
    for (auto* p : {&a, &b, &c, &bare}) EIDER_CHECK(tx.add_procedure(*p));
    return {};
  });
  EXPECT_LT(0u, a.id);
  EXPECT_LT(a.id, b.id);
  reopen();
  using Ids = std::vector<ProcedureId>;
  read([&](auto& r) {
    expect_same(**r.procedure(a.id), a);
    expect_same(**r.procedure(bare.id), bare);
    expect_same(**r.procedure_by_call(entity(3), "call-2"), b);
    EXPECT_FALSE(*r.procedure_by_call(entity(4), "call-2"));
    expect_same(**r.procedure_by_message("message-1"), a);
    EXPECT_FALSE(*r.procedure_by_message("message-3"));
    const auto of_card = *r.procedures(card(1));
    ASSERT_EQ(of_card.size(), 2u);
    expect_same(of_card[1], b);
    EXPECT_EQ(*r.procedures_in(Step::kCard), (Ids{a.id, b.id, c.id}));
    EXPECT_EQ(*r.count_in(Step::kCard), 3u);
    EXPECT_TRUE(r.due_procedures(ms(4), 9)->empty());
    EXPECT_EQ(*r.due_procedures(ms(5), 9), Ids{c.id}) << "that waits for nothing goes on at its time";
    EXPECT_EQ(*r.due_procedures(ms(102), 9), (Ids{a.id, b.id, c.id}));
    EXPECT_EQ(r.due_procedures(ms(102), 2)->size(), 2u);
    EXPECT_EQ(*r.next_due(), ms(5));
  });
  a.step = Step::kSettle;
  a.waiting.reset();
  a.resume_at.reset();
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_procedure(a));
    return tx.remove_procedure(c.id);
  });
  reopen();
  read([&](auto& r) {
    expect_same(**r.procedure(a.id), a);
    EXPECT_FALSE(*r.procedure_by_message("message-1"));
    EXPECT_FALSE(*r.procedure(c.id));
    EXPECT_EQ(*r.procedures_in(Step::kCard), Ids{b.id});
    EXPECT_EQ(*r.procedures_in(Step::kSettle), Ids{a.id});
    EXPECT_EQ(*r.count_in(Step::kSettle), 1u);
    EXPECT_EQ(*r.count_in(Step::kLate), 0u);
    EXPECT_EQ(*r.due_procedures(ms(5000), 9), Ids{b.id});
    EXPECT_EQ(*r.next_due(), ms(102));
  });
}

TEST_P(SmdpStore, RemembersAnswers) {
  const auto answered = [](int caller, int n) {
    AnsweredCall c;
    c.caller = entity(caller);
    c.call_identifier = "call-" + std::to_string(n);
    c.request_digest[1] = 7;
    c.function = FunctionName::kGetEIS;
    c.response = Bytes(100, static_cast<std::uint8_t>(n));
    c.answered_at = ms(n);
    return c;
  };
  write([&](auto& tx) -> Status {
    for (const int n : {1, 2, 3}) EIDER_CHECK(tx.put_answered_call(answered(1, n)));
    return tx.put_answered_call(answered(2, 1));
  });
  reopen();
  const auto kept = [&] {
    std::string out;
    read([&](auto& r) {
      for (const int n : {1, 2, 3})
        if (*r.answered_call(entity(1), "call-" + std::to_string(n))) out += std::to_string(n);
      if (*r.answered_call(entity(2), "call-1")) out += "o";
    });
    return out;
  };
  read([&](auto& r) {
    const auto c = **r.answered_call(entity(1), "call-2");
    EXPECT_EQ(c.caller, entity(1));
    EXPECT_EQ(c.call_identifier, "call-2");
    EXPECT_EQ(c.request_digest, answered(1, 2).request_digest);
    EXPECT_EQ(c.function, FunctionName::kGetEIS);
    EXPECT_EQ(c.response, Bytes(100, 2));
    EXPECT_EQ(c.answered_at, ms(2));
  });
  write([&](auto& tx) { return tx.purge_answered_calls(ms(1), 9); });
  EXPECT_EQ(kept(), "123o") << "answered before, not at";
  write([&](auto& tx) { return tx.purge_answered_calls(ms(2), 9); });
  EXPECT_EQ(kept(), "23");
  write([&](auto& tx) { return tx.purge_answered_calls(ms(9), 1); });
  EXPECT_EQ(kept(), "3");
}

TEST_P(SmdpStore, KeepsTheOutbox) {
  std::vector<OutboxEntry> e(4);
  for (std::size_t i = 0; i < e.size(); ++i) {
    e[i].procedure = i < 2 ? 7 : 0;
    e[i].message_id = "m";
    e[i].url = "https://smsr.example.com";
    e[i].action = "action";
    e[i].body = Bytes(30, static_cast<std::uint8_t>(i));
    e[i].attempts = 2;
    e[i].not_before = ms(static_cast<std::int64_t>(10 * (4 - i)));
    e[i].give_up_at = ms(500);
  }
  write([&](auto& tx) -> Status {
    for (auto& one : e) EIDER_CHECK(tx.add_outbox(one));
    return {};
  });
  reopen();
  const auto due = [&](std::int64_t now) {
    std::vector<std::uint64_t> out;
    read([&](auto& r) {
      const auto found = *r.due_outbox(ms(now), 9);
      for (const auto& one : found) out.push_back(one.id);
    });
    return out;
  };
  using Ids = std::vector<std::uint64_t>;
  EXPECT_EQ(due(20), (Ids{e[2].id, e[3].id}));
  read([&](auto& r) {
    const auto found = *r.due_outbox(ms(10), 9);
    ASSERT_EQ(found.size(), 1u);
    const auto& one = found.front();
    EXPECT_EQ(one.procedure, 0u);
    EXPECT_EQ(one.message_id, "m");
    EXPECT_EQ(one.url, e[3].url);
    EXPECT_EQ(one.action, "action");
    EXPECT_EQ(one.body, e[3].body);
    EXPECT_EQ(one.attempts, 2u);
    EXPECT_EQ(one.give_up_at, ms(500));
    EXPECT_EQ(*r.next_due(), ms(10));
    EXPECT_EQ(*r.outbox_size(), 4u);
  });
  e[3].not_before = ms(400);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_outbox(e[3]));
    return tx.remove_outbox_of(7);
  });
  EXPECT_EQ(due(500), (Ids{e[2].id, e[3].id}));
  EXPECT_EQ(due(20), Ids{e[2].id});
  write([&](auto& tx) { return tx.remove_outbox(e[2].id); });
  read([&](auto& r) { EXPECT_EQ(*r.next_due(), ms(400)); });
}

TEST_P(SmdpStore, NeverGivesAnIdTwice) {
  std::pair<ProcedureId, std::uint64_t> last{};
  for (int i = 0; i < 3; ++i) {
    auto p = procedure_of(1, i);
    OutboxEntry e;
    write([&](auto& tx) -> Status {
      EIDER_CHECK(tx.add_procedure(p));
      return tx.add_outbox(e);
    });
    EXPECT_GT(p.id, last.first);
    EXPECT_GT(e.id, last.second);
    last = {p.id, e.id};
    write([&](auto& tx) -> Status {
      EIDER_CHECK(tx.remove_procedure(p.id));
      return tx.remove_outbox(e.id);
    });
    reopen();
  }
}

TEST_P(SmdpStore, RollsBackEverythingOfARefusedWrite) {
  auto p = procedure_of(1, 1);
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_profile(installed(1, 1)));
    EIDER_CHECK(tx.put_keys(keys_of(1, 0x11)));
    return tx.add_procedure(p);
  });
  EXPECT_FALSE(store->write([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(tx.put_profile(installed(1, 2)));
    EIDER_CHECK(tx.remove_keys(number(1)));
    EIDER_CHECK(tx.remove_procedure(p.id));
    OutboxEntry e;
    EIDER_CHECK(tx.add_outbox(e));
    EIDER_CHECK(tx.put_operator(operator_of(1)));
    return fail_local("no");
  }));
  read([&](auto& r) {
    EXPECT_EQ(*r.profiles(card(1)), std::vector{installed(1, 1)});
    EXPECT_TRUE(r.profiles(card(2))->empty());
    EXPECT_TRUE(*r.keys(number(1)));
    expect_same(**r.procedure(p.id), p);
    EXPECT_EQ(*r.outbox_size(), 0u);
    EXPECT_FALSE(*r.find_operator(entity(1)));
  });
}

TEST_P(SmdpStore, WritesOfManyThreadsAllCount) {
  auto p = procedure_of(1, 1);
  p.attempts = 0;
  write([&](auto& tx) { return tx.add_procedure(p); });
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int t = 0; t < 6; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        if (!store->write([&](StoreTransaction& tx) -> Status {
              EIDER_TRY(found, tx.procedure(p.id));
              ++found->attempts;
              EIDER_CHECK(tx.put_procedure(*found));
              return i % 5 == 0 ? Status(fail_local("refused on purpose")) : Status{};
            }))
          ++refused;
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(refused, 6 * 4);
  read([&](auto& r) { EXPECT_EQ((*r.procedure(p.id))->attempts, 6u * 16); });
}

TEST_P(SmdpStore, ASealedOneLeavesNoKeyInItsFiles) {
  write([&](auto& tx) { return tx.put_keys(keys_of(1, 0x61)); });
  if (GetParam() == SmdpStoreKind::kMemory) return;
  std::size_t found = 0;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    for (const char fill : {'a', 'b', 'c', 'd'})
      found += content.find(std::string(16, fill)) != std::string::npos;
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
  }
  if (GetParam() == SmdpStoreKind::kSealed) {
    EXPECT_EQ(found, 0u);
    EXPECT_FALSE(store::SmdpSqlite::open(path)) << "without its key";
  } else {
    EXPECT_GT(found, 0u) << "else this test shows nothing";
    store.reset();
    EXPECT_FALSE(store::SmdpSqlite::open(path, {&keystore})) << "its keys were in the clear";
  }
}

}  // namespace
}  // namespace eider::smdp
