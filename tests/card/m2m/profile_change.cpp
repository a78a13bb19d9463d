// Changes of the enabled Profile when something goes wrong: roll-back, fall-back, local functions (SGP.02
// v4.2 sections 3.2, 3.15, 3.16, 3.22, 3.23, 3.30, 3.31), and power lost at every write.
#include <gtest/gtest.h>

#include "card/inspect.hpp"
#include "card/m2m/records.hpp"
#include "profile/builder.hpp"
#include "support/m2m_card.hpp"

namespace eider::test {
namespace {
namespace es5 = sgp02::es5;
using es5::NotificationType;
using Id = es5::FunctionId;

M2mPlan plan_of_two(std::uint8_t pol1 = 0) {
  auto plan = M2mPlan::usual();
  plan.m2m.profiles.push_back({m2m_package(kSecondIccid), false, false, false, false, pol1});
  return plan;
}
CommandApdu enable_profile(std::uint16_t instance) {
  return es5::encode_profile_command(Id::kEnableProfile, isdp_aid(instance));
}
std::optional<es5::Aid> enabled(const card::Nvm& nvm) {
  for (const auto& p : must(card::inspect(nvm)).profiles)
    if (p.state == sgp22::ProfileState::kEnabled) return es5::Aid::from(p.aid);
  return std::nullopt;
}
card::M2mView m2m(const M2mDevice& d) {
  const auto view = must(card::inspect(d.nvm));
  must(card::check_laws(view));
  return *view.m2m;
}
// Declared and confirmed: nothing is under way.
void settle(M2mDevice& d) {
  d.power_on();
  if (!d.notifications.empty() && m2m(d).notice) {
    ASSERT_EQ(d.confirm(), 0x9000);
  }
  d.notifications.clear();
}
constexpr Duration kMinute{60'000};

TEST(M2mProfileChange, WithoutConfirmationTheOldProfileComesBack) {
  M2mDevice d(plan_of_two());
  settle(d);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
  ASSERT_EQ(d.notifications.size(), 1u);
  d.pass(5 * kMinute);
  ASSERT_EQ(d.notifications.size(), 3u);  // sent again, with the same number
  EXPECT_EQ(d.notifications[2].sequence_number, d.notifications[0].sequence_number);
  d.pass(2 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  ASSERT_EQ(d.notifications.size(), 4u);
  EXPECT_EQ(d.notifications[3].type, NotificationType::kProfileChangeFailedAndRollBack);
  EXPECT_EQ(d.notifications[3].isdp_aid, isdp_aid(0x10));
  // The confirmation of the one before comes too late.
  EXPECT_EQ(d.sw(es5::encode_notification_confirmation(d.notifications[0].sequence_number)), 0x6A88);
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_FALSE(m2m(d).change);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
}

TEST(M2mProfileChange, RollBackDeletesNothing) {
  auto plan = plan_of_two();
  plan.m2m.profiles[0].pol1 = card::m2m::kDeletedWhenDisabled;
  plan.m2m.profiles[0].fallback = false;
  plan.m2m.profiles[1].fallback = true;
  M2mDevice d(plan);
  settle(d);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
  d.pass(10 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(m2m(d).isd_ps.size(), 2u);
}

TEST(M2mProfileChange, WithoutNetworkTheOldProfileComesBack) {
  M2mDevice d(plan_of_two());
  settle(d);
  // The answer still gets out; behind the REFRESH there is no network.
  const auto packet = d.sealed(must(etsi::encode_script(std::vector<Bytes>{enable_profile(0x11).encode()},
                                                        etsi::ScriptFormat::kExpanded)),
                               "1619");
  d.coverage = false;
  ASSERT_EQ(d.deliver(packet).size(), 1u);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));
  d.pass(7 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  EXPECT_TRUE(d.notifications.empty());
  d.coverage = true;
  d.pass(3 * kMinute);
  ASSERT_FALSE(d.notifications.empty());
  EXPECT_EQ(d.notifications.back().type, NotificationType::kProfileChangeFailedAndRollBack);
  EXPECT_EQ(d.confirm(), 0x9000);
}

TEST(M2mProfileChange, WhenTheWayBackFailsTheFallBackProfileIsEnabled) {
  auto plan = plan_of_two();
  plan.m2m.profiles.push_back({m2m_package("8988211000000000035"), false, false, false, false, {}});
  plan.m2m.profiles[0].fallback = false;
  plan.m2m.profiles[2].fallback = true;
  M2mDevice d(plan);
  settle(d);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
  d.coverage = false;
  d.pass(7 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  d.pass(7 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x12));
  d.coverage = true;
  d.pass(Duration(3'600'000));
  EXPECT_EQ(d.notifications.back().type, NotificationType::kProfileChangeAfterFallBack);
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x12));
}

M2mPlan second_enabled(std::uint8_t pol1) {
  auto plan = plan_of_two(pol1);
  plan.m2m.profiles[0].enabled = false;
  plan.m2m.profiles[1].enabled = true;
  return plan;
}

TEST(M2mProfileChange, LossOfNetworkEndsInTheFallBackProfile) {
  M2mDevice d(second_enabled(0));
  settle(d);
  d.set_service(false);
  d.pass(4 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));
  d.set_service(true);
  d.pass(10 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));  // it came back in time
  d.set_service(false);
  d.pass(6 * kMinute);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  d.set_service(true);
  d.pass(3 * kMinute);
  ASSERT_FALSE(d.notifications.empty());
  EXPECT_EQ(d.notifications.back().type, NotificationType::kProfileChangeAfterFallBack);
  EXPECT_EQ(d.confirm(), 0x9000);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
}

