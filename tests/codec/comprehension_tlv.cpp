#include "codec/comprehension_tlv.hpp"

#include <gtest/gtest.h>

namespace eider {

// ETSI TS 101 220 section 7.1: bit 8 of the tag is not part of it; lengths of one octet, or 81 and one.
TEST(ComprehensionTlv, ReadsBothForms) {
  const auto octets = concat({hex("8103011300"), hex("0202"), hex("8182"), hex("0B8180"), Bytes(128, 7)});
  const auto all = read_comprehension_tlvs(octets);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ(to_hex(find_comprehension_tlv(*all, 0x01)->value), "011300");
  EXPECT_EQ(find_comprehension_tlv(*all, 0x0B)->value.size(), 128u);
  EXPECT_EQ(find_comprehension_tlv(*all, 0x03), nullptr);
  EXPECT_TRUE(read_comprehension_tlvs({})->empty());
}

TEST(ComprehensionTlv, RefusesWhatDoesNotFit) {
  for (const auto* bad : {"81", "8103", "81030113", "0B81", "0B8102AA", "0B820001AA", "0B80"}) {
    const auto octets = hex(bad);
    EXPECT_FALSE(read_comprehension_tlvs(octets)) << bad;
  }
}

// 7F and two more octets, of which the first has the bit.
TEST(ComprehensionTlv, ThreeOctetTags) {
  const auto octets =
      hex("7F803301AA"
          "7F003400");
  const auto all = read_comprehension_tlvs(octets);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].tag, 0x33);
  EXPECT_TRUE((*all)[0].required);
  EXPECT_FALSE((*all)[1].required);
  EXPECT_EQ(to_hex((*all)[0].value), "AA");
  for (const auto* bad : {"7F", "7F80", "7F8033", "7F803301"}) {
    const auto cut = hex(bad);
    EXPECT_FALSE(read_comprehension_tlvs(cut)) << bad;
  }
}

TEST(ComprehensionTlv, SaysWhereItBreaks) {
  const auto octets =
      hex("810101"
          "0203AA");
  const auto read = read_comprehension_prefix(octets);
  EXPECT_EQ(read.objects.size(), 1u);
  EXPECT_EQ(read.broken_at, 3u);
}

TEST(ComprehensionTlv, WritesWhatItReads) {
  Bytes out;
  append_comprehension_tlv(out, 0x36, true, Bytes(200, 1));
  append_comprehension_tlv(out, 0x05, false, hex("41"));
  append_comprehension_tlv(out, 0x1234, true, hex("42"));
  EXPECT_EQ(to_hex(ByteView(out).first(3)), "B681C8");
  EXPECT_EQ(to_hex(ByteView(out).subspan(203)), "0501417F92340142");
  EXPECT_EQ(read_comprehension_tlvs(out)->size(), 3u);
}

}  // namespace eider
