// Known answers: "pySim" are those of pySim, tests/unittests/test_ota.py (responses recorded from
// sysmoISIM-SJA5 cards); "computed" were made with Python's cryptography 48 from the formulas of TS 102 225,
// by a program that first reproduced all of pySim's.
#include "channel/scp80.hpp"

#include <gtest/gtest.h>

#include "channel/scp80_security.hpp"

namespace eider::channel::scp80 {
namespace {
using etsi::Integrity;
using etsi::ResponseStatus;

Key key(bool aes, std::string_view value, std::uint8_t mac_length = 8) {
  return {aes, Secret(hex(value)), mac_length};
}
// Keys of pySim's test cards.
KeySet aes128() {
  return {2, key(true, "200102030405060708090A0B0C0D0E0F"), key(true, "201102030405060708090A0B0C0D0E0F")};
}
KeySet des2() {
  return {3, key(false, "300102030405060708090A0B0C0D0E0F"), key(false, "301102030405060708090A0B0C0D0E0F")};
}
KeySet des2_real() {
  return {3, key(false, "C21DD66ACAC13CB3BC8B331B24AFB57B"), key(false, "12110C78E678C25408233076AA033615")};
}
// Keys of the computed vectors: octets from 40 on and from 80 on.
KeySet counting(bool aes, std::size_t size, std::uint8_t mac_length = 8) {
  Bytes kic, kid;
  for (std::size_t i = 0; i < size; ++i) {
    kic.push_back(static_cast<std::uint8_t>(0x40 + i));
    kid.push_back(static_cast<std::uint8_t>(0x80 + i));
  }
  return {1, Key{aes, Secret(kic), 8}, Key{aes, Secret(kid), mac_length}};
}

CommandPacket command(std::uint16_t spi, const KeySet& keys, std::string_view tar, std::uint64_t counter,
                      std::string_view data) {
  return {*etsi::Spi::decode(static_cast<std::uint8_t>(spi >> 8), static_cast<std::uint8_t>(spi)),
          keys.kic_use(),
          keys.kid_use(),
          *etsi::Tar::from(hex(tar)),
          counter,
          hex(data)};
}

struct CommandVector {
  const char* name;
  KeySet keys;
  std::uint16_t spi;
  const char* tar;
  std::uint64_t counter;
  const char *data, *packet;
};
std::vector<CommandVector> command_vectors() {
  return {
      {"pySim AES128-SJA5-CIPHERED-CC", aes128(), 0x0619, "B00011", 0, "00A40004023F00",
       "00281506192222B00011E87CCEEBB2D93083011CE294F93FC4D8DE80DA1ABAE8C37CA3E72EC4432E5058"},
      {"pySim 3DES-SJA5-CIPHERED-CC", des2(), 0x0619, "B00011", 0, "00A40004023F00",
       "00201506193535B00011AE733256918D050B87C94FBFE12E4DC402F262C41CF67F2F"},
      {"pySim 3DES-SJA5-UNCIPHERED-CC", des2(), 0x0609, "B00011", 0, "00A40004023F00",
       "00201506093535B00011C49AC91AB8159BA5B83A54FB6385E0A5E31694F8B215FAFC"},
      {"pySim 3DES-SJA5-UNCIPHERED-NOCC", des2(), 0x0601, "B00011", 0, "00A40004023F00",
       "00201506013535B000113190BE334900F52B025F3F7EDDFE868E96EBF310023B7769"},
      {"pySim test_cmd_3des_ciphered", des2_real(), 0x0419, "B00000", 0, "00A40000023F00",
       "00180D04193535B00000E3EC80A849B554421276AF3883927C20"},
      // The source prints it without CPL, which is 29 by its own checksum.
      {"pySim test_cmd_3des_signed", des2_real(), 0x0219, "B00000", 0, "00A40000023F00",
       "001D1502193535B00000000000000000072EA17BDB72060E00A40000023F00"},
      {"computed, AES-192", counting(true, 24), 0x1639, "B00000", 5, "00D600000411223344",
       "00281516391212B00000B5C14ACBDAD5EA1656505AD127FEA6149439AD3C33C7BDB8B1A4BF587E04FE5E"},
      {"computed, AES-256", counting(true, 32), 0x1639, "B00000", 5, "00D600000411223344",
       "00281516391212B0000073EEB60BCE54A6BB3583164C5C31823042ECC03596B1816FFA278DCB2E445A37"},
      {"computed, CMAC of four octets", counting(true, 16, 4), 0x1639, "B00000", 5, "00D600000411223344",
       "00281116391212B000005FFFC6B4002D6AA83A0133D411DD86BAE5C453F32DC598F6FE61B0D26AFB00B0"},
      {"computed, three keys", counting(false, 24), 0x1639, "B00000", 5, "00D600000411223344",
       "00201516391919B000003D963CE9C51315E2C8B8808EECA25E516156D7184FA0E71E"},
      {"computed, single DES", counting(false, 8), 0x1639, "B00000", 5, "00D600000411223344",
       "00201516391111B00000F17C5C99F1909AD1FC2FF1121A19C27FB16644FC8B8F28A5"},
  };
}

TEST(Scp80, CommandsBothWays) {
  for (const auto& v : command_vectors()) {
    const auto sealed =
        seal_command(command(v.spi, v.keys, v.tar, v.counter, v.data), v.keys, Policy::anything());
    ASSERT_TRUE(sealed) << v.name << ": " << sealed.error().message();
    EXPECT_EQ(to_hex(*sealed), v.packet) << v.name;
    const auto opened = open_command(hex(v.packet), v.keys, Policy::anything());
    ASSERT_TRUE(opened) << v.name;
    EXPECT_EQ(to_hex(opened->data), v.data) << v.name;
    EXPECT_EQ(to_hex(opened->tar), v.tar) << v.name;
    EXPECT_EQ(opened->counter, v.counter) << v.name;
    EXPECT_EQ(opened->spi.first() << 8 | opened->spi.second(), v.spi) << v.name;
  }
}

struct ResponseVector {
  const char* name;
  KeySet keys;
  Integrity integrity;
  bool ciphered;
  const char* tar;
  std::uint64_t counter;
  const char *data, *packet;
};
std::vector<ResponseVector> response_vectors() {
  constexpr auto kCc = Integrity::kCryptographicChecksum;
  return {
      {"pySim AES128-SJA5-CIPHERED-CC", aes128(), kCc, true, "B00011", 0, "016132",
       "002412B00011EBC6B497E2CAD7AEDF36ACE0E3A29B38853F0FE9CCDE81913BE5702B73ABCE1F"},
      {"pySim 3DES-SJA5-CIPHERED-CC", des2(), kCc, true, "B00011", 0, "016132",
       "001C12B000118BB989492C632529326A2F4681FEB37C825BC9021C9F6D0B"},
      {"pySim 3DES-SJA5-UNCIPHERED-CC", des2(), kCc, false, "B00011", 0, "016132",
       "001612B0001100000000000000B5BCD6353A421FAE016132"},
      {"pySim 3DES-SJA5-UNCIPHERED-NOCC", des2(), Integrity::kNone, false, "B00011", 0, "016132",
       "000E0AB0001100000000000000016132"},
      {"pySim test_resp_3des_ciphered", des2_real(), kCc, true, "B00011", 0, "01612F",
       "001C12B000119660EBDB81BE189B5E4389E9E7AB2BC0954F963AD869ED7C"},
      {"pySim test_resp_3des_signed", des2_real(), kCc, false, "B00011", 0, "01612F",
       "001612B000110000000000000055F47118381175FB01612F"},
      {"computed, AES-192", counting(true, 24), kCc, true, "B00000", 5, "019000",
       "002412B00000E43DABFCB0C7D19D97FB451973556074DB5F1DFF8F58D623CD76D375B310FF6A"},
      {"computed, AES-256", counting(true, 32), kCc, true, "B00000", 5, "019000",
       "002412B00000A82720A2108227C5F3E32F90A053946CF2195484E4B842970C8D8D1EA7FB6174"},
      {"computed, three keys", counting(false, 24), kCc, true, "B00000", 5, "019000",
       "001C12B00000759BE5F23AA2AE7209CA08133D7D160F9B068065E94D1E4C"},
  };
}

TEST(Scp80, ResponsesBothWays) {
  for (const auto& v : response_vectors()) {
    const ResponseProtection p{v.integrity, v.ciphered, v.keys.kic_use(), v.keys.kid_use()};
    const ResponsePacket r{*etsi::Tar::from(hex(v.tar)), v.counter, ResponseStatus::kOk, hex(v.data)};
    EXPECT_EQ(to_hex(*seal_response(r, p, v.keys)), v.packet) << v.name;
    const auto opened = open_response(hex(v.packet), p, v.keys);
    ASSERT_TRUE(opened) << v.name << ": " << opened.error().message();
    EXPECT_TRUE(opened->protected_as_asked);
    EXPECT_EQ(to_hex(opened->packet.data), v.data) << v.name;
    EXPECT_EQ(to_hex(opened->packet.tar), v.tar) << v.name;
    EXPECT_EQ(opened->packet.counter, v.counter) << v.name;
    EXPECT_EQ(opened->packet.status, ResponseStatus::kOk) << v.name;
  }
}

// pySim test_resp_3des_signed_err.
TEST(Scp80, AResponseWithAnotherOctetIsRefused) {
  const auto keys = des2_real();
  const ResponseProtection p{Integrity::kCryptographicChecksum, false, keys.kic_use(), keys.kid_use()};
  const auto r = open_response(hex("001612B000110000000000000055F47118381175FB02612F"), p, keys);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().as<VerificationFault>()->check, VerificationFault::Check::kMac);
}

// Every bit of a packet matters: none may be flipped without a refusal.
TEST(Scp80, EveryFlippedBitIsRefused) {
  for (const auto& v : command_vectors()) {
    if (std::string_view(v.name).find("test_cmd_3des_ciphered") != std::string_view::npos) continue;
    const auto good = hex(v.packet);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      auto bad = good;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      const auto opened = open_command(bad, v.keys, Policy{.single_des = true});
      EXPECT_FALSE(opened) << v.name << ", bit " << bit;
    }
  }
  for (const auto& v : response_vectors()) {
    if (v.integrity == Integrity::kNone) continue;
    const ResponseProtection p{v.integrity, v.ciphered, v.keys.kic_use(), v.keys.kid_use()};
    const auto good = hex(v.packet);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      auto bad = good;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      EXPECT_FALSE(open_response(bad, p, v.keys)) << v.name << ", bit " << bit;
    }
  }
}

