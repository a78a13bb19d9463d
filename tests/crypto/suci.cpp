#include "crypto/suci.hpp"

#include <gtest/gtest.h>

#include "crypto/gba.hpp"
#include "crypto/kdf.hpp"

namespace eider::crypto {
namespace {

struct TestData {
  const char* name;
  SuciScheme scheme;
  const char *private_key, *public_key, *ephemeral_private, *input, *ephemeral, *cipher_text, *mac;
};

constexpr char kPrivateA[] = "C53C22208B61860B06C62E5406A7B330C2B577AA5558981510D128247D38BD1D";
constexpr char kPublicA[] = "5A8D38864820197C3394B92613B20B91633CBD897119273BF8E4A6F4EEC0A650";
constexpr char kPrivateB[] = "F1AB1074477EBCC7F554EA1C5FC368B1616730155E0041AC447D6301975FECDA";
constexpr char kPublicB[] = "0272DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1";
constexpr char kUncompressedB[] =
    "0472DA71976234CE833A6907425867B82E074D44EF907DFB4B3E21C1C2256EBCD1"
    "5A7DED52FCBB097A4ED250E036C7B9C8C7004C4EEDC4F068CD7BF8D3F900E3B4";

// 3GPP TS 33.501 section C.4: MSIN 001002086, and "verylongusername1".
constexpr TestData kTestData[] = {
    {"C431", SuciScheme::kProfileA, kPrivateA, kPublicA,
     "C80949F13EBE61AF4EBDBD293EA4F942696B9E815D7E8F0096BBF6ED7DE62256", "00012080F6",
     "B2E92F836055A255837DEBF850B528997CE0201CB82ADFE4BE1F587D07D8457D", "CB02352410", "CDDD9E730EF3FA87"},
    {"C432", SuciScheme::kProfileA, kPrivateA, kPublicA,
     "BE9EFF3E9F22A4B42A3D236E7A6C500B3F2E7E0C7449988BA800D664BF4FCD97", "766572796C6F6E67757365726E616D6531",
     "977D8B2FDAA7B64AA700D04227D5B440630EA4EC50F9082273A26BB678C92222", "8E358A1582ADB15322C10E515141D2039A",
     "12E1D7783A97F1AC"},
    {"C441", SuciScheme::kProfileB, kPrivateB, kPublicB,
     "99798858A1DC6A2C68637149A4B1DBFD1FDFF5ADDD62A2142F06699ED7602529", "00012080F6",
     "039AAB8376597021E855679A9778EA0B67396E68C66DF32C0F41E9ACCA2DA9B9D1", "46A33FC271", "6AC7DAE96AA30A4D"},
    {"C442", SuciScheme::kProfileB, kPrivateB, kPublicB,
     "90A5898BD29FFA3F261E00E980067C70A2B1B992A21F5B4FEF6D4DF69FE804AD", "766572796C6F6E67757365726E616D6531",
     "03759BB22C563D9F4A6B3C1419E543FC2F39D6823F02A9D71162B39399218B244B",
     "BE22D8B9F856A52ED381CD7EAF4CF2D525", "3CDDC61A0A7882EB"},
};

class SuciTestData : public testing::TestWithParam<TestData> {};

TEST_P(SuciTestData, Reproduces) {
  const auto& d = GetParam();
  const Secret private_key(hex(d.private_key));
  EXPECT_EQ(to_hex(*suci_public_key(d.scheme, private_key)), d.public_key);
  const auto out =
      suci_conceal_with(d.scheme, hex(d.public_key), hex(d.input), Secret(hex(d.ephemeral_private)));
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(to_hex(out->ephemeral_key), d.ephemeral);
  EXPECT_EQ(to_hex(out->cipher_text), d.cipher_text);
  EXPECT_EQ(to_hex(out->mac_tag), d.mac);
  const auto scheme_output = hex(std::string(d.ephemeral) + d.cipher_text + d.mac);
  EXPECT_EQ(to_hex(*suci_deconceal(d.scheme, private_key, scheme_output)), d.input);
}

TEST_P(SuciTestData, EveryFlippedBitIsRefused) {
  const auto& d = GetParam();
  const Secret private_key(hex(d.private_key));
  const auto good = hex(std::string(d.ephemeral) + d.cipher_text + d.mac);
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    // X25519 ignores the highest bit of a coordinate (RFC 7748 section 5), but the key derivation does not.
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(suci_deconceal(d.scheme, private_key, bad)) << bit;
  }
  EXPECT_FALSE(suci_deconceal(d.scheme, private_key, ByteView(good).first(good.size() - 1)));
  EXPECT_FALSE(suci_deconceal(d.scheme, private_key, ByteView(good).first(40)));
}

INSTANTIATE_TEST_SUITE_P(Ts33501, SuciTestData, testing::ValuesIn(kTestData),
                         [](const auto& row) { return row.param.name; });

// TS 33.501 section C.4.2.
TEST(Suci, NullSchemeChangesNothing) {
  SeededRandom random(1);
  const auto input = hex("00012080F6");
  EXPECT_EQ(suci_conceal(SuciScheme::kNull, {}, input, random)->octets(), input);
  EXPECT_EQ(*suci_deconceal(SuciScheme::kNull, {}, input), input);
}

TEST(Suci, EachConcealmentHasItsOwnKey) {
  SeededRandom random(2);
  const auto input = hex("2143658709");
  for (const auto& d : {kTestData[0], kTestData[2]}) {
    const auto a = *suci_conceal(d.scheme, hex(d.public_key), input, random);
    const auto b = *suci_conceal(d.scheme, hex(d.public_key), input, random);
    EXPECT_NE(a.ephemeral_key, b.ephemeral_key);
    EXPECT_NE(a.cipher_text, b.cipher_text);
    for (const auto& out : {a, b})
      EXPECT_EQ(*suci_deconceal(d.scheme, Secret(hex(d.private_key)), out.octets()), input);
  }
}

TEST(Suci, TakesAnUncompressedKeyOfProfileB) {
  const auto& d = kTestData[2];
  const auto out =
      suci_conceal_with(d.scheme, hex(kUncompressedB), hex(d.input), Secret(hex(d.ephemeral_private)));
  ASSERT_TRUE(out);
  EXPECT_EQ(to_hex(out->octets()), std::string(d.ephemeral) + d.cipher_text + d.mac);
}

TEST(Suci, RefusesKeysThatAreNone) {
  SeededRandom random(3);
  const Bytes input(5);
  EXPECT_FALSE(suci_conceal(SuciScheme::kProfileA, Bytes(32), input, random)) << "point of small order";
  EXPECT_FALSE(suci_conceal(SuciScheme::kProfileA, Bytes(33, 2), input, random));
  EXPECT_FALSE(suci_conceal(SuciScheme::kProfileB, Bytes(33), input, random));
  EXPECT_FALSE(suci_conceal(SuciScheme::kProfileB, hex(kPublicA), input, random));
  auto off_curve = hex(kUncompressedB);
  off_curve.back() ^= 1;
  EXPECT_FALSE(suci_conceal(SuciScheme::kProfileB, off_curve, input, random));
  EXPECT_FALSE(suci_conceal(static_cast<SuciScheme>(3), hex(kPublicA), input, random));
  EXPECT_FALSE(suci_deconceal(static_cast<SuciScheme>(12), Secret(hex(kPrivateA)), Bytes(60)));
}

// Longer than a block: the counter counts.
TEST(Suci, LongInputsRoundTrip) {
  SeededRandom random(4);
  const auto input = random.bytes(253);
  const auto out = *suci_conceal(SuciScheme::kProfileA, hex(kPublicA), input, random);
  EXPECT_EQ(*suci_deconceal(SuciScheme::kProfileA, Secret(hex(kPrivateA)), out.octets()), input);
}

// RFC 4231 sections 4.2, 4.3 and 4.7.
TEST(Hmac, Rfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0B), {as_bytes("Hi "), as_bytes("There")})),
            "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), {as_bytes("what do ya want for nothing?")})),
            "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xAA),
                               {as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})),
            "60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54");
}

