// The SM-SR and a card of M2M in a terminal, joined by short messages: declaration, change of Profiles with
// confirmation, roll-back, deletion, audit. SGP.02 v4.2 sections 3.2 to 3.7, 3.15.
#include <deque>
#include <gmock/gmock.h>

#include "roles/smsr/fixture.hpp"
#include "support/m2m_card.hpp"

namespace eider::smsr::test {
namespace {
using S = std::vector<std::string>;
namespace m2m = eider::test;

// What leaves the card goes to the SM-SR, when the test lets it.
struct Device final : m2m::M2mDevice {
  explicit Device(const m2m::M2mPlan& plan) : M2mDevice(plan) {}
  std::deque<Bytes> out;
  device::SmsOutcome send(ByteView, ByteView tpdu) override {
    if (!coverage) return {device::SmsOutcome::Kind::kNetworkUnable, 0};
    out.push_back(must(etsi::SmsSubmit::decode(tpdu)).user_data);
    return {};
  }
};
m2m::M2mPlan two_profiles() {
  auto plan = m2m::M2mPlan::usual();
  plan.m2m.profiles.push_back({m2m::m2m_package(m2m::kSecondIccid), false, false, false, false, {}});
  return plan;
}

struct Field {
  World w{kSmsr, false};
  Device device{two_profiles()};
  bool deaf = false;  // what the SM-SR sends gets lost

  Field() {
    w.eid = device.made.personalisation.eid;
    const auto keys = m2m::scp80_keys(device.made);
    must(w.store.write([&](StoreTransaction& tx) -> Status {
      Euicc e;
      e.eid = w.eid;
      e.remaining_memory = 400'000;
      e.scp80_version = 1;
      EIDER_CHECK(tx.put_euicc(e));
      CardKeys k{w.eid, 1, KeySetType::kScp80, 0, {}};
      k.keys.push_back({1, 0x88, keys.kic->value});
      k.keys.push_back({2, 0x88, keys.kid->value});
      EIDER_CHECK(tx.put_key_set(k));
      int n = 0;
      for (const auto& made : device.made.profiles) {
        Profile p;
        p.eid = w.eid;
        p.iccid = iccid(++n);
        p.isdp_aid = made.isdp_aid;
        p.owner = n == 1 ? kMno1 : kMno2;
        p.state = made.enabled ? ProfileState::kEnabled : ProfileState::kDisabled;
        p.fallback = made.fallback;
        p.msisdn = n == 1 ? kMsisdn1 : kMsisdn2;
        EIDER_CHECK(tx.put_profile(p));
      }
      return {};
    }));
    device.power_on();
    exchange();
  }
  void exchange() {
    while (!w.sms.sent.empty() || !device.out.empty()) {
      while (!device.out.empty()) {
        const auto user_data = device.out.front();
        device.out.pop_front();
        w.from_card(user_data);
      }
      if (w.sms.sent.empty()) continue;
      const auto m = w.sms.sent.front();
      w.sms.sent.pop_front();
      for (const auto& part : m.user_data) {
        if (deaf) continue;
        etsi::SmsDeliver sms;
        sms.has_header = true;
        sms.originator = {0x91, m2m::kSmsrNumber};
        sms.protocol_identifier = etsi::kPidDataDownload;
        sms.data_coding_scheme = etsi::kDcsClass2;
        sms.user_data = part;
        must(device.terminal.deliver(sms));
      }
    }
  }
  void pass(Duration d) {
    device.pass(d);
    w.clock.advance(d);
    must(w.smsr->poll());
    exchange();
  }
};

TEST(SmsrRealCard, EnablesAndGoesBack) {
  Field f;
  EXPECT_EQ(f.w.enable(2).status, 202);
  f.exchange();
  EXPECT_EQ(f.w.profile(2).state, ProfileState::kEnabled);
  EXPECT_EQ(f.w.told(),
            (S{"ES4-EnableProfileResponse 2.999.2 ok", "ES4-HandleProfileDisabledNotification 2.999.1"}));
  EXPECT_EQ(f.w.disable(2, kMno2).status, 202);
  f.exchange();
  EXPECT_EQ(f.w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(f.w.told(),
            (S{"ES4-DisableProfileResponse 2.999.2 ok", "ES4-HandleProfileEnabledNotification 2.999.1"}));
  EXPECT_EQ(f.w.operations(), 0u);
}

TEST(SmsrRealCard, WithoutAConfirmationBothGoBack) {
  Field f;
  f.w.enable(2);
  // The command arrives; after that nothing of the SM-SR does.
  const auto m = f.w.sms.sent.front();
  f.w.sms.sent.clear();
  etsi::SmsDeliver sms;
  sms.has_header = true;
  sms.originator = {0x91, m2m::kSmsrNumber};
  sms.protocol_identifier = etsi::kPidDataDownload;
  sms.data_coding_scheme = etsi::kDcsClass2;
  sms.user_data = m.user_data.front();
  must(f.device.terminal.deliver(sms));
  f.deaf = true;
  f.exchange();
  for (int i = 0; i < 20; ++i) f.pass(std::chrono::seconds(30));
  f.deaf = false;
  for (int i = 0; i < 8; ++i) f.pass(std::chrono::minutes(5));
  EXPECT_EQ(f.w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(f.w.profile(2).state, ProfileState::kDisabled);
  EXPECT_THAT(f.w.told(), ::testing::Contains("ES4-EnableProfileResponse 2.999.2 8.3/4.2"));
  EXPECT_EQ(f.w.operations(), 0u);
}

TEST(SmsrRealCard, DeletesWhatIsEnabled) {
  Field f;
  f.w.enable(2);
  f.exchange();
  f.w.told();
  EXPECT_EQ(f.w.remove(2).status, 202);
  f.exchange();
  EXPECT_FALSE(f.w.has(2));
  EXPECT_EQ(f.w.profile(1).state, ProfileState::kEnabled);
  EXPECT_EQ(f.w.told(),
            (S{"ES4-DeleteProfileResponse 2.999.2 ok", "ES4-HandleProfileEnabledNotification 2.999.1"}));
}

TEST(SmsrRealCard, TheFallBackAttributeMoves) {
  Field f;
  f.w.call(kMno1, sgp02::Interface::kEs4a,
           sgp02::SetPLMARequest{{}, {kMno1, kMno2, {}, {"UnsetFallBackAttribute"}, {}}});
  f.w.told();
  EXPECT_EQ(f.w.call(kMno2, sgp02::Interface::kEs4, sgp02::SetFallBackAttributeRequest{{}, f.w.eid, iccid(2)})
                .status,
            202);
  f.exchange();
  EXPECT_TRUE(f.w.profile(2).fallback);
  // The card agrees: now the first one can be deleted once the second one is enabled.
  f.w.enable(2);
  f.exchange();
  EXPECT_EQ(f.w.remove(1, kMno1).status, 202);
  f.exchange();
  EXPECT_FALSE(f.w.has(1));
}

}  // namespace
}  // namespace eider::smsr::test
