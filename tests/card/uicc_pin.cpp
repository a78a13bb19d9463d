// PINs and access rules: ETSI TS 102 221 sections 9.2, 9.4, 9.5, 11.1.9 to 11.1.13.
#include <gtest/gtest.h>

#include "support/uicc_profile.hpp"

namespace eider::test {
namespace {
constexpr std::string_view kWrong = "3939393939393939", kNew = "34333231FFFFFFFF";
std::string join(std::string_view a, std::string_view b) {
  return std::string(a) + std::string(b);
}
}  // namespace

TEST(UiccPin, VerifyCountsAndResets) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00200001"), 0x63C3);  // how many tries
  EXPECT_EQ(sim.verify("01", kWrong), 0x63C2);
  EXPECT_EQ(t.sw("00200001"), 0x63C2);
  EXPECT_EQ(sim.verify(), 0x9000);
  EXPECT_EQ(t.sw("00200001"), 0x63C3);
  EXPECT_EQ(sim.verify("01", kWrong), 0x63C2);
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x6982);  // a wrong value takes back what was verified
  sim.power_cycle();
  EXPECT_EQ(t.sw("00200001"), 0x63C2);  // durable
  EXPECT_EQ(sim.verify("01", kWrong), 0x63C1);
  EXPECT_EQ(sim.verify("01", kWrong), 0x63C0);  // the one that blocks
  EXPECT_EQ(sim.verify(), 0x6983);              // the right value comes too late
  EXPECT_EQ(t.sw("00200001"), 0x6983);
  EXPECT_EQ(t.sw(join(join("0024000110", kPin1), kNew)), 0x6983);
  EXPECT_EQ(t.sw(join("0026000108", kPin1)), 0x6983);
  EXPECT_EQ(t.sw(join("0028000108", kPin1)), 0x6983);
}

TEST(UiccPin, WrongUse) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(sim.verify("02"), 0x6A88);
  EXPECT_EQ(sim.verify("00"), 0x6A86);
  EXPECT_EQ(sim.verify("21"), 0x6A86);  // table 11.15: b7 and b6 are 0
  EXPECT_EQ(sim.verify("81"), 0x6A88);  // a local PIN, outside its application
  EXPECT_EQ(t.sw("002001010831323334FFFFFFFF"), 0x6A86);
  EXPECT_EQ(t.sw("002000010731323334FFFFFF"), 0x6700);
  EXPECT_EQ(t.sw("002000010931323334FFFFFFFFFF"), 0x6700);
  EXPECT_EQ(t.sw("002000010431323334"), 0x6700);
  EXPECT_EQ(t.sw(join("0024000108", kPin1)), 0x6700);
  EXPECT_EQ(t.sw("00240001"), 0x6700);
  EXPECT_EQ(t.sw(join("002C000108", kPuk1)), 0x6700);
  EXPECT_EQ(t.sw(join(join("002C000A10", kPuk1), kNew)), 0x6A88);  // ADM1 has no PUK
  EXPECT_EQ(t.sw("00200001"), 0x63C3);                             // none of these cost a try
  EXPECT_EQ(t.sw(join("8020000108", kPin1)), 0x6E00);
}

TEST(UiccPin, ChangeVerifiesAndIsDurable) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw(join(join("0024000110", kWrong), kNew)), 0x63C2);
  EXPECT_EQ(t.sw(join(join("0024000110", kPin1), kNew)), 0x9000);
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  sim.power_cycle();
  EXPECT_EQ(sim.verify(), 0x63C2);
  EXPECT_EQ(sim.verify("01", kNew), 0x9000);
}

TEST(UiccPin, DisabledStandsForVerified) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw(join("0026000108", kWrong)), 0x63C2);
  EXPECT_EQ(t.sw(join("0026000108", kPin1)), 0x9000);
  EXPECT_EQ(sim.verify(), 0x6984);
  EXPECT_EQ(t.sw(join(join("0024000110", kPin1), kNew)), 0x6984);
  EXPECT_EQ(t.sw(join("0026000108", kPin1)), 0x6984);
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  sim.power_cycle();
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  EXPECT_EQ(t.sw(join("0028000108", kWrong)), 0x63C2);
  EXPECT_EQ(t.sw(join("0028000108", kPin1)), 0x9000);  // enabled and verified
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  EXPECT_EQ(t.sw(join("0028000108", kPin1)), 0x6985);
  sim.power_cycle();
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x6982);
}

