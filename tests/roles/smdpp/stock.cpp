// One inventory, two deliveries: what an SM-DP takes no LPA gets, and the other way round.
#include "roles/smdpp/stock.hpp"

#include <gtest/gtest.h>

#include "roles/smdpp/inventory.hpp"
#include "support/smdpp_fixture.hpp"

namespace eider::smdpp {
namespace {
using test::must;

struct SmDpPlusStock : ::testing::Test {
  MemoryStore store;
  test::SmDpPlusFixture f{store};
  Stock stock{store, f.clock};
  sgp22::Eid eid = *sgp22::Eid::from(hex("89049032000001000000000000000074"));
  std::string oid;

  SmDpPlusStock() {
    f.put_operator("op", f.client_certificate);
    for (int n = 1; n <= 3; ++n) f.add_profile(n);
    must(store.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(op, reader.find_operator("op"));
      oid = op->requester_identifier;
      return {};
    }));
  }
  server::Reservation by_iccid(int n, const std::string& order) { return {order, oid, eid, f.iccid(n), {}}; }
  server::Reservation by_type(const std::string& order, const std::string& type = "op-prepaid") {
    return {order, oid, eid, {}, type};
  }
  static std::string code(const Result<server::StockProfile>& r) {
    if (r) return "ok";
    const auto* s = r.error().as<FunctionStatus>();
    return s ? s->subject_code + "/" + s->reason_code : r.error().message();
  }
};

TEST_F(SmDpPlusStock, ReservesOnceForAnOrder) {
  const auto first = must(stock.reserve(by_type("a")));
  EXPECT_EQ(first.type, "op-prepaid");
  EXPECT_EQ(must(stock.reserve(by_type("a"))).iccid, first.iccid);
  EXPECT_NE(must(stock.reserve(by_type("b"))).iccid, first.iccid);
  EXPECT_EQ(f.profile(1).state, ProfileState::kPushed);
  EXPECT_EQ(code(stock.reserve(by_iccid(1, "c"))), "8.2.1/3.3");
  EXPECT_EQ(code(stock.reserve(by_iccid(3, "d"))), "ok");
  EXPECT_EQ(code(stock.reserve(by_type("e"))), "8.2.5/3.7");
}

TEST_F(SmDpPlusStock, WhatIsPushedNoLpaGets) {
  must(stock.reserve(by_iccid(1, "a")));
  EXPECT_THROW(f.release(1), std::exception);
  EXPECT_EQ(f.profile(1).state, ProfileState::kPushed);
  f.release(2);
  EXPECT_EQ(code(stock.reserve(by_iccid(2, "b"))), "8.2.1/3.3");
}

TEST_F(SmDpPlusStock, RefusesWhatIsNotTheOperators) {
  EXPECT_EQ(code(stock.reserve(by_iccid(9, "a"))), "8.2.1/3.9");
  EXPECT_EQ(code(stock.reserve(by_type("a", "none"))), "8.2.5/3.9");
  auto stranger = by_iccid(1, "a");
  stranger.owner = "2.999.1234";
  EXPECT_EQ(code(stock.reserve(stranger)), "8.2.1/1.2");
  f.put_operator("other", hex("AA02"));
  auto other = by_iccid(1, "a");
  must(store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(op, tx.find_operator("other"));
    op->requester_identifier = "2.999.77";
    return tx.put_operator(*op);
  }));
  other.owner = "2.999.77";
  EXPECT_EQ(code(stock.reserve(other)), "8.2.1/1.2");
  auto both = by_iccid(1, "a");
  both.type = "none";
  EXPECT_EQ(code(stock.reserve(both)), "8.2.5/3.9");
  EXPECT_EQ(f.profile(1).state, ProfileState::kAvailable);
}

TEST_F(SmDpPlusStock, HearsWhatBecameOfIt) {
  must(stock.reserve(by_iccid(1, "a")));
  EXPECT_EQ(must(stock.package(f.iccid(1))).size(), must(stock.package(f.iccid(1))).size());
  must(stock.installed(f.iccid(1), "b"));  // another order's
  EXPECT_EQ(f.profile(1).state, ProfileState::kPushed);
  must(stock.installed(f.iccid(1), "a"));
  must(stock.installed(f.iccid(1), "a"));
  must(stock.returned(f.iccid(1), "a"));  // too late
  EXPECT_EQ(f.profile(1).state, ProfileState::kInstalled);
  EXPECT_EQ(f.profile(1).on_card, OnCardState::kDisabled);
  must(stock.reserve(by_iccid(2, "b")));
  must(stock.returned(f.iccid(2), "b"));
  EXPECT_EQ(f.profile(2).state, ProfileState::kAvailable);
  EXPECT_FALSE(f.profile(2).order);
  EXPECT_EQ(code(stock.reserve(by_iccid(2, "c"))), "ok");
}

TEST_F(SmDpPlusStock, DeletedIsFreeAgainWhereTheTypeSaysSo) {
  for (const bool reuse : {false, true}) {
    const int n = reuse ? 2 : 1;
    f.change_type([&](ProfileType& t) { t.reuse_after_delete = reuse; });
    must(stock.reserve(by_iccid(n, std::to_string(n))));
    must(stock.installed(f.iccid(n), std::to_string(n)));
    auto other = eid;
    other[15] ^= 1;
    must(stock.deleted(f.iccid(n), other));
    EXPECT_EQ(f.profile(n).state, ProfileState::kInstalled);
    must(stock.deleted(f.iccid(n), eid));
    EXPECT_EQ(f.profile(n).state, reuse ? ProfileState::kAvailable : ProfileState::kInstalled);
  }
  EXPECT_EQ(f.profile(1).on_card, OnCardState::kDeleted);
}

TEST_F(SmDpPlusStock, AFailedCommitReservesNothing) {
  store.fail_commit(1, MemoryStore::Fail::kBefore);
  EXPECT_FALSE(stock.reserve(by_iccid(1, "a")));
  EXPECT_EQ(f.profile(1).state, ProfileState::kAvailable);
  store.fail_commit(1, MemoryStore::Fail::kAfter);
  EXPECT_FALSE(stock.reserve(by_iccid(1, "a")));
  EXPECT_EQ(must(stock.reserve(by_iccid(1, "a"))).iccid, f.iccid(1));  // the answer was lost, not the Profile
}

}  // namespace
}  // namespace eider::smdpp