// TS 33.220 annex B.3 worked with HMAC-SHA-256 of another implementation (Python's hmac).
TEST(Gba, NafKeys) {
  const auto ks = hex("B40BA9A3C58B2A05BBF0D987B21BF8CBF769BCD751044604127672711C6D3441");
  const auto rand = hex("23553CBE9637A89D218AE64DAE47BF35");
  const auto impi = as_bytes("001010123456789@ims.mnc001.mcc001.3gppnetwork.org");
  const auto naf_id = concat({as_bytes("naf.example.org"), hex("0100000002")});
  EXPECT_EQ(to_hex(gba_ks_ext_naf(ks, rand, impi, naf_id).view()),
            "7A205CE786B14DAD6F28D1F8B39D74ABA2A172A3C134043BB036912E2036B610");
  EXPECT_EQ(to_hex(gba_ks_int_naf(ks, rand, impi, naf_id).view()),
            "3E9F04A7DE64EFD1DB6843A0A5F1C5677B7F7CC3FB7A37B7C53DCB4B2806B19C");
}

// SHA-1 of the IK of TS 35.208 test set 1, by sha1sum.
TEST(Gba, AltersMacAndRes) {
  const auto mac = hex("4A9FFAC354DFAFB3");
  const auto ik = hex("F769BCD751044604127672711C6D3441");
  const auto altered = gba_mac(mac, ik);
  EXPECT_EQ(to_hex(altered), "8C7F3F0D723FB244");
  EXPECT_EQ(gba_mac(altered, ik), mac);
  EXPECT_EQ(to_hex(gba_res(hex("A54211D5E3BA50BF"))), "A54211D5E3BA50BE");
}

}  // namespace
}  // namespace eider::crypto
