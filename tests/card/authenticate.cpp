// AUTHENTICATE of an installed and enabled Profile, as a terminal sends it.
#include "card/authenticate_fixture.hpp"

namespace eider::test::aka {
namespace {

TEST(Authenticate, AnswersTestSet1) {
  Sim sim;
  ASSERT_EQ(sim.terminal.application(kUsim), 0x9000);
  const auto r = sim.aka(hex(kRand), hex(kAutn));
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(to_hex(r.data), std::string("DB08") + kRes + "10" + kCk + "10" + kIk + "08" + kKc);
}

TEST(Authenticate, KcNeedsService27) {
  Settings s;
  s.ust = table({38});
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data),
            std::string("DB08") + kRes + "10" + kCk + "10" + kIk);
}

TEST(Authenticate, GsmContextNeedsService38) {
  Sim sim;
  sim.terminal.application(kUsim);
  const auto r = sim.authenticate(0x80, hex(std::string("10") + kRand));
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(to_hex(r.data), std::string("04") + kSres + "08" + kKc);
  EXPECT_EQ(sim.authenticate(0x80, hex("0F" + std::string(kRand).substr(2))).sw, 0x6700);
  Settings s;
  s.ust = table({27});
  Sim without(s);
  without.terminal.application(kUsim);
  EXPECT_EQ(without.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x9864);
}

// AUTS as another implementation computes it for the replay of test set 1.
TEST(Authenticate, ReplayGivesAutsAlsoAfterReset) {
  Sim sim;
  sim.terminal.application(kUsim);
  ASSERT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  for (int i = 0; i < 2; ++i) {
    const auto r = sim.aka(hex(kRand), hex(kAutn));
    EXPECT_EQ(r.sw, 0x9000);
    EXPECT_EQ(to_hex(r.data), "DC0EBA853F3C123CCF44E93596E355C6");
    sim.card.power_on();
    sim.terminal.application(kUsim);
  }
}

TEST(Authenticate, WrongMacIs9862) {
  Sim sim;
  sim.terminal.application(kUsim);
  auto autn = hex(kAutn);
  autn.back() ^= 1;
  const auto r = sim.aka(hex(kRand), autn);
  EXPECT_EQ(r.sw, 0x9862);
  EXPECT_TRUE(r.data.empty());
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB") << "nothing was used up";
}

TEST(Authenticate, NeedsTheApplicationAndItsDirectory) {
  Sim sim;
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985) << "no application";
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.terminal.path("7FFF5FC0").sw, 0x9000);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB")
      << "a directory below the ADF will do";
  EXPECT_EQ(sim.terminal.sw("00A40004023F00"), 0x9000);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985) << "the MF is current";
}

TEST(Authenticate, NeedsTheApplicationPin) {
  Settings s;
  s.pin_enabled = true;
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6982);
  EXPECT_EQ(sim.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x6982);
  EXPECT_EQ(sim.terminal.sw("8078000100"), 0x6982);
  auto l = elements(s);
  const auto pin = pins(l, 0)[0];
  ASSERT_EQ(
      sim.terminal
          .send(CommandApdu{0x00, 0x20, 0x00, pin.keyReference, to_bytes(pin.pinValue.view()), {}}.encode())
          .sw,
      0x9000);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
}

TEST(Authenticate, RefusesPrecisely) {
  Sim sim;
  sim.terminal.application(kUsim);
  const auto data = Sim::lv({hex(kRand), hex(kAutn)});
  for (const std::uint8_t p2 : {0x00, 0x01, 0x83, 0x85, 0x86, 0x87, 0x88, 0xC1})
    EXPECT_EQ(sim.authenticate(p2, data).sw, 0x6A86) << int(p2);
  EXPECT_EQ(sim.authenticate(0x82, hex("04000000010101")).sw, 0x9864) << "VGCS and VBS";
  EXPECT_EQ(sim.terminal.sw("00880181"
                            "2210" +
                            std::string(kRand) + "10" + kAutn + "00"),
            0x6A86);
  EXPECT_EQ(sim.terminal.sw("80880081"
                            "2210" +
                            std::string(kRand) + "10" + kAutn + "00"),
            0x6E00);
  EXPECT_EQ(sim.terminal.sw("0088008100"), 0x6700) << "no data";
  for (const auto& bad :
       {hex(std::string("10") + kRand), concat({data, hex("00")}), Sim::lv({hex(kRand), hex(kAutn), {}}),
        Sim::lv({hex(kRand), ByteView(hex(kAutn)).first(15)}),
        Sim::lv({ByteView(data).first(15), hex(kAutn)})})
    EXPECT_EQ(sim.authenticate(0x81, bad).sw, 0x6700);
  // MBMS and local keys come with the odd instruction.
  for (const char* odd : {"00898085025300"
                          "00",
                          "00898086025300"
                          "00"})
    EXPECT_EQ(sim.terminal.sw(odd), 0x9864);
  EXPECT_EQ(sim.terminal.sw("0089808102530000"), 0x6A86);
  EXPECT_EQ(to_hex(sim.authenticate(0x81, data).data).substr(0, 2), "DB") << "nothing was used up";
}