TEST(Scp80, EveryLengthThatIsNotItsOwnIsRefused) {
  for (const auto& v : command_vectors()) {
    const auto good = hex(v.packet);
    for (std::size_t n = 0; n < good.size(); ++n)
      EXPECT_FALSE(read_command_header(ByteView(good).first(n))) << v.name << ", " << n;
    // With a CPL that fits, what is cut off is missed by the checksum or by the blocks.
    for (std::size_t n = 16; n < good.size(); ++n) {
      auto cut = to_bytes(ByteView(good).first(n));
      cut[1] = static_cast<std::uint8_t>(n - 2);
      EXPECT_FALSE(open_command(cut, v.keys, Policy{.single_des = true})) << v.name << ", " << n;
    }
  }
}

struct RefusedCommand {
  const char* why;
  std::uint16_t spi;
  std::uint8_t kic, kid;
  ResponseStatus status;
};
TEST(Scp80, RefusesByDefault) {
  const auto keys = aes128();
  const auto good = hex(command_vectors()[0].packet);
  for (const auto& r :
       {RefusedCommand{"no integrity", 0x0419, 0x22, 0x22, ResponseStatus::kInsufficientSecurityLevel},
        {"nothing at all", 0x0019, 0x22, 0x22, ResponseStatus::kInsufficientSecurityLevel},
        {"a CRC only", 0x0119, 0x22, 0x25, ResponseStatus::kInsufficientSecurityLevel},
        {"digital signature", 0x0719, 0x22, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"reserved bits of the first octet", 0x2619, 0x22, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"reserved bits of the second octet", 0x0659, 0x22, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"reserved PoR", 0x061B, 0x22, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"another key version", 0x0619, 0x22, 0x32, ResponseStatus::kUnidentifiedSecurityError},
        {"another version for KIc", 0x0619, 0x32, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"DES with an AES key", 0x0619, 0x25, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"DES-MAC with an AES key", 0x0619, 0x22, 0x25, ResponseStatus::kUnidentifiedSecurityError},
        {"DES in ECB", 0x0619, 0x2D, 0x22, ResponseStatus::kUnidentifiedSecurityError},
        {"a proprietary algorithm", 0x0619, 0x23, 0x22, ResponseStatus::kUnidentifiedSecurityError}}) {
    auto bad = good;
    bad[3] = static_cast<std::uint8_t>(r.spi >> 8);
    bad[4] = static_cast<std::uint8_t>(r.spi);
    bad[5] = r.kic;
    bad[6] = r.kid;
    const auto opened = open_command(bad, keys);
    ASSERT_FALSE(opened) << r.why;
    EXPECT_EQ(opened.error().status, r.status) << r.why;
  }
  const auto des = counting(false, 8);
  const auto single = open_command(hex(command_vectors().back().packet), des);
  ASSERT_FALSE(single);
  EXPECT_EQ(single.error().status, ResponseStatus::kInsufficientSecurityLevel);
  EXPECT_FALSE(seal_command(command(0x1639, des, "B00000", 1, ""), des));
  EXPECT_FALSE(seal_command(command(0x1419, keys, "B00000", 1, ""), keys));
  EXPECT_FALSE(seal_command(command(0x1639, keys, "B00000", etsi::kCounterMax + 1, ""), keys));
  EXPECT_FALSE(seal_command(command(0x1639, keys, "B00000", 1, ""), des2()));
  // A checksum longer than the CMAC would be cut out of what lies behind it.
  for (const std::uint8_t length : {0, 3, 5, 9, 16, 17, 255}) {
    const auto odd = counting(true, 16, length);
    EXPECT_FALSE(seal_command(command(0x1639, odd, "B00000", 1, ""), odd)) << unsigned{length};
  }
}

