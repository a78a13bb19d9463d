#include "codec/atr.hpp"

#include <gtest/gtest.h>

namespace eider {
namespace {
Atr atr(std::string_view text) {
  const auto out = parse_atr(hex(text));
  EXPECT_TRUE(out) << out.error().message();
  return out.value_or(Atr());
}
}  // namespace

// ATR of a sysmoISIM-SJA2, as its maker publishes it: T=0, T=15, TA1 96, TCK.
TEST(Atr, OfAUicc) {
  const auto a = atr("3B9F96801F878031E073FE211B674A4C753034054BA9");
  EXPECT_FALSE(a.inverse_convention);
  EXPECT_EQ(a.protocols, (std::vector<std::uint8_t>{0}));
  EXPECT_EQ(a.speed(), 0x96);
  EXPECT_EQ(to_hex(a.historical), "8031E073FE211B674A4C753034054B");
  EXPECT_TRUE(a.has_check);
  EXPECT_FALSE(a.specific_mode());
  EXPECT_EQ(a.clock_stop_and_class(), 0x87);  // clock stop preferred low, classes A to C
}

// ISO 7816-3 section 8.2: the shortest one, T=0 at the default speed, no TCK.
TEST(Atr, OfTheShortestKind) {
  const auto a = atr("3F00");
  EXPECT_TRUE(a.inverse_convention);
  EXPECT_EQ(a.speed(), 0x11);
  EXPECT_EQ(a.protocols, (std::vector<std::uint8_t>{0}));
  EXPECT_FALSE(a.has_check);
  EXPECT_FALSE(choose_pps(a));
}

// TA1 95, TD1 10 (T=0, TA2 follows), TA2 00: ISO 7816-3 section 8.3, mode specific T=0.
TEST(Atr, SpecificModeTakesNoPps) {
  const auto a = atr("3B90951000");
  EXPECT_TRUE(a.specific_mode());
  EXPECT_EQ(a.speed(), 0x95);
  EXPECT_FALSE(choose_pps(a));
}

TEST(Atr, RefusesWhatIsNone) {
  for (const auto* bad : {"", "3B", "3C00", "3B01", "3B1F96", "3B9F96801F878031E073FE211B674A4C753034054BA8",
                          "3B9F96801F878031E073FE211B674A4C753034054B", "3B00FF",
                          "3B9F96801F878031E073FE211B674A4C753034054BA900", "3B80808080808080808080"})
    EXPECT_FALSE(parse_atr(hex(bad))) << bad;
}

// ISO 7816-3 section 8.3, tables 7 and 8.
TEST(Atr, SpeedsOfTheTables) {
  EXPECT_EQ(speed_of(0x11).f, 372u);
  EXPECT_EQ(speed_of(0x11).d, 1u);
  EXPECT_EQ(speed_of(0x96).f, 512u);
  EXPECT_EQ(speed_of(0x96).d, 32u);
  EXPECT_EQ(speed_of(0x18).d, 12u);
  EXPECT_EQ(speed_of(0x97).d, 64u);
  EXPECT_EQ(speed_of(0x70).f, 0u);
}

// ISO 7816-3 section 9: FF 10 96 and the exclusive-or of them.
TEST(Pps, AsksForWhatTheCardOffers) {
  const auto a = atr("3B9F96801F878031E073FE211B674A4C753034054BA9");
  const auto pps = choose_pps(a);
  ASSERT_TRUE(pps);
  EXPECT_EQ(to_hex(pps->encode()), "FF109679");
  EXPECT_FALSE(choose_pps(a, 16)) << "this reader is not as fast";
}

TEST(Pps, ChecksTheResponse) {
  const Pps request{0, 0x96};
  EXPECT_EQ(check_pps_response(request, hex("FF109679"))->speed, 0x96);
  EXPECT_FALSE(check_pps_response(request, hex("FF00FF"))->speed) << "the default speed";
  for (const auto* bad : {"", "FF", "FE109678", "FF109678", "FF1096", "FF109578", "FF119678", "FF01FE",
                          "FF30960059", "FF10967900"})
    EXPECT_FALSE(check_pps_response(request, hex(bad))) << bad;
}

// ISO 7816-3 section 9.3. A card with TA1 96 (F 512, D 32), T=0 and T=15.
TEST(Pps, ACardAnswersByItsAtr) {
  const auto a = atr("3B9F96801F878031E073FE211B674A4C753034054BA9");
  const auto answer = [&](std::string_view request) {
    const auto pps = parse_pps_request(hex(request));
    if (!pps) return std::string("no request");
    const auto response = answer_pps(a, *pps);
    return response ? to_hex(response->encode()) : std::string("mute");
  };
  EXPECT_EQ(answer("FF109679"), "FF109679");
  EXPECT_EQ(answer("FF10957A"), "FF10957A") << "slower than it offers";
  EXPECT_EQ(answer("FF1011FE"), "FF1011FE") << "the default speed, by name";
  EXPECT_EQ(answer("FF00FF"), "FF00FF");
  EXPECT_EQ(answer("FF109778"), "FF00FF") << "faster than it offers: default speed";
  EXPECT_EQ(answer("FF1016F9"), "FF00FF") << "another F";
  EXPECT_EQ(answer("FF7096000019"), "FF109679") << "PPS2 and PPS3 are not echoed";
  EXPECT_EQ(answer("FF119678"), "mute") << "T=1 is not offered";
  for (const auto* bad : {"", "FF", "FF10", "FE109678", "FF109678", "FF1096", "FF10967900", "FF0096"})
    EXPECT_EQ(answer(bad), "no request") << bad;
  EXPECT_FALSE(answer_pps(atr("3B90951000"), Pps{0, 0x95})) << "specific mode takes no PPS";
}

// What the terminal asks for and what a card answers fit, for every ATR of one round.
TEST(Pps, BothSidesAgree) {
  for (unsigned ta1 = 0; ta1 < 256; ++ta1) {
    Atr a;
    a.rounds.push_back({static_cast<std::uint8_t>(ta1), {}, {}, {}});
    a.protocols = {0};
    const auto request = choose_pps(a);
    if (!request) continue;
    const auto response = answer_pps(a, parse_pps_request(request->encode()).value());
    ASSERT_TRUE(response) << ta1;
    EXPECT_EQ(check_pps_response(*request, response->encode())->speed, static_cast<std::uint8_t>(ta1));
  }
}

}  // namespace eider