TEST(Authenticate, StopsAtAuthCounterMax) {
  Settings s;
  s.counter_max = *FixedBytes<3>::from(hex("000002"));
  Sim sim(s);
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), Bytes(16)).sw, 0x9862);
  sim.card.power_on();
  sim.terminal.application(kUsim);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  EXPECT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x6985);
}

// TS 31.103 section 7.1: IMS AKA.
TEST(Authenticate, ImsContext) {
  Sim sim;
  ASSERT_EQ(sim.terminal.application(kIsim), 0x9000);
  const auto r = sim.aka(hex(kRand), hex(kAutn));
  EXPECT_EQ(to_hex(r.data), std::string("DB08") + kRes + "10" + kCk + "10" + kIk) << "without Kc";
  EXPECT_EQ(sim.authenticate(0x80, hex(std::string("10") + kRand)).sw, 0x6A86);
  EXPECT_EQ(sim.authenticate(0x82, hex("0100")).sw, 0x9864) << "HTTP digest";
  // Keys of its own: the USIM has not seen this SQN.
  sim.terminal.application(kUsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
}

TEST(Authenticate, MappedApplicationsShareTheirSequenceNumbers) {
  Settings s;
  s.mapped = true;
  Sim sim(s);
  sim.terminal.application(kUsim);
  ASSERT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DB");
  sim.terminal.application(kIsim);
  EXPECT_EQ(to_hex(sim.aka(hex(kRand), hex(kAutn)).data).substr(0, 2), "DC");
}

TEST(Authenticate, NetworkResynchronises) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(1);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  for (int i = 0; i < 40; ++i) {
    const auto v = network.next();
    EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
  }
  // A network that has lost its counter.
  auto fresh = *auc::AuthenticationCentre::make(parameters_of(s), random);
  auto v = fresh.next();
  const auto r = sim.aka(v.rand, v.autn);
  ASSERT_EQ(to_hex(r.data).substr(0, 4), "DC0E");
  EXPECT_EQ(must(fresh.resynchronise(v.rand, ByteView(r.data).subspan(2))), network.sqn());
  v = fresh.next();
  EXPECT_EQ(to_hex(sim.aka(v.rand, v.autn).data), success(v));
}

// The SQN is durable before the answer leaves the card, whatever happens to the power.
TEST(Authenticate, NoTearLetsAReplayIn) {
  Settings s;
  s.sqn_options = 0x02;
  Sim sim(s);
  SeededRandom random(2);
  auto network = *auc::AuthenticationCentre::make(parameters_of(s), random);
  sim.terminal.application(kUsim);
  std::vector<auc::Vector> answered;
  for (int i = 0; i < 3; ++i) {
    answered.push_back(network.next());
    ASSERT_EQ(to_hex(sim.aka(answered.back().rand, answered.back().autn).data), success(answered.back()));
  }
  const auto base = sim.card.nvm;
  for (const bool gba : {false, true}) {
    const auto v = gba ? network.next_bootstrapping() : network.next();
    const auto data = Sim::lv({v.rand, v.autn});
    const auto command = CommandApdu{0x00,
                                     0x88,
                                     0x00,
                                     static_cast<std::uint8_t>(gba ? 0x84 : 0x81),
                                     gba ? concat({hex("DD"), data}) : data,
                                     256}
                             .encode();
    const auto run = [&](CardCopy& c) {
      Terminal t(c.driver);
      t.application(kUsim);
      return t.send(command);
    };
    CardCopy whole(base);
    const auto before = whole.nvm.commits();
    ASSERT_EQ(to_hex(run(whole).data).substr(0, 2), "DB");
    const auto writes = whole.nvm.commits() - before;
    EXPECT_EQ(writes, gba ? 2U : 1U);
    for (std::size_t n = 1; n <= writes; ++n) {
      for (const auto cut : {Cut::kBeforeWrite, Cut::kAfterWrite}) {
        CardCopy card(base);
        card.nvm.cut_power_at(n, cut);
        EXPECT_THROW(run(card), std::runtime_error) << "no answer without the write";
        card.nvm.restore_power();
        must(card.euicc.reset());
        const bool written = n > 1 || cut == Cut::kAfterWrite;
        EXPECT_EQ(to_hex(run(card).data).substr(0, 2), written ? "DC" : "DB");
        EXPECT_EQ(to_hex(run(card).data).substr(0, 2), "DC");
        Terminal t(card.driver);
        for (const auto& old : answered)
          EXPECT_EQ(
              to_hex(t.send(CommandApdu{0x00, 0x88, 0x00, 0x81, Sim::lv({old.rand, old.autn}), 256}.encode())
                         .data)
                  .substr(0, 2),
              "DC");
      }
    }
  }
}

TEST(Authenticate, KeysGoWithTheProfile) {
  Sim sim;
  sim.terminal.application(kUsim);
  ASSERT_EQ(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  EXPECT_FALSE(sim.card.nvm.keys("aka/").empty());
  sim.card.driver.call<sgp22::DisableProfileResponse>(sgp22::DisableProfileRequest{{sim.iccid}, false});
  sim.card.power_on();
  EXPECT_NE(sim.terminal.application(kUsim), 0x9000);
  EXPECT_NE(sim.aka(hex(kRand), hex(kAutn)).sw, 0x9000);
  sim.card.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{{sim.iccid}});
  EXPECT_TRUE(sim.card.nvm.keys("aka/").empty());
}

}  // namespace
}  // namespace eider::test::aka
