// One suite for every Store of the SM-DP+: what one promises, the other keeps.
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>

#include "base/random.hpp"
#include "roles/smdpp/memory_store.hpp"
#include "store/smdpp_sqlite.hpp"

namespace eider::smdpp {
namespace {

namespace fs = std::filesystem;

struct TemporaryFile {
  fs::path directory = fs::temp_directory_path() / ("eider-smdpp-" + to_hex(random_name()));
  TemporaryFile() { fs::create_directories(directory); }
  ~TemporaryFile() { fs::remove_all(directory); }
  std::string path() const { return (directory / "smdpp.db").string(); }
  static Bytes random_name() { return SystemRandom().bytes(8); }
};

enum class Kind { kMemory, kSqlite, kSealed };

class SmdppStore : public testing::TestWithParam<Kind> {
 public:
  void SetUp() override { reopen(); }
  void reopen() {
    if (GetParam() == Kind::kMemory) {
      if (!store) store = std::make_unique<MemoryStore>();
      return;
    }
    store.reset();
    if (!keys.find_wrapping_key("store"))
      keys.add_wrapping_key("store", *crypto::SealingKey::make(Secret(Bytes(32, 5))));
    auto opened = store::SmdppSqlite::open(file.path(), {GetParam() == Kind::kSealed ? &keys : nullptr});
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
  static Iccid iccid(int n) {
    Iccid i;
    i[0] = 0x98;
    i[8] = static_cast<std::uint8_t>(n >> 8);
    i[9] = static_cast<std::uint8_t>(n);
    return i;
  }
  static Eid eid(int n) {
    Eid e;
    e[15] = static_cast<std::uint8_t>(n);
    return e;
  }
  static TransactionId transaction(int n) {
    return *TransactionId::from(Bytes(16, static_cast<std::uint8_t>(n)));
  }
  static Profile profile(int n) {
    Profile p;
    p.iccid = iccid(n);
    p.type = "prepaid";
    p.owner = "op";
    p.metadata = Bytes(20, static_cast<std::uint8_t>(n));
    p.personalisation = Bytes{1, 2, 3};
    p.template_name = "t";
    p.requirements = {{1, 4}, 2, 3, 70000};
    return p;
  }
  static Order order(std::optional<Eid> e, std::optional<std::string> id, int at) {
    Order o;
    o.eid = e;
    o.matching_id = std::move(id);
    o.ordered_at = Time(Duration(at));
    return o;
  }

  TemporaryFile file;
  crypto::MemoryKeyStore keys;
  std::unique_ptr<Store> store;
};

std::string name_of(const testing::TestParamInfo<Kind>& info) {
  return info.param == Kind::kMemory ? "Memory" : info.param == Kind::kSqlite ? "Sqlite" : "Sealed";
}
INSTANTIATE_TEST_SUITE_P(Stores, SmdppStore, testing::Values(Kind::kMemory, Kind::kSqlite, Kind::kSealed),
                         name_of);

TEST_P(SmdppStore, KeepsProfilesAndOrders) {
  auto p = profile(1);
  write([&](auto& tx) { return tx.put_profile(p); });
  EXPECT_EQ(p.version, 1u);
  p.state = ProfileState::kReleased;
  p.order = order(eid(1), "CODE-1", 1000);
  p.order->confirmation_code_hash = Digest{};
  p.order->confirmation_failures = 2;
  p.order->download_attempts = 3;
  p.order->deliveries = 1;
  p.order->maybe_installed = true;
  p.order->smds_address = "smds.example.com";
  p.order->event_registered = true;
  p.order->expires_at = Time(Duration(5000));
  p.order->end_reason = "8.2.7/3.8";
  p.on_card = OnCardState::kEnabled;
  write([&](auto& tx) { return tx.put_profile(p); });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.profile(iccid(1)), p);
    EXPECT_EQ(**r.profile_by_matching_id("CODE-1"), p);
    EXPECT_FALSE(*r.profile_by_matching_id("CODE-2"));
    EXPECT_FALSE(*r.profile_by_matching_id(""));
    EXPECT_FALSE(*r.profile(iccid(2)));
  });
  // An order that ends gives its MatchingID back.
  p.order.reset();
  write([&](auto& tx) { return tx.put_profile(p); });
  auto q = profile(2);
  q.order = order({}, "CODE-1", 2000);
  write([&](auto& tx) { return tx.put_profile(q); });
  read([&](auto& r) { EXPECT_EQ((*r.profile_by_matching_id("CODE-1"))->iccid, iccid(2)); });
  write([&](auto& tx) { return tx.remove_profile(iccid(2)); });
  read([&](auto& r) { EXPECT_FALSE(*r.profile_by_matching_id("CODE-1")); });
}

