// The GSM default alphabet and alpha identifiers.
#include "spec/etsi/text.hpp"

#include <gtest/gtest.h>

namespace eider::etsi {

// 3GPP TS 23.038 section 6.2.1.
TEST(GsmText, FollowsTheTables) {
  EXPECT_EQ(gsm_text(hex("0001020304")), "@£$¥è");
  EXPECT_EQ(gsm_text(hex("47534D411154455354")), "GSMA_TEST");
  EXPECT_EQ(gsm_text(hex("405B5C5D5E5F60")), "¡ÄÖÑÜ§¿");
  EXPECT_EQ(gsm_text(hex("1B651B281B291B2F1B3C1B3D1B3E1B401B14")), "€{}\\[~]|^");
  EXPECT_EQ(gsm_text(hex("411B")), "A\uFFFD");
  EXPECT_EQ(gsm_text(hex("80")), "\uFFFD");
}

// The example of many text books: "hellohello" in nine octets.
TEST(GsmText, UnpacksSevenBits) {
  EXPECT_EQ(gsm_packed_text(hex("E8329BFD4697D9EC37"), 10), "hellohello");
  EXPECT_EQ(gsm_packed_text(hex("E8329BFD46"), 5), "hello");
  EXPECT_EQ(gsm_packed_text(hex("E832"), 5), "he");
}

// TS 102 221 annex A: in form 81 the base is 08 << 7, in form 82 it stands there.
TEST(AlphaText, HasFourForms) {
  EXPECT_EQ(alpha_text(hex("4569646572FFFF")), "Eider");
  EXPECT_EQ(alpha_text(hex("8000C400D600DC20AC")), "ÄÖÜ€");
  EXPECT_EQ(alpha_text(hex("80004100FFFFFF")), "Aÿ");
  EXPECT_EQ(alpha_text(hex("81040853919293FFFF")), "SБВГ");
  EXPECT_EQ(alpha_text(hex("820304102D9091")), "-\u0420\u0421");
  EXPECT_EQ(alpha_text(hex("FFFF")), "");
  EXPECT_EQ(alpha_text({}), "");
}

// TS 23.038 section 6.2.1 backwards, and the three codings of a text string (TS 102 223 section 8.15).
TEST(Text, WritesTheDefaultAlphabetAndUcs2) {
  EXPECT_EQ(to_hex(*gsm_octets("LPA:1$a@b_C")),
            "4C50413A310261006211"
            "43");
  EXPECT_EQ(to_hex(*gsm_octets("{€}")), "1B281B651B29");
  EXPECT_FALSE(gsm_octets("Ж"));
  EXPECT_FALSE(gsm_octets("\xFF"));
  EXPECT_EQ(to_hex(ucs2_octets("aЖ\xF0\x9F\x98\x80")), "00610416FFFD") << "beyond the basic plane";
  EXPECT_EQ(to_hex(ucs2_octets("\xC3")), "FFFD");
  EXPECT_EQ(to_hex(alpha_octets("Ж")), "800416");
  EXPECT_EQ(to_hex(text_string_octets("ab")), "046162");
  EXPECT_EQ(to_hex(text_string_octets("Ж")), "080416");
  EXPECT_EQ(text_string_text(hex("00D4F29C0E")), "Test");
  EXPECT_EQ(text_string_text(hex("046162")), "ab");
  EXPECT_EQ(text_string_text(hex("080416")), "Ж");
  EXPECT_EQ(text_string_text({}), "");
  for (const auto* text : {"", "a", "Grüße [€]", "ЖЖ"})
    EXPECT_EQ(text_string_text(text_string_octets(text)), text);
}

}  // namespace eider::etsi