// Section 3.16: against POL1, and back to that Profile only.
TEST(M2mProfileChange, AfterAFallBackAgainstPol1OnlyTheOldProfileMayReturn) {
  for (const std::uint8_t pol1 : {card::m2m::kDisablingNotAllowed, card::m2m::kDeletedWhenDisabled}) {
    auto plan = second_enabled(pol1);
    plan.m2m.profiles.push_back({m2m_package("8988211000000000035"), false, false, false, false, {}});
    M2mDevice d(plan);
    settle(d);
    d.set_service(false);
    d.pass(6 * kMinute);
    d.set_service(true);
    d.pass(3 * kMinute);
    EXPECT_EQ(d.confirm(), 0x9000);
    EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
    ASSERT_TRUE(m2m(d).pinned);
    EXPECT_EQ(to_hex(*m2m(d).pinned), to_hex(isdp_aid(0x11)));
    EXPECT_EQ(d.sw(enable_profile(0x12)), 0x69E1);
    EXPECT_EQ(d.sw(es5::encode_delete_profile(isdp_aid(0x11))), 0x69E1);
    EXPECT_EQ(d.sw(es5::encode_profile_command(Id::kSetFallbackAttribute, isdp_aid(0x12))), 0x69E1);
    EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
    EXPECT_EQ(d.confirm(), 0x9000);
    EXPECT_FALSE(m2m(d).pinned);
    EXPECT_EQ(m2m(d).isd_ps.size(), 3u);  // nothing was deleted
  }
}

// ---- Local functions

std::uint16_t local(M2mDevice& d, std::uint8_t dgi) {
  Bytes select = hex("01A4040010");
  append(select, sgp22::kIsdRAid);
  select.push_back(0);
  d.driver().apdu("0070000001");
  d.driver().apdu(select);
  const auto sw = d.driver().apdu(concat({hex("81E2880003"), Bytes{0x3A, dgi, 0x00}})).sw;
  must(d.terminal.session(sw));
  return sw >> 8 == 0x91 ? std::uint16_t{0x9000} : sw;
}

