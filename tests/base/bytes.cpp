#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"

namespace eider {

TEST(Bytes, HexRoundTripAndRejects) {
  EXPECT_EQ(to_hex(hex("00ff Ab")), "00FFAB");
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex("0 0"));
  EXPECT_TRUE(from_hex("")->empty());
}

// SGP.22 section 5.2: ICCID 8947010000123456784F is 98 74 10 00 00 21 43 65 87 F4 as in EF.ICCID.
TEST(Bytes, IccidIsSwappedBcd) {
  EXPECT_EQ(to_hex(*bcd_encode("8947010000123456784", true)), "987410000021436587F4");
  EXPECT_EQ(*bcd_decode(hex("987410000021436587F4"), true), "8947010000123456784");
  EXPECT_FALSE(bcd_decode(hex("9F74"), true)) << "a digit after the filler";
}

TEST(Bytes, EidIsPlainBcd) {
  EXPECT_EQ(to_hex(*bcd_encode("89049032123451234512345678901235", false)),
            "89049032123451234512345678901235");
}

TEST(Bytes, BoundedRefusesTooLong) {
  EXPECT_FALSE(BoundedBytes<2>::from(hex("010203")));
  EXPECT_EQ(BoundedBytes<2>::from(hex("0102"))->size(), 2u);
  EXPECT_FALSE(FixedBytes<2>::from(hex("01")));
}

TEST(Secret, ConstantTimeEquality) {
  EXPECT_TRUE(equal_constant_time(hex("0102"), hex("0102")));
  EXPECT_FALSE(equal_constant_time(hex("0102"), hex("0103")));
  EXPECT_FALSE(equal_constant_time(hex("0102"), hex("01")));
}

TEST(Clock, ParsesAndPrintsW3cTimes) {
  EXPECT_EQ(format_time(*parse_time("2026-11-24T15:00:00Z")), "2026-11-24T15:00:00Z");
  EXPECT_EQ(format_time(*parse_time("2026-11-24T15:00:00+01:30")), "2026-11-24T13:30:00Z");
  EXPECT_FALSE(parse_time("2026-13-24T15:00:00Z"));
  EXPECT_FALSE(parse_time("2026-11-24T15:00:00"));
}

TEST(Random, SeededIsRepeatable) {
  SeededRandom a(7), b(7), c(8);
  EXPECT_EQ(a.bytes(37), b.bytes(37));
  EXPECT_NE(a.bytes(37), c.bytes(37));
}

}  // namespace eider
