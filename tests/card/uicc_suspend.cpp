// SUSPEND UICC: ETSI TS 102 221 section 11.1.22.
#include <gtest/gtest.h>

#include "support/uicc_profile.hpp"

namespace eider::test {

TEST(UiccSuspend, ResumesWithTheToken) {
  Sim sim;
  auto& t = sim.t;
  t.send(terminal_profile());
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(sim.verify(), 0x9000);
  EXPECT_EQ(sim.verify("81", kPin2), 0x9000);
  EXPECT_EQ(t.sw("00A4000C026F71"), 0x9000);
  t.send("0070000001");
  EXPECT_EQ(t.sw("01A4080C047F506F02"), 0x9000);
  EXPECT_EQ(t.sw("01B200020A"), 0x9000);
  // From ten seconds to two hours.
  const auto r = t.send("8076000004000A02020A");
  ASSERT_EQ(r.sw, 0x9000);
  ASSERT_EQ(r.data.size(), 10u);
  EXPECT_EQ(to_hex(ByteView(r.data).first(2)), "0202");
  const auto token = to_hex(ByteView(r.data).subspan(2));
  sim.power_cycle();
  EXPECT_EQ(t.sw("80AA00000AA9088100820101830107"), 0x9000);
  EXPECT_EQ(t.sw("8076010008" + token), 0x9000);
  EXPECT_EQ(t.sw("00D60000015A"), 0x9000);  // EF, application and both PINs are back
  EXPECT_EQ(t.sw("01B200020A"), 0x9000);
  EXPECT_EQ(t.data("01B200040A").substr(0, 2), "02");
  EXPECT_EQ(t.sw("8076010008" + token), 0x6985);  // once
}

TEST(UiccSuspend, AWrongTokenOrAnotherCommandEndsIt) {
  for (const std::string other : {"8076010008FFFFFFFFFFFFFFFF", "80F2000C", "00A4000C023F00"}) {
    Sim sim;
    auto& t = sim.t;
    EXPECT_EQ(sim.verify(), 0x9000);
    const auto r = t.send("80760000040001000A0A");
    const auto token = to_hex(ByteView(r.data).subspan(2));
    sim.power_cycle();
    EXPECT_EQ(t.sw(other), other[3] == '6' ? 0x6982 : 0x9000);
    EXPECT_EQ(t.sw("8076010008" + token), 0x6985);
    EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
    EXPECT_EQ(t.sw("00B0000001"), 0x6982);
    EXPECT_FALSE(sim.nvm.get("suspended"));
  }
}

TEST(UiccSuspend, WrongUse) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("80760100080102030405060708"), 0x6985);  // nothing to resume
  EXPECT_EQ(t.sw("8076000003000A02"), 0x6700);
  EXPECT_EQ(t.sw("807601000401020304"), 0x6700);
  EXPECT_EQ(t.sw("807600000405010602"), 0x6A80);    // units that do not exist
  EXPECT_EQ(t.sw("8076000004020100010A"), 0x6A80);  // longest before shortest
  EXPECT_EQ(t.sw("80760200040001000A"), 0x6A86);
  EXPECT_EQ(t.sw("80760001040001000A"), 0x6A86);
  EXPECT_EQ(t.sw("00760000040001000A"), 0x6E00);
  t.send("0070000001");
  EXPECT_EQ(t.sw("81760000040001000A"), 0x6881);
}

// What the terminal has fetched and not answered would be lost.
TEST(UiccSuspend, NotWhileTheCardWaitsForTheTerminal) {
  Sim sim;
  auto& t = sim.t;
  t.send(terminal_profile());
  sim.driver.open();
  const sgp22::EnableProfileRequest enable{{*sgp22::parse_iccid(kIccidB)}, true};
  sim.driver.call<sgp22::EnableProfileResponse>(enable);
  EXPECT_EQ(t.sw("80760000040001000A"), 0x6985) << "a REFRESH waits to be fetched";
}

// Section 11.2.
TEST(UiccToolkit, ParametersAndLengthsAreChecked) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("80100000"), 0x6700);
  EXPECT_EQ(t.sw("8010010003000080"), 0x6A86);
  EXPECT_EQ(t.sw("8012000003000080"), 0x6700);
  EXPECT_EQ(t.sw("8012000000"), 0x6985);  // nothing to fetch
  EXPECT_EQ(t.sw("80140000"), 0x6700);
  EXPECT_EQ(t.sw("80C20000"), 0x6700);
  EXPECT_EQ(t.sw("0010000003000080"), 0x6E00);
  t.send("0070000001");
  EXPECT_EQ(t.sw("8110000003000080"), 0x6881);  // on the basic channel only
}

}  // namespace eider::test