TEST_P(SmdppStore, FindsByEidOldestFirst) {
  write([&](auto& tx) -> Status {
    for (const auto& [n, at] : {std::pair(3, 30), std::pair(1, 20), std::pair(2, 10)}) {
      auto p = profile(n);
      p.order = order(eid(7), {}, at);
      EIDER_CHECK(tx.put_profile(p));
    }
    auto other = profile(4);
    other.order = order(eid(8), {}, 1);
    return tx.put_profile(other);
  });
  read([&](auto& r) {
    const auto found = *r.profiles_by_eid(eid(7), 10);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].iccid, iccid(2));
    EXPECT_EQ(found[1].iccid, iccid(1));
    EXPECT_EQ(found[2].iccid, iccid(3));
    EXPECT_EQ(r.profiles_by_eid(eid(7), 2)->size(), 2u);
    EXPECT_TRUE(r.profiles_by_eid(eid(9), 2)->empty());
  });
}

TEST_P(SmdppStore, FindsAvailableOfTypeAndLists) {
  write([&](auto& tx) -> Status {
    for (int n = 1; n <= 9; ++n) {
      auto p = profile(n);
      if (n <= 2) p.state = ProfileState::kReleased, p.order = order({}, {}, n);
      if (n == 9) p.type = "other", p.owner = "op2";
      EIDER_CHECK(tx.put_profile(p));
    }
    return {};
  });
  read([&](auto& r) {
    EXPECT_EQ((*r.available_of_type("prepaid"))->iccid, iccid(3));
    EXPECT_EQ((*r.available_of_type("other"))->iccid, iccid(9));
    EXPECT_FALSE(*r.available_of_type("none"));
    const auto count = [&](const std::function<void(ProfileFilter&)>& edit) {
      ProfileFilter f;
      edit(f);
      EXPECT_EQ(r.profiles(f)->size(), *r.count_profiles(f));
      return *r.count_profiles(f);
    };
    EXPECT_EQ(count([](auto&) {}), 9u);
    EXPECT_EQ(count([](auto& f) { f.owner = "op"; }), 8u);
    EXPECT_EQ(count([](auto& f) { f.type = "other"; }), 1u);
    EXPECT_EQ(count([](auto& f) { f.state = ProfileState::kReleased; }), 2u);
    EXPECT_EQ(count([](auto& f) { f.with_order = true; }), 2u);
    EXPECT_EQ(count([](auto& f) { f.owner = "op2", f.type = "prepaid"; }), 0u);
    ProfileFilter page;
    page.limit = 4;
    EXPECT_EQ(r.profiles(page)->back().iccid, iccid(4));
    page.after = iccid(4);
    EXPECT_EQ(r.profiles(page)->front().iccid, iccid(5));
  });
}

