// Connectivity parameters by way of SCP03: SGP.02 v4.2 section 3.1 and ES3.UpdateConnectivityParameters.
#include "roles/smdp/orders.hpp"
#include "roles/smdp/procedures/smdp_download.hpp"

namespace eider::smdp {
namespace {
using test::must;

TEST_F(SmdpDownload, ConnectivityParametersReachTheIsdP) {
  EXPECT_EQ(download(1), "ok");
  std::vector<std::string> heard;
  const auto listen = [&](const sgp02::FunctionExecutionStatus& s) {
    heard.push_back(s.statusCodeData ? s.statusCodeData->subject : "ok");
  };
  const sgp02::EntityId owner("2.999.31");
  const auto parameters = hex("A0090607914487200000F0");
  must(f.server->update_connectivity_parameters(owner, f.iccid(1), parameters, listen));
  f.settle_all();
  EXPECT_EQ(heard, std::vector<std::string>{"ok"});
  EXPECT_EQ(f.smsr.card.find(f.profile(1)->isdp)->connectivity, parameters);
  EXPECT_EQ(f.smsr.calls.back(), "UpdateConnectivityParameters");
  EXPECT_FALSE(
      f.server->update_connectivity_parameters(sgp02::EntityId("2.999.32"), f.iccid(1), parameters, listen));
  EXPECT_FALSE(f.server->update_connectivity_parameters(owner, f.iccid(2), parameters, listen));
  EXPECT_FALSE(f.server->update_connectivity_parameters(owner, f.iccid(1), hex("A300"), listen));
  f.smsr.card.refuse = {{"3A07", 0x6A80}};
  must(f.server->update_connectivity_parameters(owner, f.iccid(1), parameters, listen));
  f.settle_all();
  EXPECT_EQ(heard.back(), "8.3");
  EXPECT_EQ(f.procedures_left(), 0u);
}

// The order stands in the store: a restart wherever it is begins the session anew.
TEST_F(SmdpDownload, AnOrderOfConnectivityParametersSurvivesARestartAtEveryCommit) {
  EXPECT_EQ(download(1), "ok");
  const sgp02::EntityId owner("2.999.31");
  const auto outcome = [&](const std::string& call) {
    std::optional<sgp02::FunctionExecutionStatus> out;
    must(f.store.read([&](StoreReader& r) -> Status {
      EIDER_TRY(found, outcome_of_order(r, owner, call));
      out = found;
      return {};
    }));
    return out;
  };
  std::uint64_t longest = 0;
  for (const auto how : {MemoryStore::Fail::kKillBefore, MemoryStore::Fail::kKillAfter})
    for (std::uint64_t n = 1; n < 20; ++n) {
      const auto call = std::to_string(static_cast<int>(how)) + "-" + std::to_string(n);
      const auto parameters =
          hex("A00906079144872000" + std::string(n < 10 ? "0" : "") + std::to_string(n) + "F0");
      must(f.store.write([&](StoreTransaction& tx) -> Status {
        return order_connectivity_update(
                   tx, {owner, call, f.iccid(1), parameters, f.clock.now() + Duration(3600 * 1000)},
                   f.clock.now())
            .map([](const Procedure&) {});
      }));
      EXPECT_FALSE(outcome(call));
      f.store.fail_commit(n, how);
      for (int i = 0; i < 40 && !f.store.stopped(); ++i) f.settle();
      const bool hit = f.store.stopped();
      f.later.clear();
      f.start();
      f.settle_all();
      ASSERT_TRUE(outcome(call)) << call;
      EXPECT_EQ(outcome(call)->status, sgp02::ExecutionStatus::kExecutedSuccess) << call;
      EXPECT_EQ(f.smsr.card.find(f.profile(1)->isdp)->connectivity, parameters) << call;
      EXPECT_EQ(f.procedures_left(), 0u);
      longest = std::max(longest, n);
      if (!hit) break;
    }
  EXPECT_GT(longest, 4u);
}

}  // namespace
}  // namespace eider::smdp