TEST(M2mProfileChange, TheDeviceEnablesTheEmergencyProfileAndComesBack) {
  auto plan = plan_of_two();
  plan.m2m.profiles[0].pol1 = card::m2m::kDisablingNotAllowed;  // which does not count here
  plan.m2m.profiles[1].emergency = true;
  M2mDevice d(plan);
  settle(d);
  EXPECT_EQ(local(d, 0x0A), 0x6A88);  // no test Profile
  EXPECT_EQ(local(d, 0x0D), 0x6985);
  EXPECT_EQ(local(d, 0x0C), 0x9000);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));
  EXPECT_TRUE(d.notifications.empty());
  EXPECT_EQ(local(d, 0x0C), 0x6985);
  // No fall-back, no command of the SM-SR.
  d.set_service(false);
  d.pass(20 * kMinute);
  d.set_service(true);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));
  EXPECT_EQ(d.sw(enable_profile(0x10)), 0x6985);
  EXPECT_EQ(local(d, 0x0D), 0x9000);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x10));
  EXPECT_FALSE(m2m(d).change);
}

// Keys that everybody knows, as a test Profile has them.
Bytes test_package() {
  SeededRandom random(6);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = "8988211000000000035";
  parameters.k = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  return profile::build_generic_profile(parameters);
}

TEST(M2mProfileChange, TheTestProfileIsTheDevicesAlone) {
  auto plan = plan_of_two();
  plan.m2m.profiles.push_back({test_package(), false, false, false, true, {}});
  M2mDevice d(plan);
  settle(d);
  EXPECT_EQ(d.sw(enable_profile(0x12)), 0x6985);
  EXPECT_EQ(d.sw(es5::encode_delete_profile(isdp_aid(0x12))), 0x6985);
  EXPECT_EQ(d.sw(es5::encode_profile_command(Id::kSetFallbackAttribute, isdp_aid(0x12))), 0x6985);
  EXPECT_EQ(d.sw(enable_profile(0x11)), 0x9000);
  EXPECT_EQ(local(d, 0x0A), 0x6985);  // not while a change waits for its confirmation
  EXPECT_EQ(d.confirm(), 0x9000);
  d.notifications.clear();
  EXPECT_EQ(local(d, 0x0A), 0x9000);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x12));
  EXPECT_EQ(local(d, 0x0C), 0x6A88);  // no emergency Profile
  d.power_on();
  EXPECT_TRUE(d.notifications.empty());
  EXPECT_EQ(local(d, 0x0B), 0x9000);
  EXPECT_EQ(enabled(d.nvm), isdp_aid(0x11));
  EXPECT_TRUE(d.notifications.empty());
}

// ---- Power

// Whatever is torn: the card goes on to a state in which one Profile is enabled, and in which the SM-SR
// learns of it.
TEST(M2mProfileChange, PowerMayGoAtEveryWrite) {
  for (std::size_t write = 1; write < 20; ++write) {
    for (const auto cut : {card::MemoryNvm::Cut::kBeforeWrite, card::MemoryNvm::Cut::kAfterWrite}) {
      M2mDevice d(plan_of_two());
      settle(d);
      const auto before = d.nvm.commits();
      d.nvm.cut_power_at(write, cut);
      bool answered = false;
      try {
        answered = d.sw(enable_profile(0x11)) == 0x9000;
        if (answered) (void)d.confirm();
      } catch (const std::exception&) {
      }
      const bool cut_happened = !d.nvm.powered();
      d.power_on();
      const auto view = m2m(d);
      const auto now = enabled(d.nvm);
      ASSERT_TRUE(now);
      if (answered) {
        EXPECT_EQ(*now, isdp_aid(0x11)) << write;
      }
      if (view.notice) {
        ASSERT_FALSE(d.notifications.empty());
        EXPECT_EQ(d.notifications.back().isdp_aid, *now);
        EXPECT_EQ(d.confirm(), 0x9000);
      }
      EXPECT_FALSE(m2m(d).change) << write;
      d.counter += 10;
      EXPECT_EQ(d.sw(enable_profile(*now == isdp_aid(0x10) ? 0x11 : 0x10)), 0x9000) << write;
      if (!cut_happened) {
        EXPECT_GT(d.nvm.commits(), before);
        return;
      }
    }
  }
  FAIL() << "the operation never came to its end";
}

}  // namespace
}  // namespace eider::test