TEST_P(SmdppStore, KeepsInventoryAndOperators) {
  const Template t{"t1", "op", Bytes(5000, 7), {{3}, 3, 1, 9}};
  ProfileType type;
  type.name = "prepaid";
  type.owner = "op";
  type.protection = Protection::kRandomKeys;
  type.rebinding = false;
  type.reuse_after_delete = true;
  type.ineligible_ends_order = false;
  type.retry_after_error = true;
  type.download_limit = 4;
  type.confirmation_limit = 5;
  type.order_lifetime = std::chrono::hours(3);
  type.smdp_address = "smdpp.example.com";
  Digest first, second;
  first[0] = 1, second[0] = 2;
  Operator op{"op", "Operator", "2.999.1", {first, second}, "https://op.example.com"};
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_package(iccid(1), Bytes(12000, 9)));
    EIDER_CHECK(tx.put_template(t));
    EIDER_CHECK(tx.put_profile_type(type));
    return tx.put_operator(op);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.package(iccid(1)), Bytes(12000, 9));
    EXPECT_FALSE(*r.package(iccid(2)));
    EXPECT_EQ(**r.profile_template("t1"), t);
    EXPECT_EQ(*r.template_names(), std::vector<std::string>{"t1"});
    EXPECT_EQ(**r.profile_type("prepaid"), type);
    EXPECT_EQ(r.profile_types()->size(), 1u);
    EXPECT_EQ(**r.find_operator("op"), op);
    EXPECT_EQ(**r.operator_by_certificate(second), op);
    EXPECT_FALSE(*r.operator_by_certificate(Digest{}));
  });
  op.certificates = {first};
  write([&](auto& tx) { return tx.put_operator(op); });
  read([&](auto& r) {
    EXPECT_FALSE(*r.operator_by_certificate(second));
    EXPECT_EQ(r.operators()->size(), 1u);
  });
}

TEST_P(SmdppStore, KeepsSessionsInEveryState) {
  Authenticated a{Digest{}, iccid(1), eid(2), Bytes{1, 2}, {}, *sgp22::KeyIdentifier::from(Bytes(20, 3)),
                  Bytes{4}, {}};
  Challenged c{{},
               {},
               "smdpp.example.com",
               *sgp22::KeyIdentifier::from(Bytes(20, 1)),
               *sgp22::KeyIdentifier::from(Bytes(20, 2)),
               {}};
  const decltype(Session::state) states[] = {c, a, Bound{a, Digest{}}, Ended{Digest{}, "8.1", "6.1"}};
  int n = 0;
  for (const auto& state : states) {
    Session s;
    s.transaction_id = transaction(++n);
    s.created_at = Time(Duration(n));
    s.expires_at = Time(Duration(100 * n));
    s.state = state;
    write([&](auto& tx) { return tx.put_session(s); });
    EXPECT_EQ(s.version, 1u);
  }
  reopen();
  read([&](auto& r) {
    for (int i = 1; i <= 4; ++i) {
      const auto s = *r.session(transaction(i));
      ASSERT_TRUE(s);
      EXPECT_EQ(s->state.index(), static_cast<std::size_t>(i - 1));
      EXPECT_EQ(s->expires_at, Time(Duration(100 * i)));
    }
    EXPECT_EQ(std::get<Ended>((*r.session(transaction(4)))->state).reason_code, "6.1");
    EXPECT_EQ(std::get<Bound>((*r.session(transaction(3)))->state).authenticated.iccid, iccid(1));
    EXPECT_EQ(*r.session_version(transaction(3)), 1u);
    EXPECT_FALSE(*r.session_version(transaction(9)));
  });
  write([&](auto& tx) { return tx.purge_sessions(Time(Duration(250)), 1); });
  read([&](auto& r) {
    EXPECT_FALSE(*r.session(transaction(1)));
    EXPECT_TRUE(*r.session(transaction(2)));
  });
  write([&](auto& tx) { return tx.purge_sessions(Time(Duration(250)), 10); });
  read([&](auto& r) {
    EXPECT_FALSE(*r.session(transaction(2)));
    EXPECT_TRUE(*r.session(transaction(3)));
  });
}

TEST_P(SmdppStore, KeepsPackagesDeliveriesAndNotifications) {
  const KeptBpp kept{iccid(1),
                     transaction(1),
                     {},
                     Bytes(250, 5),
                     Secret(Bytes(48, 6)),
                     Secret(Bytes(48, 7)),
                     *Digest::from(Bytes(32, 8))};
  Delivery delivery{transaction(1), iccid(1), eid(1), Bytes{9}, false, Time(Duration(4))};
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_kept_bpp(kept));
    EIDER_CHECK(tx.put_delivery(delivery));
    return tx.put_last_notification(eid(1), iccid(1), 200);
  });
  reopen();
  read([&](auto& r) {
    EXPECT_EQ(**r.kept_bpp(iccid(1)), kept);
    EXPECT_EQ(**r.delivery(transaction(1)), delivery);
    EXPECT_EQ(**r.last_notification(eid(1), iccid(1)), 200);
    EXPECT_FALSE(*r.last_notification(eid(1), iccid(2)));
  });
  delivery.closed = true;
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.remove_kept_bpp(iccid(1)));
    return tx.put_delivery(delivery);
  });
  read([&](auto& r) {
    EXPECT_FALSE(*r.kept_bpp(iccid(1)));
    EXPECT_TRUE((*r.delivery(transaction(1)))->closed);
  });
}

