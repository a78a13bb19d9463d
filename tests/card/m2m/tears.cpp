// Power lost before, within and after every write of what an SM-SR and an SM-DP have the card do: the laws
// hold afterwards, one Profile is enabled, no counter is taken twice, and the same thing can be done again.
#include "support/tears.hpp"

#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/m2m/sm_dp.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
using Id = es5::FunctionId;

M2mPlan plan() {
  auto p = M2mPlan::usual();
  p.m2m.profiles[0].pol1 = 0x04;  // goes when it is disabled
  p.m2m.profiles[0].fallback = false;
  p.m2m.profiles.push_back({m2m_package(kSecondIccid), false, true, false, false, {}});
  return p;
}

struct Operation {
  std::string name;
  std::function<void(M2mDevice&)> prepare, run;
  // Has happened, whole: seen from outside.
  std::function<bool(M2mDevice&)> done;
};

bool has(M2mDevice& d, std::uint16_t instance, std::uint8_t state) {
  return d.state_of(instance) == state;
}
void expect_ok(std::uint16_t sw) {
  if (sw != 0x9000) throw std::runtime_error("status word " + std::to_string(sw));
}
CommandApdu profile_command(Id id, std::uint16_t instance) {
  return es5::encode_profile_command(id, isdp_aid(instance));
}

std::vector<Operation> operations() {
  const auto nothing = [](M2mDevice&) {};
  return {
      {"CreateISDP", nothing,
       [](M2mDevice& d) { expect_ok(d.sw(es5::CreateISDP{isdp_aid(0x20), 5000}.encode())); },
       [](M2mDevice& d) { return has(d, 0x20, 0x07); }},
      {"EnableProfile and its confirmation", nothing,
       [](M2mDevice& d) {
         expect_ok(d.sw(profile_command(Id::kEnableProfile, 0x11)));
         expect_ok(d.confirm());
       },
       [](M2mDevice& d) { return has(d, 0x11, 0x3F) && has(d, 0x10, 0x00); }},
      {"SetFallbackAttribute", nothing,
       [](M2mDevice& d) { expect_ok(d.sw(profile_command(Id::kSetFallbackAttribute, 0x10))); },
       [](M2mDevice& d) { return d.es5({es5::encode_get_status(isdp_aid(0x10))}).back().data.size() > 0; }},
      {"DeleteProfile", [](M2mDevice& d) { expect_ok(d.sw(es5::CreateISDP{isdp_aid(0x20), {}}.encode())); },
       [](M2mDevice& d) { expect_ok(d.sw(es5::encode_delete_profile(isdp_aid(0x20)))); },
       [](M2mDevice& d) { return has(d, 0x20, 0x00); }},
      {"EstablishISDPKeySet",
       [](M2mDevice& d) { expect_ok(d.sw(es5::CreateISDP{isdp_aid(0x20), {}}.encode())); },
       [](M2mDevice& d) { expect_ok(M2mSmDp(d, 0x20).establish()); },
       [](M2mDevice& d) { return has(d, 0x20, 0x0F); }},
      {"DownloadAndInstallation",
       [](M2mDevice& d) { expect_ok(d.sw(es5::CreateISDP{isdp_aid(0x20), {}}.encode())); },
       [](M2mDevice& d) {
         M2mSmDp dp(d, 0x20);
         expect_ok(dp.establish());
         if (dp.open_session() != "8500") throw std::runtime_error("no session");
         (void)dp.load(m2m_package("8988211000000000035"));
       },
       [](M2mDevice& d) { return has(d, 0x20, 0x1F); }},
  };
}

// What must hold after any power loss. `counter`: of the packets so far.
void check(M2mDevice& d, const std::string& where) {
  const auto view = must(card::inspect(d.nvm));
  const auto laws = card::check_laws(view);
  EXPECT_TRUE(laws) << where << (laws ? "" : laws.error().message());
  EXPECT_EQ(std::ranges::count(view.profiles, sgp22::ProfileState::kEnabled, &card::ProfileView::state), 1)
      << where;
  ASSERT_TRUE(view.m2m->fallback) << where;
}

TEST(M2mTears, NothingIsLostWhateverIsTorn) {
  for (const auto& operation : operations()) {
    for (const auto& tear : tears()) {
      for (std::size_t write = 1;; ++write) {
        const auto where = operation.name + ", " + tear.name + ", write " + std::to_string(write);
        M2mDevice d(plan());
        d.power_on();
        expect_ok(d.confirm());
        operation.prepare(d);
        tear.arm(d.nvm, write);
        try {
          operation.run(d);
        } catch (const std::exception&) {
        }
        const bool torn = !d.nvm.powered();
        const auto last = d.counter;
        d.power_on();
        check(d, where);
        // The counter of the packet that was on its way is either free or used, and stays so.
        const auto again = d.sealed(hex("AA00"), "1639", "000001", last);
        const auto first = d.deliver(again).size(), second = d.deliver(again).size();
        EXPECT_EQ(first, 1u) << where;
        EXPECT_EQ(second, 1u) << where;
        // What has not happened can be done again.
        const auto notice = must(card::inspect(d.nvm)).m2m->notice;
        if (notice) expect_ok(d.sw(es5::encode_notification_confirmation(notice->sequence)));
        if (!operation.done(d)) {
          try {
            operation.run(d);
          } catch (const std::exception& e) {
            ADD_FAILURE() << where << ": " << e.what();
          }
        }
        EXPECT_TRUE(operation.done(d)) << where;
        check(d, where);
        if (!torn) {
          EXPECT_GT(write, 1u) << where;
          break;
        }
        ASSERT_LT(write, 60u) << where;
      }
    }
  }
}

}  // namespace
}  // namespace eider::test
