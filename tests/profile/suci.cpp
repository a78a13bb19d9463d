#include "profile/suci.hpp"

#include <gtest/gtest.h>

#include "crypto/suci.hpp"
#include "spec/usim/suci_files.hpp"

namespace eider::profile {
namespace {

using crypto::SuciScheme;
using usim::RoutingIndicator;
using usim::SuciCalcInfo;
using usim::SupiNai;

// IMSI 274012 001002086 of TS 33.501 section C.4, EF.AD with an MNC of three digits.
const Bytes kImsi = hex("082947100210000268");
const Bytes kAd = hex("00000003");
const Bytes kRouting = hex("F0FFFFFF");
constexpr char kPrivateA[] = "C53C22208B61860B06C62E5406A7B330C2B577AA5558981510D128247D38BD1D";
constexpr char kPrivateB[] = "F1AB1074477EBCC7F554EA1C5FC368B1616730155E0041AC447D6301975FECDA";
// Keys of TS 31.121 section 4.9: 27 for profile B, uncompressed; 30 for profile A.
constexpr char kKey27[] =
    "0472DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1"
    "5A7DED52FCBB097A4ED250E036C7B9C8C7004C4EEDC4F068CD7BF8D3F900E3B4";
constexpr char kKey30[] = "5A8D38864820197C3394B92613B20B91633CBD897119273BF8E4A6F4EEC0A650";
const Bytes kBothKeys = hex(std::string("A16B80011B8141") + kKey27 + "80011E8120" + kKey30);

Bytes calc_info(std::string_view schemes, bool keys = true) {
  auto out = hex("A0" + to_hex(Bytes{static_cast<std::uint8_t>(schemes.size() / 2)}) + std::string(schemes));
  if (keys) append(out, kBothKeys);
  return out;
}

SuciFiles files(ByteView info) {
  return {kImsi, kAd, {}, kRouting, info};
}

// pySim, ts_31_102.py, EF_SUCI_Calc_Info._test_de_encode.
TEST(SuciFiles, CalcInfo) {
  const auto info =
      SuciCalcInfo::parse(hex("A00401010000A14A80010A81204E858C4D49D1343E6181284C47CA721730C98742CB7C6182D2E8"
                              "126E08088D3680010B8120D1BC365F"
                              "4997D17CE4374E72181431CBFEBA9E1B98D7618F79D48561B144672A"));
  ASSERT_TRUE(info) << info.error().message();
  ASSERT_EQ(info->schemes.size(), 2U);
  EXPECT_EQ(info->schemes[0].identifier, 1);
  EXPECT_EQ(info->schemes[0].key_index, 1);
  EXPECT_EQ(info->schemes[1].identifier, 0);
  ASSERT_EQ(info->keys.size(), 2U);
  EXPECT_EQ(info->keys[0].identifier, 10);
  EXPECT_EQ(to_hex(info->keys[1].value), "D1BC365F4997D17CE4374E72181431CBFEBA9E1B98D7618F79D48561B144672A");
  EXPECT_EQ(info->key_of(info->schemes[0]), &info->keys[0]);
  EXPECT_EQ(info->key_of(info->schemes[1]), nullptr);
  EXPECT_EQ(info->key_of({2, 3}), nullptr);
}

// TS.48: A0 02 00 00 and filling, 118 octets; before, filling alone.
TEST(SuciFiles, CalcInfoOfTs48) {
  auto ef = hex("A0020000");
  ef.resize(118, 0xFF);
  const auto info = *SuciCalcInfo::parse(ef);
  ASSERT_EQ(info.schemes.size(), 1U);
  EXPECT_EQ(info.schemes[0].identifier, 0);
  EXPECT_TRUE(SuciCalcInfo::parse(Bytes(118, 0xFF))->schemes.empty());
  EXPECT_TRUE(SuciCalcInfo::parse({})->schemes.empty());
}

TEST(SuciFiles, RefusesMalformedCalcInfo) {
  for (const char* bad :
       {"A1020000", "A0010000", "A003010100", "A00401010102", "A0020101A103800101", "A0020101A1048101018001",
        "A0020101A105800201028100", "A0020101A1058001018110", "A002010100", "A00201", "A0020101A1"})
    EXPECT_FALSE(SuciCalcInfo::parse(hex(bad))) << bad;
}

TEST(SuciFiles, RoutingIndicator) {
  const std::pair<const char*, const char*> rows[] = {{"F0FFFFFF", "0"},   {"F0FF0000", "0"}, {"76F8", "678"},
                                                      {"21F3FFFF", "123"}, {"2143", "1234"},  {"21FF", "12"}};
  for (const auto& [ef, digits] : rows) {
    const auto r = RoutingIndicator::parse(hex(ef));
    ASSERT_TRUE(r) << ef;
    EXPECT_EQ(r->digits(), digits);
  }
  for (const char* bad : {"", "F0", "21", "FFFF", "0FFF", "F021", "A0FF"})
    EXPECT_FALSE(RoutingIndicator::parse(hex(bad))) << bad;
}

TEST(SuciFiles, SupiNai) {
  const auto nai = SupiNai::parse(concat({hex("801A"), as_bytes("verylongusername1@3gpp.com"), hex("FFFF")}));
  ASSERT_TRUE(nai);
  EXPECT_EQ(nai->kind, SupiNai::Kind::kNetworkSpecific);
  EXPECT_EQ(nai->nai, "verylongusername1@3gpp.com");
  EXPECT_FALSE(SupiNai::parse(hex("FFFFFFFF")));
  EXPECT_FALSE(SupiNai::parse({}));
  EXPECT_FALSE(SupiNai::parse(concat({hex("8304"), as_bytes("a@bc")})));
  EXPECT_FALSE(SupiNai::parse(concat({hex("8003"), as_bytes("abc")})));
  EXPECT_FALSE(SupiNai::parse(concat({hex("8003"), as_bytes("@bc")})));
}

// TS 31.121 section 5.3: SUCI of the null scheme; octets as TS 24.501 section 9.11.3.4 has them, by hand.
TEST(Suci, NullScheme) {
  SeededRandom random(1);
  for (const auto& info : {calc_info("0000", false), Bytes(20, 0xFF), Bytes{}})
    EXPECT_EQ(to_hex(*compute_suci(files(info), random)),
              "01"
              "722410"
              "F0FF"
              "00"
              "00"
              "00012080F6");
  // MNC of two digits: its third is F, the MSIN has one digit more.
  auto f = files({});
  const auto ad = hex("00000002");
  f.ad = ad;
  EXPECT_EQ(to_hex(*compute_suci(f, random)),
            "01"
            "72F410"
            "F0FF"
            "00"
            "00"
            "0210000268");
}

TEST(Suci, BothProfilesReachTheHomeNetwork) {
  SeededRandom random(2);
  struct Row {
    const char* schemes;
    SuciScheme scheme;
    const char* private_key;
    std::uint8_t key;
    std::size_t size;
  };
  const Row rows[] = {{"02010102", SuciScheme::kProfileB, kPrivateB, 27, 54},
                      {"010202010000", SuciScheme::kProfileA, kPrivateA, 30, 53},
                      {"0C010102", SuciScheme::kProfileA, kPrivateA, 30, 53}};
  for (const auto& row : rows) {
    const auto info = calc_info(row.schemes);
    const auto suci = compute_suci(files(info), random);
    ASSERT_TRUE(suci) << suci.error().message();
    EXPECT_EQ(suci->size(), row.size);
    EXPECT_EQ(to_hex(ByteView(*suci).first(6)), "01722410F0FF");
    EXPECT_EQ((*suci)[6], static_cast<std::uint8_t>(row.scheme));
    EXPECT_EQ((*suci)[7], row.key);
    const auto msin =
        crypto::suci_deconceal(row.scheme, Secret(hex(row.private_key)), ByteView(*suci).subspan(8));
    EXPECT_EQ(to_hex(*msin), "00012080F6");
    EXPECT_NE(*compute_suci(files(info), random), *suci) << "each is fresh";
  }
}

// TS 23.003 section 28.7.3; TS 33.501 section C.4.2.2.
TEST(Suci, NetworkSpecificIdentifiers) {
  SeededRandom random(3);
  const auto nai = concat({hex("801A"), as_bytes("verylongusername1@3gpp.com")});
  const auto routing = hex("76F8FFFF");
  auto f = files({});
  f.supi_nai = nai;
  f.routing_indicator = routing;
  EXPECT_EQ(*compute_suci(f, random),
            concat({hex("11"), as_bytes("type1.rid678.schid0.useridverylongusername1@3gpp.com")}));
  const auto info = calc_info("0102");
  f.calc_info = info;
  const auto suci = *compute_suci(f, random);
  const auto text = std::string(as_text(ByteView(suci).subspan(1)));
  ASSERT_TRUE(text.starts_with("type1.rid678.schid1.hnkey30.ecckey")) << text;
  ASSERT_TRUE(text.ends_with("@3gpp.com"));
  const auto part = [&](std::string_view from, std::size_t n) {
    return text.substr(text.find(from) + from.size(), n);
  };
  const auto output = hex(part("ecckey", 64) + part(".cip", 34) + part(".mac", 16));
  EXPECT_EQ(as_text(*crypto::suci_deconceal(SuciScheme::kProfileA, Secret(hex(kPrivateA)), output)),
            "verylongusername1");
  const auto line = concat({hex("8104"), as_bytes("a@bc")});
  f.supi_nai = line;
  EXPECT_FALSE(compute_suci(f, random));
}

TEST(Suci, RefusesFilesThatDoNotFit) {
  SeededRandom random(4);
  const auto refused = [&](auto change) {
    auto f = files({});
    change(f);
    return !compute_suci(f, random);
  };
  EXPECT_FALSE(refused([](auto&) {}));
  const Bytes none, ff(9, 0xFF), short_ad(3), odd_mnc = hex("00000004"), bad_routing = hex("FFFF");
  EXPECT_TRUE(refused([&](auto& f) { f.imsi = none; }));
  EXPECT_TRUE(refused([&](auto& f) { f.imsi = ff; }));
  EXPECT_TRUE(refused([&](auto& f) { f.ad = short_ad; }));
  EXPECT_TRUE(refused([&](auto& f) { f.ad = odd_mnc; }));
  EXPECT_TRUE(refused([&](auto& f) { f.routing_indicator = bad_routing; }));
  const auto no_key = calc_info("0101", false), beyond = calc_info("0103"), wrong = calc_info("0101"),
             proprietary = calc_info("0C01");
  EXPECT_TRUE(refused([&](auto& f) { f.calc_info = no_key; }));
  EXPECT_TRUE(refused([&](auto& f) { f.calc_info = beyond; }));
  EXPECT_TRUE(refused([&](auto& f) { f.calc_info = wrong; })) << "a P-256 point for X25519";
  EXPECT_TRUE(refused([&](auto& f) { f.calc_info = proprietary; }));
}

}  // namespace
}  // namespace eider::profile