TEST_P(SmdppStore, OutboxIsOrderedByKey) {
  std::vector<OutboxEntry> entries;
  for (const auto& [key, at] :
       {std::pair("a", 10), std::pair("b", 50), std::pair("a", 0), std::pair("b", 0), std::pair("c", 0)}) {
    OutboxEntry e;
    e.key = key;
    e.kind = OutboxKind::kNotification;
    e.target = "op";
    e.body = "{}";
    e.not_before = Time(Duration(at));
    write([&](auto& tx) { return tx.add_outbox(e); });
    entries.push_back(e);
  }
  const auto due = [&](int now) {
    std::vector<std::uint64_t> ids;
    read([&](auto& r) {
      const auto list = *r.due_outbox(Time(Duration(now)), 10);
      for (const auto& e : list) ids.push_back(e.id);
    });
    return ids;
  };
  EXPECT_EQ(due(20), (std::vector{entries[0].id, entries[4].id})) << "b waits, and with it all of b";
  EXPECT_EQ(due(60), (std::vector{entries[0].id, entries[1].id, entries[4].id}));
  write([&](auto& tx) { return tx.remove_outbox(entries[0].id); });
  EXPECT_EQ(due(20), (std::vector{entries[2].id, entries[4].id}));
  entries[4].attempts = 3;
  entries[4].not_before = Time(Duration(1000));
  write([&](auto& tx) { return tx.put_outbox(entries[4]); });
  EXPECT_EQ(due(20), std::vector{entries[2].id});
  read([&](auto& r) { EXPECT_EQ(*r.outbox_size(), 4u); });
}

TEST_P(SmdppStore, KeepsTheNewestAnsweredCallsOfEachOperator) {
  const auto call = [](int n, const std::string& caller) {
    Digest key;
    key[0] = static_cast<std::uint8_t>(n);
    return AnsweredCall{key, caller, Digest{}, Bytes(3, static_cast<std::uint8_t>(n)), Time(Duration(n))};
  };
  write([&](auto& tx) -> Status {
    for (int n = 1; n <= 6; ++n) EIDER_CHECK(tx.put_answered_call(call(n, "op")));
    EIDER_CHECK(tx.put_answered_call(call(2, "op")));  // the newest now
    return tx.put_answered_call(call(9, "other"));
  });
  const auto kept = [&] {
    std::string out;
    read([&](auto& r) {
      for (int n = 1; n <= 9; ++n)
        if (*r.answered_call(call(n, "").key)) out += std::to_string(n);
    });
    return out;
  };
  reopen();
  read([&](auto& r) { EXPECT_EQ(**r.answered_call(call(2, "").key), call(2, "op")); });
  write([&](auto& tx) { return tx.purge_answered_calls("op", Time(), 4, 1); });
  EXPECT_EQ(kept(), "234569") << "one at a time";
  write([&](auto& tx) { return tx.purge_answered_calls("op", Time(), 3, 9); });
  EXPECT_EQ(kept(), "2569");
  write([&](auto& tx) { return tx.purge_answered_calls("op", Time(Duration(6)), 9, 9); });
  EXPECT_EQ(kept(), "69");
}

TEST_P(SmdppStore, KeepsTheCrlsOfEachIssuer) {
  const Bytes one(20, 1), two(20, 2);
  const auto crl = [](const Bytes& issuer, std::uint32_t segment, std::uint8_t fill) {
    return StoredCrl{issuer, segment, Bytes(9, fill), Time(Duration(fill))};
  };
  write([&](auto& tx) -> Status {
    EIDER_CHECK(tx.put_crls(one, {crl(one, 1, 7), crl(one, 2, 8)}));
    return tx.put_crls(two, {crl(two, 1, 9)});
  });
  reopen();
  read([&](auto& r) { EXPECT_EQ(*r.crls(), (std::vector{crl(one, 1, 7), crl(one, 2, 8), crl(two, 1, 9)})); });
  write([&](auto& tx) { return tx.put_crls(one, {crl(one, 1, 5)}); });
  read([&](auto& r) { EXPECT_EQ(*r.crls(), (std::vector{crl(one, 1, 5), crl(two, 1, 9)})); });
}

