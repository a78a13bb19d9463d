// AUTHENTICATE in the GBA context: TS 33.220 section 5.3.2, TS 31.102 section 7.1.
#include "card/authenticate_fixture.hpp"
#include "crypto/gba.hpp"

namespace eider::test::aka {
namespace {

TEST(AuthenticateGba, BootstrapsAndDerives) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(3);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  const auto naf = concat({as_bytes("naf.example.org"), hex("0100000002")});
  const auto impi = as_bytes("001010000000001@ims.mnc001.mcc001.3gppnetwork.org");
  const auto derivation = concat({hex("DE"), Sim::lv({naf, impi})});
  EXPECT_EQ(sim.authenticate(0x84, derivation).sw, 0x6985) << "nothing is bootstrapped";

  const auto v = network.next_bootstrapping();
  EXPECT_EQ(sim.aka(v.rand, v.autn).sw, 0x9862) << "no AUTN of an ordinary authentication";
  const auto bootstrapping = concat({hex("DD"), Sim::lv({v.rand, v.autn})});
  auto r = sim.authenticate(0x84, bootstrapping);
  EXPECT_EQ(to_hex(r.data), to_hex(concat({hex("DB"), Sim::lv({v.keys.res})}))) << "RES alone: Ks stays";
  EXPECT_EQ(to_hex(sim.authenticate(0x84, bootstrapping).data).substr(0, 4), "DC0E");
  ASSERT_EQ(sim.terminal.path("7FFF6FD6").sw, 0x9000);
  EXPECT_EQ(sim.terminal.binary(18), "10" + to_hex(v.rand) + "00");

  // The terminal adds B-TID and lifetime.
  const auto b_tid = as_bytes("RAND@bsf");
  sim.terminal.send(CommandApdu{0x00, 0xD6, 0x00, 0x11, Sim::lv({b_tid, hex("00000E10")}), {}}.encode());
  sim.card.power_on();
  sim.terminal.application(kUsim);
  r = sim.authenticate(0x84, derivation);
  const auto ks = concat({v.keys.ck, v.keys.ik});
  EXPECT_EQ(to_hex(r.data), "DB20" + to_hex(crypto::gba_ks_ext_naf(ks, v.rand, impi, naf).view()));
  ASSERT_EQ(sim.terminal.path("7FFF6FDA").sw, 0x9000);
  auto entry = concat({make_tlv(0x80, naf), make_tlv(0x81, b_tid)});
  entry.resize(60, 0xFF);
  EXPECT_EQ(sim.terminal.record(1, 60), to_hex(entry));
  // The same NAF keeps its record, another takes the next, a third the one after that written last.
  sim.authenticate(0x84, derivation);
  EXPECT_EQ(sim.terminal.record(2, 60), to_hex(Bytes(60, 0xFF)));
  for (const char* name : {"b.example.org", "c.example.org"})
    EXPECT_EQ(sim.authenticate(0x84, concat({hex("DE"), Sim::lv({as_bytes(name), impi})})).sw, 0x9000);
  EXPECT_EQ(sim.terminal.record(1, 60).substr(4, 26), to_hex(as_bytes("c.example.org")));
  EXPECT_EQ(sim.terminal.record(2, 60).substr(4, 26), to_hex(as_bytes("b.example.org")));
  EXPECT_EQ(sim.authenticate(0x84, concat({hex("DE"), Sim::lv({Bytes(60, 'n'), impi})})).sw, 0x9866);
}

TEST(AuthenticateGba, RefusesPrecisely) {
  Sim sim;
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.authenticate(0x84, hex("DF00")).sw, 0x6A80);
  EXPECT_EQ(sim.authenticate(0x84, hex("DD00")).sw, 0x6700);
  EXPECT_EQ(sim.authenticate(0x84, hex("DE0000")).sw, 0x6700);
  Settings s;
  s.ust = table({27, 38});
  s.ist = 0;
  Sim without(s);
  for (const char* aid : {kUsim, kIsim}) {
    without.terminal.application(aid);
    EXPECT_EQ(without.authenticate(0x84, hex("DD00")).sw, 0x9864);
  }
}

}  // namespace
}  // namespace eider::test::aka
