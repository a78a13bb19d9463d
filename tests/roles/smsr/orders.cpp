// Orders of the SM-SR's own operator.
#include "roles/smsr/orders.hpp"

#include <gtest/gtest.h>

#include "roles/smsr/fixture.hpp"

namespace eider::smsr::test {
namespace {
using sgp02::Interface;

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

}  // namespace
}  // namespace eider::smsr::test