TEST_P(SmdppStore, RollsBackEverythingOfARefusedWrite) {
  auto p = profile(1);
  p.order = order(eid(1), "CODE", 1);
  write([&](auto& tx) { return tx.put_profile(p); });
  const auto before = p;
  const auto s = store->write([&](StoreTransaction& tx) -> Status {
    auto changed = p;
    changed.order->matching_id = "OTHER";
    changed.order->eid = eid(9);
    EIDER_CHECK(tx.put_profile(changed));
    EIDER_CHECK(tx.put_package(iccid(1), Bytes{1}));
    OutboxEntry e;
    e.key = "k";
    EIDER_CHECK(tx.add_outbox(e));
    return fail_local("no");
  });
  EXPECT_FALSE(s);
  read([&](auto& r) {
    EXPECT_EQ(**r.profile(iccid(1)), before);
    EXPECT_TRUE(*r.profile_by_matching_id("CODE"));
    EXPECT_FALSE(*r.profile_by_matching_id("OTHER"));
    EXPECT_TRUE(r.profiles_by_eid(eid(9), 1)->empty());
    EXPECT_FALSE(*r.package(iccid(1)));
    EXPECT_EQ(*r.outbox_size(), 0u);
  });
}

TEST_P(SmdppStore, WritesOfManyThreadsAllCount) {
  auto p = profile(1);
  p.order = Order{};
  write([&](auto& tx) { return tx.put_profile(p); });
  constexpr int kThreads = 8, kEach = 25;
  std::vector<std::thread> threads;
  std::atomic<int> refused = 0;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto s = store->write(
            [&](StoreTransaction& tx) -> Status {
              auto current = **tx.profile(iccid(1));
              ++current.order->download_attempts;
              EIDER_CHECK(tx.put_profile(current));
              if (i % 5 == 0) return fail_local("refused on purpose");
              return {};
            },
            t % 2 ? Durability::kPower : Durability::kProcess);
        if (!s) ++refused;
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(refused, kThreads * kEach / 5);
  read([&](auto& r) {
    EXPECT_EQ((*r.profile(iccid(1)))->order->download_attempts,
              static_cast<std::uint32_t>(kThreads * kEach * 4 / 5));
  });
}

TEST(SmdppSqlite, FilesAreTheOwnersAlone) {
  TemporaryFile file;
  ASSERT_TRUE(store::SmdppSqlite::open(file.path()));
  const auto permissions = fs::status(file.path()).permissions();
  EXPECT_EQ(permissions & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);
  const auto missing = store::SmdppSqlite::open((file.directory / "no" / "x.db").string());
  EXPECT_FALSE(missing);
}

TEST(SmdppMemoryStore, FailsOnDemand) {
  MemoryStore store;
  const auto put = [&](int n) {
    return store.write(
        [&](StoreTransaction& tx) -> Status { return tx.put_package(SmdppStore::iccid(n), Bytes{1}); });
  };
  const auto has = [&](int n) {
    bool found = false;
    EXPECT_TRUE(store.read([&](StoreReader& r) -> Status {
      found = r.package(SmdppStore::iccid(n))->has_value();
      return {};
    }));
    return found;
  };
  store.fail_commit(2, MemoryStore::Fail::kBefore);
  EXPECT_TRUE(put(1));
  EXPECT_FALSE(put(2));
  EXPECT_FALSE(has(2));
  store.fail_commit(1, MemoryStore::Fail::kAfter);
  EXPECT_FALSE(put(3));
  EXPECT_TRUE(has(3));
  store.fail_commit(1, MemoryStore::Fail::kKillAfter);
  EXPECT_FALSE(put(4));
  EXPECT_FALSE(put(5));
  store.restart();
  EXPECT_TRUE(has(4));
  EXPECT_FALSE(has(5));
}

}  // namespace
}  // namespace eider::smdpp