// Whatever goes wrong behind the cipher, the answer is the same: it must not tell what deciphering gave.
TEST(Scp80, BehindTheCipherThereIsOneAnswer) {
  const auto keys = aes128();
  const auto good = hex(command_vectors()[0].packet);
  for (std::size_t i = 10; i < good.size(); ++i)
    for (int flip = 1; flip < 256; flip += 25) {
      auto bad = good;
      bad[i] ^= static_cast<std::uint8_t>(flip);
      const auto opened = open_command(bad, keys);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().status, ResponseStatus::kIntegrityFailed) << i;
    }
}

TEST(Scp80, ThePaddingCounterIsBelowTheBlock) {
  const auto keys = aes128();
  // Unciphered there is no padding: the octets are right, their number is not zero.
  const Bytes clear = hex("001F1502092222B00011"), counter = hex("000000000001"),
              data = hex("00A40004023F00AABB");
  const auto suite =
      Suite::make(Integrity::kCryptographicChecksum, false, keys.kic_use(), keys.kid_use(), keys, {});
  ASSERT_TRUE(suite);
  const auto packet = concat({clear, counter, *suite->compute(concat({clear, counter, data})), data});
  ASSERT_TRUE(read_command_header(packet));
  const auto opened = open_command(packet, keys);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().status, ResponseStatus::kUnidentifiedSecurityError);
}