TEST(UiccPin, AttributesForbid) {
  Sim sim;
  auto& t = sim.t;
  // ADM1 of the package: enabled and changeable, may not be disabled. Ten tries.
  EXPECT_EQ(t.sw(join("0026000A08", kAdm1)), 0x6985);
  EXPECT_EQ(t.sw("0020000A"), 0x63CA);
  EXPECT_EQ(sim.verify("0A", kWrong), 0x63C9);
  EXPECT_EQ(t.sw(join(join("0024000A10", kAdm1), kNew)), 0x9000);
  EXPECT_EQ(sim.verify("0A", kNew), 0x9000);
  EXPECT_EQ(t.sw(join("0026910108", kPin1)), 0x6A88);  // this Profile has no universal PIN
  EXPECT_EQ(t.sw(join("0026810108", kPin1)), 0x6A88);
}

TEST(UiccPin, UnblockGivesANewValue) {
  Sim sim;
  auto& t = sim.t;
  for (int i = 0; i < 3; ++i) sim.verify("01", kWrong);
  EXPECT_EQ(t.sw("002C0001"), 0x63CA);
  EXPECT_EQ(t.sw(join(join("002C000110", kWrong), kNew)), 0x63C9);
  sim.power_cycle();
  EXPECT_EQ(t.sw("002C0001"), 0x63C9);
  EXPECT_EQ(t.sw(join(join("002C000110", kPuk1), kNew)), 0x9000);
  EXPECT_EQ(t.sw("002C0001"), 0x63CA);
  EXPECT_EQ(t.sw("00200001"), 0x63C3);
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);  // verified
  sim.power_cycle();
  EXPECT_EQ(sim.verify("01", kNew), 0x9000);
}

TEST(UiccPin, UnblockEnablesADisabledPin) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw(join("0026000108", kPin1)), 0x9000);
  EXPECT_EQ(t.sw(join(join("002C000110", kPuk1), kNew)), 0x9000);
  EXPECT_EQ(t.member("7F50", 0xC6).substr(0, 6), "9001C0");
}

TEST(UiccPin, ABlockedPukIsTheEnd) {
  Sim sim;
  auto& t = sim.t;
  for (int left = 9; left > 0; --left) EXPECT_EQ(t.sw(join(join("002C000110", kWrong), kNew)), 0x63C0 | left);
  EXPECT_EQ(t.sw(join(join("002C000110", kWrong), kNew)), 0x63C0);
  EXPECT_EQ(t.sw(join(join("002C000110", kPuk1), kNew)), 0x6983);
  EXPECT_EQ(t.sw("002C0001"), 0x6983);
  EXPECT_EQ(sim.verify(), 0x9000);  // the PIN itself was not blocked
}

TEST(UiccPin, LocalPinsBelongToTheirApplication) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(sim.verify("81", kWrong), 0x63C2);
  EXPECT_EQ(sim.verify("01"), 0x9000);
  EXPECT_EQ(t.application(kIsim), 0x9000);
  EXPECT_EQ(t.sw("00200081"), 0x63C3);  // the ISIM's PIN 81 is another one
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.sw("00200081"), 0x63C2);
  EXPECT_EQ(t.sw("00A4000C023F00"), 0x9000);
  EXPECT_EQ(t.sw("00200081"), 0x6A88);
  EXPECT_EQ(t.sw("00A4000C027FFF"), 0x9000);
  EXPECT_EQ(sim.verify("81", kPin2), 0x9000);
  EXPECT_EQ(t.sw("00A4000C026F71"), 0x9000);
  EXPECT_EQ(t.sw("00D60000015A"), 0x9000);
  EXPECT_EQ(t.sw("00A4000C025FC0"), 0x9000);
  EXPECT_EQ(t.sw("00200081"), 0x63C3);  // also in the DFs of the application
  EXPECT_EQ(t.sw(join(join("002C008110", kPuk2), kNew)), 0x9000);
  EXPECT_EQ(sim.verify("81", kNew), 0x9000);
}

