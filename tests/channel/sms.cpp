#include "channel/sms.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "spec/etsi/scp80.hpp"

namespace eider::channel {
namespace {
const etsi::SmsAddress kSender{0x81, "12345678"}, kOther{0x81, "87654321"};

Bytes octets(std::size_t n) {
  Bytes out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i);
  return out;
}
std::vector<Bytes> parts_of(ByteView packet, std::uint8_t reference = 0x0A) {
  return *segment_packet(packet, etsi::kIeiCommandPacket, reference);
}

// TS 31.115 section 4.2: 137 octets in one message; 132, then 134 in several; 70 in the first only.
TEST(SmsSegments, HeadersAndSizes) {
  ASSERT_EQ(parts_of(octets(137)).size(), 1u);
  EXPECT_EQ(to_hex(ByteView(parts_of(octets(137))[0]).first(4)), "02700000");
  const auto two = parts_of(octets(138));
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(to_hex(ByteView(two[0]).first(9)),
            "0770000003"
            "0A0201"
            "00");
  EXPECT_EQ(two[0].size(), 140u);
  EXPECT_EQ(to_hex(two[1]),
            "0500030A0202"
            "848586878889");
  EXPECT_EQ(parts_of(octets(132 + 134)).size(), 2u);
  EXPECT_EQ(parts_of(octets(132 + 134 + 1)).size(), 3u);
  EXPECT_TRUE(segment_packet(octets(132 + 134 * 254), 0x70, 0));
  EXPECT_FALSE(segment_packet(octets(132 + 134 * 254 + 1), 0x70, 0));
  EXPECT_FALSE(segment_packet(octets(5), 0x70, 0, 141));
  EXPECT_FALSE(segment_packet(octets(5), 0x70, 0, 8));
}

TEST(SmsReassembler, AnyOrderAndRepetition) {
  const auto packet = octets(1000);
  auto parts = parts_of(packet);
  SeededRandom random(3);
  for (int round = 0; round < 20; ++round) {
    for (std::size_t i = parts.size(); i > 1; --i) std::swap(parts[i - 1], parts[random.below(i)]);
    SmsReassembler all;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      EXPECT_FALSE(*all.add(kSender, parts[i]));
      EXPECT_FALSE(*all.add(kSender, parts[i]));
    }
    const auto whole = *all.add(kSender, parts.back());
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->payload, packet);
    ASSERT_EQ(whole->elements.size(), 1u);
    EXPECT_EQ(whole->elements[0].identifier, etsi::kIeiCommandPacket);
    EXPECT_FALSE(*all.add(kSender, parts[0]));  // begins anew
  }
}

TEST(SmsReassembler, KeepsSendersAndReferencesApart) {
  const auto a = parts_of(octets(200), 1), b = parts_of(Bytes(200, 0xBB), 2);
  SmsReassembler all;
  EXPECT_FALSE(*all.add(kSender, a[0]));
  EXPECT_FALSE(*all.add(kOther, a[1]));
  EXPECT_FALSE(*all.add(kSender, b[1]));
  EXPECT_EQ((*all.add(kSender, a[1]))->payload, octets(200));
  EXPECT_EQ((*all.add(kSender, b[0]))->payload, Bytes(200, 0xBB));
}

TEST(SmsReassembler, ReadsBothFormsOfReferenceAndOtherOrders) {
  SmsReassembler all;
  EXPECT_FALSE(*all.add(kSender, hex("06"
                                     "080401020201"
                                     "AABB")));
  EXPECT_FALSE(*all.add(kSender, hex("05"
                                     "0003020202"
                                     "EEFF")));  // eight bits: another message
  EXPECT_EQ(to_hex((*all.add(kSender, hex("06"
                                          "080401020202"
                                          "CCDD")))
                       ->payload),
            "AABBCCDD");
  // Concatenation first, then the packet's element (TS 23.040 has no order).
  EXPECT_FALSE(*all.add(kSender, hex("07"
                                     "0003050201"
                                     "7000"
                                     "AA")));
  const auto whole = *all.add(kSender, hex("05"
                                           "0003050202"
                                           "BB"));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->elements[0].identifier, 0x70);
}

// TS 23.040 section 9.2.3.24.1: an element with such numbers is ignored.
TEST(SmsReassembler, ImpossibleNumbersAreNoConcatenation) {
  SmsReassembler all;
  for (const auto* ud : {"05"
                         "00030A0000"
                         "AA",
                         "05"
                         "00030A0200"
                         "AA",
                         "05"
                         "00030A0203"
                         "AA",
                         "04"
                         "00020A02"
                         "AA"})
    EXPECT_EQ(to_hex((*all.add(kSender, hex(ud)))->payload), "AA") << ud;
}

TEST(SmsReassembler, ContradictionsEndTheMessage) {
  SmsReassembler all;
  EXPECT_FALSE(*all.add(kSender, hex("05"
                                     "00030A0201"
                                     "AA")));
  EXPECT_FALSE(all.add(kSender, hex("05"
                                    "00030A0201"
                                    "AB")));
  EXPECT_FALSE(*all.add(kSender, hex("05"
                                     "00030A0202"
                                     "BB")));  // of a new one
  EXPECT_FALSE(all.add(kSender, hex("0170")));
}

TEST(SmsReassembler, ForgetsTheOldestAndRefusesTheLongest) {
  SmsReassembler all;
  for (std::uint8_t r = 0; r < 5; ++r) EXPECT_FALSE(*all.add(kSender, parts_of(octets(200), r)[0]));
  EXPECT_FALSE(*all.add(kSender, parts_of(octets(200), 0)[1]));  // its first part is gone
  EXPECT_TRUE(*all.add(kSender, parts_of(octets(200), 4)[1]));
  const auto parts = parts_of(octets(132 + 134 * 70));
  bool refused = false;
  for (const auto& p : parts) refused = refused || !all.add(kSender, p);
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace eider::channel
