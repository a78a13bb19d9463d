#include "device/local_information.hpp"

#include <gtest/gtest.h>

namespace eider::device {

// ETSI TS 102 223 section 8.39, 3GPP TS 23.040 section 9.2.3.11: swapped digits, quarters of an hour from
// UTC.
TEST(LocalInformation, DateAndTimeForTheCard) {
  const auto noon = *parse_time("2026-03-09T12:34:56Z");
  EXPECT_EQ(to_hex(encode_date_time(noon)), "62309021436500");
  EXPECT_EQ(decode_date_time(encode_date_time(noon)), noon);
  EXPECT_EQ(decode_date_time(hex("623090214365FF")), noon) << "no time zone";
  EXPECT_EQ(decode_date_time(hex("62309031436540")), noon) << "an hour ahead";
  EXPECT_EQ(decode_date_time(hex("62309070436502")), parse_time("2026-03-09T02:34:56Z"))
      << "five hours ahead";
  EXPECT_EQ(decode_date_time(hex("62309070436508")), parse_time("2026-03-09T07:34:56Z"));
  EXPECT_EQ(decode_date_time(hex("6230907043650A")), parse_time("2026-03-09T12:34:56Z"))
      << "five hours behind";
  for (const auto* bad :
       {"", "623090214365", "62319021436500", "62300021436500", "62309042436500", "6230902143F500"})
    EXPECT_FALSE(decode_date_time(hex(bad))) << bad;
}

}  // namespace eider::device
