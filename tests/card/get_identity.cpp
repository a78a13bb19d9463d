// GET IDENTITY: TS 31.102 section 7.5.
#include "card/authenticate_fixture.hpp"
#include "crypto/suci.hpp"

namespace eider::test::aka {
namespace {

constexpr char kHomeNetworkKey[] = "0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1";
constexpr char kHomeNetworkPrivate[] = "F1AB1074477EBCC7F554EA1C5FC368B1616730155E0041AC447D6301975FECDA";

TEST(GetIdentity, NullScheme) {
  Sim sim;
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6985) << "no application";
  sim.terminal.application(kUsim);
  // IMSI 001-01-0000000001.
  EXPECT_EQ(sim.terminal.data("8078000100"),
            "A10D"
            "0100F110F0FF0000"
            "0000000010");
}

TEST(GetIdentity, ProfileBReachesTheHomeNetwork) {
  Settings s;
  s.calc_info = hex(std::string("A0040201"
                                "0000"
                                "A126"
                                "80011B"
                                "8121") +
                    kHomeNetworkKey);
  Sim sim(s);
  sim.terminal.application(kUsim);
  std::string before;
  for (int i = 0; i < 2; ++i) {
    const auto r = sim.terminal.send("8078000100");
    ASSERT_EQ(r.sw, 0x9000);
    ASSERT_EQ(to_hex(ByteView(r.data).first(10)),
              "A136"
              "0100F110F0FF021B");
    const auto msin = crypto::suci_deconceal(crypto::SuciScheme::kProfileB, Secret(hex(kHomeNetworkPrivate)),
                                             ByteView(r.data).subspan(10));
    EXPECT_EQ(to_hex(*msin), "0000000010");
    EXPECT_NE(to_hex(r.data), before) << "each is fresh";
    before = to_hex(r.data);
  }
}

TEST(GetIdentity, RefusesPrecisely) {
  Settings s;
  s.ust = table({124});
  Sim without(s);
  without.terminal.application(kUsim);
  EXPECT_EQ(without.terminal.sw("8078000100"), 0x6985) << "service 125 is off";
  s.ust = table({125});
  Sim without_privacy(s);
  without_privacy.terminal.application(kUsim);
  EXPECT_EQ(without_privacy.terminal.sw("8078000100"), 0x6985) << "service 124 is off";
  Sim sim;
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.terminal.sw("8078000200"), 0x6A81) << "SUCI for NSWO";
  EXPECT_EQ(sim.terminal.sw("8078000000"), 0x6A86);
  EXPECT_EQ(sim.terminal.sw("8078010100"), 0x6A86);
  EXPECT_EQ(sim.terminal.sw("0078000100"), 0x6E00);
  sim.terminal.application(kIsim);
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6985) << "an ISIM has no SUPI";
  s.ust = table({124, 125});
  s.calc_info = hex("A0020101");  // names a key that is not there
  Sim broken(s);
  broken.terminal.application(kUsim);
  EXPECT_EQ(broken.terminal.sw("8078000100"), 0x6A88);
}

}  // namespace
}  // namespace eider::test::aka