TEST(Scp80, ImplicitAlgorithmIsThatOfTheKey) {
  const auto keys = aes128();
  auto c = command(0x0619, keys, "B00011", 0, "00A40004023F00");
  c.kic.algorithm = c.kid.algorithm = 0;
  const auto packet = seal_command(c, keys);
  ASSERT_TRUE(packet);
  EXPECT_EQ(to_hex(ByteView(*packet).subspan(5, 2)), "2020");
  EXPECT_EQ(to_hex(open_command(*packet, keys)->data), "00A40004023F00");
}

// CRCs of 01 02 03 04 05, the example of TS 102 225 (22EC and 470B99F4; the latter is also zlib's).
TEST(Scp80, RedundancyChecks) {
  EXPECT_EQ(crc16(hex("0102030405")), 0x22EC);
  EXPECT_EQ(crc32(hex("0102030405")), 0x470B99F4u);
  const auto keys = aes128();
  for (const auto algorithm : {etsi::kCrc16, etsi::kCrc32}) {
    auto c = command(0x0119, keys, "B00011", 7, "00A40004023F00");
    c.kid.algorithm = algorithm;
    EXPECT_FALSE(seal_command(c, keys));
    const Policy policy{.redundancy_check = true};
    const auto packet = seal_command(c, keys, policy);
    ASSERT_TRUE(packet);
    EXPECT_EQ(open_command(*packet, keys, policy)->counter, 7u);
    EXPECT_EQ(open_command(*packet, keys).error().status, ResponseStatus::kInsufficientSecurityLevel);
    auto bad = *packet;
    bad.back() ^= 1;
    EXPECT_EQ(open_command(bad, keys, policy).error().status, ResponseStatus::kIntegrityFailed);
  }
}

