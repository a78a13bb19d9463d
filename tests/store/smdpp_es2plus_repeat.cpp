// A call whose answer was lost is made again: one effect, one answer. SGP.22 v2.6.1 sections 5.3 and 6.5.1.2.
#include <filesystem>
#include <gtest/gtest.h>
#include <thread>

#include "store/smdpp_sqlite.hpp"
#include "support/smdpp_fixture.hpp"

namespace eider::test {
namespace {

using smdpp::MemoryStore;
using smdpp::ProfileState;

struct Calls {
  SmDpPlusFixture& f;
  int next = 0;
  sgp22::RequestHeader header(const std::string& call) const {
    return {f.op_header().functionRequesterIdentifier, call};
  }
  static std::string digits(int n) { return sgp22::iccid_digits(SmDpPlusFixture::iccid(n)); }
  Result<es2::DownloadOrderResponse> order(const std::string& call, std::optional<std::string> iccid = {},
                                           std::optional<std::string> type = "op-prepaid") {
    if (iccid) type.reset();
    return f.es2plus<es2::DownloadOrderResponse>(es2::kDownloadOrder.path,
                                                 es2::DownloadOrderRequest{header(call), {}, iccid, type});
  }
  Result<es2::ConfirmOrderResponse> confirm(const std::string& call, const std::string& iccid, bool release,
                                            std::optional<std::string> smds = {}) {
    es2::ConfirmOrderRequest r;
    r.header = header(call);
    r.iccid = iccid;
    r.releaseFlag = release;
    r.smdsAddress = smds;
    if (smds) r.eid = std::string(kEid1);
    return f.es2plus<es2::ConfirmOrderResponse>(es2::kConfirmOrder.path, r);
  }
  std::string cancel(const std::string& call, const std::string& iccid, std::optional<std::string> id) {
    return code_of(f.es2plus<es2::CancelOrderResponse>(
        es2::kCancelOrder.path, es2::CancelOrderRequest{header(call), iccid, {}, id, "Available"}));
  }
  std::string release(const std::string& call, const std::string& iccid) {
    return code_of(f.es2plus<es2::ReleaseProfileResponse>(es2::kReleaseProfile.path,
                                                          es2::ReleaseProfileRequest{header(call), iccid}));
  }
};

struct SmDpPlusRepeat : testing::Test {
  MemoryStore store;
  SmDpPlusFixture f{store};
  Calls calls{f};
  void SetUp() override {
    f.put_operator("op", f.client_certificate);
    for (int n = 1; n <= 4; ++n) f.add_profile(n);
  }
  std::uint64_t available() {
    smdpp::ProfileFilter filter;
    filter.state = ProfileState::kAvailable;
    std::uint64_t n = 0;
    must(store.read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(count, r.count_profiles(filter));
      n = count;
      return {};
    }));
    return n;
  }
};

TEST_F(SmDpPlusRepeat, OfDownloadOrderReservesOneProfile) {
  const auto first = calls.order("A");
  ASSERT_EQ(code_of(first), "ok");
  EXPECT_EQ(calls.order("A")->iccid, first->iccid);
  f.start();
  EXPECT_EQ(calls.order("A")->iccid, first->iccid);
  EXPECT_EQ(available(), 3u);
  EXPECT_NE(calls.order("B")->iccid, first->iccid) << "another call";
  EXPECT_EQ(available(), 2u);
}

TEST_F(SmDpPlusRepeat, WithOtherContentIsRefused) {
  ASSERT_EQ(code_of(calls.order("A")), "ok");
  EXPECT_EQ(code_of(calls.order("A", Calls::digits(4))), "1.6/3.3");
  EXPECT_EQ(available(), 3u);
  const auto iccid = calls.order("A")->iccid;
  EXPECT_EQ(code_of(calls.confirm("A", iccid, false)), "ok") << "each function counts its own calls";
  EXPECT_EQ(code_of(calls.confirm("A", iccid, true)), "1.6/3.3");
  EXPECT_EQ(f.profile(1).state, ProfileState::kConfirmed);
}