// Whoever tears the power away at the moment of the answer has lost the try: at every write, before and
// after.
TEST(UiccPin, TearingGainsNoTries) {
  using Cut = card::MemoryNvm::Cut;
  for (const std::string& command :
       {join("0020000108", kWrong), join(join("0024000110", kWrong), kNew), join("0026000108", kWrong)}) {
    for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
      Sim sim;
      int answers = 0;
      // Every try costs a write before the comparison; where that write was cut off, nothing was compared.
      for (int round = 0; round < 20; ++round) {
        sim.nvm.cut_power_at(1, cut);
        if (sim.euicc.transmit(hex(command))) ++answers;
        sim.power_cycle();
      }
      EXPECT_EQ(answers, cut == Cut::kAfterWrite ? 17 : 0);  // 6983 without a write
      const auto left = sim.t.sw("00200001");
      EXPECT_EQ(left, cut == Cut::kAfterWrite ? 0x6983 : 0x63C3);
    }
  }
  // A right value whose success was not durable has cost its try, and no more.
  Sim sim;
  sim.nvm.cut_power_at(2, Cut::kBeforeWrite);
  EXPECT_FALSE(sim.euicc.transmit(hex(join("0020000108", kPin1))));
  sim.power_cycle();
  EXPECT_EQ(sim.t.sw("00200001"), 0x63C2);
}

namespace {
profile::ProfileFacts with_universal_pin() {
  profile::ProfileFacts facts;
  saip::PinConfiguration pin1, universal;
  pin1.keyReference = 1;
  pin1.pinValue = Secret(hex(kPin1));
  universal.keyReference = 0x11;
  universal.pinValue = Secret(hex(kNew));
  facts.pin_sets.push_back({0, -1, {pin1, universal}});
  return facts;
}
}  // namespace

// Section 9.4.1: the universal PIN in the place of a disabled one.
TEST(UiccPin, TheUniversalPinReplaces) {
  card::MemoryNvm nvm;
  card::NvmBatch batch;
  batch.put(card::uicc::pin_key(16), card::uicc::PinStore::compile(with_universal_pin()));
  must(nvm.commit(batch));
  auto pins = must(card::uicc::PinStore::open(nvm, 16));
  const int mf[] = {0};
  auto* pin = pins.find(0x01, mf);
  auto* universal = pins.find(0x11, mf);
  ASSERT_TRUE(pin && universal);
  EXPECT_FALSE(pins.satisfied(*pin));
  pin->attributes = card::uicc::Pin::kReplaced | card::uicc::Pin::kMayBeDisabled;
  EXPECT_FALSE(pins.satisfied(*pin));
  universal->verified = true;
  EXPECT_TRUE(pins.satisfied(*pin));
  universal->tries.left = 0;
  EXPECT_FALSE(pins.satisfied(*pin));
  universal->tries.left = universal->tries.maximum;
  must(pins.save());
  EXPECT_TRUE(must(card::uicc::PinStore::open(nvm, 16)).find(0x01, mf)->has(card::uicc::Pin::kReplaced));
}

// Section 11.1.13: UNBLOCK enables the PIN, which ends the replacement.
TEST(UiccPin, UnblockEndsTheReplacement) {
  using card::uicc::Pin, card::uicc::PinStore;
  const int mf[] = {0};
  auto memory = sim_memory();
  {
    auto pins = must(PinStore::open(memory, sgp22::kFirstIsdPInstance));
    auto* pin = pins.find(0x01, mf);
    pin->attributes = static_cast<std::uint8_t>((pin->attributes & ~Pin::kEnabled) | Pin::kReplaced);
    must(pins.save());
  }
  Sim sim(memory);
  EXPECT_EQ(sim.t.sw(join(join("002C000110", kPuk1), kNew)), 0x9000);
  auto pins = must(PinStore::open(sim.nvm, sgp22::kFirstIsdPInstance));
  EXPECT_TRUE(pins.find(0x01, mf)->has(Pin::kEnabled));
  EXPECT_FALSE(pins.find(0x01, mf)->has(Pin::kReplaced));
}

TEST(UiccPin, DamagedPinsAreRefused) {
  const auto good = card::uicc::PinStore::compile(with_universal_pin());
  for (std::size_t n = 0; n < good.size(); ++n) {
    card::MemoryNvm nvm;
    card::NvmBatch batch;
    batch.put(card::uicc::pin_key(16), to_bytes(ByteView(good).first(n)));
    must(nvm.commit(batch));
    const bool whole = n == 2;  // no PIN at all
    EXPECT_EQ(card::uicc::PinStore::open(nvm, 16).has_value(), whole) << n;
  }
}