TEST(Scp80, EveryLengthOfDataComesBack) {
  for (const auto& keys : {aes128(), des2(), counting(false, 24), counting(true, 32, 4)})
    for (const std::uint16_t spi : {0x1639, 0x1239}) {
      Bytes data;
      for (std::size_t n = 0; n < 40; ++n) {
        auto c = command(spi, keys, "B00011", n + 1, "");
        c.data = data;
        EXPECT_EQ(open_command(*seal_command(c, keys), keys)->data, data);
        const ResponsePacket r{c.tar, c.counter, ResponseStatus::kOk, data};
        const auto p = ResponseProtection::of(c);
        EXPECT_EQ(open_response(*seal_response(r, p, keys), p, keys)->packet.data, data);
        data.push_back(static_cast<std::uint8_t>(n));
      }
    }
}

TEST(Scp80, BareRefusalsAreKnownAsSuch) {
  const auto keys = aes128();
  const ResponseProtection p{Integrity::kCryptographicChecksum, true, keys.kic_use(), keys.kid_use()};
  const auto bare = plain_response(*etsi::Tar::from(hex("B00011")), ResponseStatus::kIntegrityFailed);
  EXPECT_EQ(to_hex(bare), "000B0AB0001100000000000001");
  const auto opened = open_response(bare, p, keys);
  ASSERT_TRUE(opened) << opened.error().message();
  EXPECT_FALSE(opened->protected_as_asked);
  EXPECT_EQ(opened->packet.status, ResponseStatus::kIntegrityFailed);
  // A success without protection is a forgery.
  EXPECT_FALSE(open_response(plain_response({}, ResponseStatus::kOk), p, keys));
}

TEST(Scp80, CountersByMode) {
  using etsi::CounterMode;
  for (const auto mode : {CounterMode::kNone, CounterMode::kNotChecked})
    EXPECT_FALSE(check_counter(mode, 0, 5));
  EXPECT_FALSE(check_counter(CounterMode::kHigher, 6, 5));
  EXPECT_FALSE(check_counter(CounterMode::kHigher, 600, 5));
  EXPECT_FALSE(check_counter(CounterMode::kOneHigher, 6, 5));
  EXPECT_EQ(check_counter(CounterMode::kHigher, 5, 5), ResponseStatus::kCounterLow);
  EXPECT_EQ(check_counter(CounterMode::kHigher, 0, 0), ResponseStatus::kCounterLow);
  EXPECT_EQ(check_counter(CounterMode::kOneHigher, 4, 5), ResponseStatus::kCounterLow);
  EXPECT_EQ(check_counter(CounterMode::kOneHigher, 7, 5), ResponseStatus::kCounterHigh);
  EXPECT_FALSE(check_counter(CounterMode::kHigher, etsi::kCounterMax, etsi::kCounterMax - 1));
  EXPECT_EQ(check_counter(CounterMode::kHigher, etsi::kCounterMax, etsi::kCounterMax),
            ResponseStatus::kCounterBlocked);
}

TEST(Scp80, MinimumSecurityLevels) {
  const auto spi = [](unsigned first) { return *etsi::Spi::decode(static_cast<std::uint8_t>(first), 0); };
  EXPECT_TRUE(etsi::reaches_level(spi(0x16), 0x16));
  EXPECT_TRUE(etsi::reaches_level(spi(0x1E), 0x16));
  EXPECT_TRUE(etsi::reaches_level(spi(0x16), 0x12));
  EXPECT_TRUE(etsi::reaches_level(spi(0x16), 0x00));
  EXPECT_FALSE(etsi::reaches_level(spi(0x12), 0x16));  // not ciphered
  EXPECT_FALSE(etsi::reaches_level(spi(0x15), 0x16));  // a CRC
  EXPECT_FALSE(etsi::reaches_level(spi(0x0E), 0x16));  // counter not checked
  EXPECT_FALSE(etsi::reaches_level(spi(0x06), 0x16));
}

}  // namespace
}  // namespace eider::channel::scp80