// The members of a retry may come in another order, and differently escaped.
TEST_F(SmDpPlusRepeat, IsKnownByItsContentNotItsOctets) {
  const auto requester = f.op_header().functionRequesterIdentifier;
  const auto one =
      f.post(es2::kDownloadOrder.path, R"({"header":{"functionRequesterIdentifier":")" + requester +
                                           R"(","functionCallIdentifier":"A"},"profileType":"op-prepaid"})");
  const auto two = f.post(es2::kDownloadOrder.path,
                          R"({ "profileType" : "op\u002dprepaid", "header":{"functionCallIdentifier":"A",)"
                          R"("functionRequesterIdentifier":")" +
                              requester + R"("}})");
  EXPECT_EQ(as_text(one.body), as_text(two.body));
  EXPECT_EQ(available(), 3u);
}

TEST_F(SmDpPlusRepeat, DoesNotActOnWhatHasMovedOn) {
  const auto iccid = calls.order("A")->iccid;
  const auto confirmed = calls.confirm("B", iccid, false);
  ASSERT_EQ(code_of(confirmed), "ok");
  EXPECT_EQ(calls.confirm("B", iccid, false)->matchingId, confirmed->matchingId);
  EXPECT_EQ(calls.release("C", iccid), "ok");
  EXPECT_EQ(calls.release("D", iccid), "ok") << "already Released";
  EXPECT_EQ(calls.cancel("E", iccid, confirmed->matchingId), "ok");
  EXPECT_EQ(calls.cancel("E", iccid, confirmed->matchingId), "ok");
  // The Profile is ordered by someone else now: late repeats must leave that order alone.
  ASSERT_EQ(code_of(calls.order("F", iccid)), "ok");
  const auto again = calls.confirm("G", iccid, false);
  ASSERT_EQ(code_of(again), "ok");
  EXPECT_EQ(calls.cancel("E", iccid, confirmed->matchingId), "ok");
  EXPECT_EQ(calls.release("C", iccid), "ok");
  EXPECT_EQ(calls.release("D", iccid), "ok");
  EXPECT_EQ(calls.confirm("B", iccid, false)->matchingId, confirmed->matchingId);
  EXPECT_EQ(f.profile(1).state, ProfileState::kConfirmed);
  EXPECT_EQ(f.profile(1).order->matching_id, again->matchingId);
}

// A refusal has no effect that a repeat could double: the repeat is judged anew.
TEST_F(SmDpPlusRepeat, OfARefusedCallIsJudgedAnew) {
  EXPECT_EQ(calls.release("A", Calls::digits(1)), "8.2.1/3.5");
  ASSERT_EQ(code_of(calls.order("B", Calls::digits(1))), "ok");
  ASSERT_EQ(code_of(calls.confirm("C", Calls::digits(1), false)), "ok");
  EXPECT_EQ(calls.release("A", Calls::digits(1)), "ok");
}

TEST_F(SmDpPlusRepeat, WithoutAnIdentifierIsANewCall) {
  ASSERT_EQ(code_of(calls.order("")), "ok");
  ASSERT_EQ(code_of(calls.order("")), "ok");
  EXPECT_EQ(available(), 2u);
}

TEST_F(SmDpPlusRepeat, IsOneOperatorsOwn) {
  const Bytes other = hex("BB02");
  f.put_operator("xx", other);  // the same functionRequesterIdentifier, another certificate
  f.add_profile(9, "xx");
  ASSERT_EQ(code_of(calls.order("A")), "ok");
  f.client_certificate = other;
  EXPECT_EQ(calls.order("A", {}, "xx-prepaid")->iccid, Calls::digits(9));
}

TEST_F(SmDpPlusRepeat, IsRememberedForATimeAndANumber) {
  f.limits.answered_calls_per_operator = 2;
  f.start();
  const auto first = calls.order("A")->iccid;
  EXPECT_EQ(calls.order("A")->iccid, first);
  ASSERT_EQ(code_of(calls.order("B")), "ok");
  ASSERT_EQ(code_of(calls.order("C")), "ok");
  EXPECT_NE(calls.order("A")->iccid, first) << "pushed out by two newer ones";
  EXPECT_EQ(available(), 0u);
  EXPECT_EQ(code_of(calls.order("C")), "ok");
  f.clock.advance(f.limits.answered_call_lifetime + Duration(1));
  EXPECT_EQ(code_of(calls.order("C")), "8.2.5/3.7");
}