// TS 102 221 section 9.2 and the records that profiles carry (facts: TCA sample, TS.48).
TEST(UiccAccessRules, EveryFormOfCondition) {
  using namespace card::uicc;
  std::set<int> held;
  const auto allowed = [&](std::string_view rules, Need need) {
    return access_allowed(hex(rules), need, [&](std::uint8_t r) { return held.contains(r); });
  };
  const std::string_view rule8 = "800101A406830101950108800102A406830181950108800158A40683010A950108";
  EXPECT_FALSE(allowed(rule8, kRead));
  held = {0x01};
  EXPECT_TRUE(allowed(rule8, kRead));
  EXPECT_FALSE(allowed(rule8, kUpdate));
  held = {0x81};
  EXPECT_FALSE(allowed(rule8, kRead));
  EXPECT_TRUE(allowed(rule8, kUpdate));
  EXPECT_FALSE(allowed(rule8, kActivate));
  held = {0x0A};
  EXPECT_TRUE(allowed(rule8, kActivate));
  EXPECT_TRUE(allowed(rule8, kDeactivate));
  // always and never
  held = {0x01, 0x0A};
  EXPECT_TRUE(
      allowed("8001019000"
              "80015A9700",
              kRead));
  EXPECT_FALSE(
      allowed("8001019000"
              "80015A9700",
              kUpdate));
  EXPECT_FALSE(allowed("8001019000", kUpdate));  // no rule: never
  // OR: PIN1 or PIN2 of the TCA sample; AND; NOT
  const std::string_view either = "800102A010A406830101950108A406830102950108";
  held = {0x02};
  EXPECT_TRUE(allowed(either, kUpdate));
  held = {0x03};
  EXPECT_FALSE(allowed(either, kUpdate));
  const std::string_view both = "800102A710A406830101950108A406830102950108";
  held = {0x02};
  EXPECT_FALSE(allowed(both, kUpdate));
  held = {0x01, 0x02};
  EXPECT_TRUE(allowed(both, kUpdate));
  EXPECT_FALSE(allowed("800102AF08A406830101950108", kUpdate));
  EXPECT_TRUE(allowed("800102AF08A406830103950108", kUpdate));
  // Several conditions after one mode, and several modes before one condition
  held = {0x0B};
  EXPECT_TRUE(allowed("800101A40683010A950108A40683010B950108", kRead));
  EXPECT_TRUE(
      allowed("800101"
              "840132"
              "A40683010B950108",
              Need{0, 0x32}));
  EXPECT_TRUE(
      allowed("800101"
              "840132"
              "A40683010B950108",
              kRead));
  EXPECT_FALSE(
      allowed("800101"
              "840132"
              "A40683010B950108",
              kUpdate));
  // What cannot be read, or nests deeper than the card follows, grants nothing: behind a NOT neither.
  Bytes condition = hex("9700");
  for (int n = 0; n < 12; ++n) {
    condition = make_tlv(0xAF, condition);
    const bool odd = n % 2 == 0;
    EXPECT_EQ(allowed("800102" + to_hex(condition), kUpdate), odd && n < 8) << n + 1 << " times not never";
  }
  for (const char* unread :
       {"AF02A410", "AF00", "AF03A40183", "AF0205FF", "AF029E00", "A700", "A000", "AF06A0029700B010"})
    EXPECT_FALSE(allowed(std::string("800102") + unread, kUpdate)) << unread;
  // INCREASE is named by its instruction (rule 7)
  held = {0x01};
  const std::string_view rule7 = "800103A406830101950108800158A40683010A950108840132A406830101950108";
  EXPECT_TRUE(allowed(rule7, Need{0, 0x32}));
  EXPECT_FALSE(allowed(rule7, Need{0, 0xD4}));
  // b8 of the mode: b7 to b4 are proprietary
  EXPECT_TRUE(allowed("8001819000", kRead));
  EXPECT_FALSE(allowed("8001989000", kActivate));
  // A usage that is no user authentication; a key reference that is missing; secure messaging
  EXPECT_FALSE(allowed("800101A406830101950130", kRead));
  EXPECT_FALSE(allowed("800101A403950108", kRead));
  EXPECT_FALSE(allowed("800101B406830101950108", kRead));
  EXPECT_TRUE(allowed("8001019E0100", kRead));
  EXPECT_FALSE(allowed("8001019E01FF", kRead));
  // Padding ends the record; damage closes it
  EXPECT_TRUE(allowed("8001019000FFFFFF", kRead));
  EXPECT_FALSE(allowed("FF8001019000", kRead));
  EXPECT_FALSE(allowed("8002", kRead));
  EXPECT_FALSE(allowed("", kRead));
  EXPECT_FALSE(allowed("DF20019000", kRead));
  std::string deep = "9000";
  for (int i = 0; i < 30; ++i) deep = "A0" + to_hex(Bytes{static_cast<std::uint8_t>(deep.size() / 2)}) + deep;
  EXPECT_FALSE(allowed("800101" + deep, kRead));
}

}  // namespace eider::test
