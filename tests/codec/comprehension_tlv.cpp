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

}  // namespace eider