// The operator repeats one call until it is answered, and the server may fail or stop around any commit.
TEST(SmDpPlusRepeatFault, AroundAnyCommit) {
  using Fail = MemoryStore::Fail;
  for (std::uint64_t commit = 1; commit <= 7; ++commit)
    for (const auto how : {Fail::kBefore, Fail::kAfter, Fail::kKillBefore, Fail::kKillAfter}) {
      SCOPED_TRACE("commit " + std::to_string(commit) + ", fault " + std::to_string(static_cast<int>(how)));
      MemoryStore store;
      SmDpPlusFixture f(store);
      Calls calls{f};
      f.put_operator("op", f.client_certificate);
      for (int n = 1; n <= 3; ++n) f.add_profile(n);
      const auto insist = [&](const auto& call) {
        for (int i = 0; i < 3; ++i) {
          auto r = call();
          if (r || r.error().template as<FunctionStatus>()) return r;
          store.restart();
          f.start();
        }
        return call();
      };
      store.fail_commit(commit, how);
      const auto ordered = insist([&] { return calls.order("A"); });
      ASSERT_EQ(code_of(ordered), "ok");
      const auto confirmed =
          insist([&] { return calls.confirm("B", ordered->iccid, true, "smds.example.com"); });
      ASSERT_EQ(code_of(confirmed), "ok");
      store.restart();
      smdpp::ProfileFilter filter;
      filter.with_order = true;
      must(store.read([&](smdpp::StoreReader& r) -> Status {
        EXPECT_EQ(*r.count_profiles(filter), 1u);
        return {};
      }));
      const auto profile = f.profile(1);
      EXPECT_EQ(profile.state, ProfileState::kReleased);
      EXPECT_EQ(profile.order->matching_id, confirmed->matchingId);
    }
}

struct OnDisk {
  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("eider-repeat-" + to_hex(SystemRandom().bytes(8)));
  OnDisk() { std::filesystem::create_directories(directory); }
  ~OnDisk() { std::filesystem::remove_all(directory); }
  std::unique_ptr<store::SmdppSqlite> open() const {
    return *store::SmdppSqlite::open((directory / "smdpp.db").string());
  }
};

TEST(SmDpPlusRepeatSqlite, SurvivesTheProcess) {
  const OnDisk disk;
  std::string iccid;
  {
    const auto store = disk.open();
    SmDpPlusFixture f(*store);
    f.put_operator("op", f.client_certificate);
    for (int n = 1; n <= 3; ++n) f.add_profile(n);
    iccid = Calls{f}.order("A")->iccid;
  }
  const auto store = disk.open();
  SmDpPlusFixture f(*store);
  EXPECT_EQ(Calls{f}.order("A")->iccid, iccid);
  EXPECT_EQ(code_of(Calls{f}.order("A", Calls::digits(3))), "1.6/3.3");
}

TEST(SmDpPlusRepeatSqlite, AtTheSameTimeHasOneEffect) {
  const OnDisk disk;
  const auto store = disk.open();
  SmDpPlusFixture f(*store);
  f.put_operator("op", f.client_certificate);
  constexpr int kRounds = 8, kThreads = 4;
  for (int n = 1; n <= kRounds * kThreads; ++n) f.add_profile(n, "op", 10);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> iccids(kThreads);
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < kThreads; ++t)
        threads.emplace_back([&, t] {
          const auto r = Calls{f}.order("call " + std::to_string(round));
          iccids[static_cast<std::size_t>(t)] = r ? r->iccid : r.error().message();
        });
    }
    EXPECT_EQ(iccids, std::vector<std::string>(kThreads, iccids.front()));
  }
  smdpp::ProfileFilter filter;
  filter.with_order = true;
  must(store->read([&](smdpp::StoreReader& r) -> Status {
    EXPECT_EQ(*r.count_profiles(filter), std::uint64_t{kRounds});
    return {};
  }));
}

}  // namespace
}  // namespace eider::test
