#include "crypto/des.hpp"

#include <gtest/gtest.h>

namespace eider::crypto {
namespace {

// FIPS 81, table B1 (ECB) and table C1 (CBC has another IV there): the first block, under a zero IV, is that
// of ECB.
TEST(Des, SingleDesIsOneKeyThreeTimes) {
  EXPECT_EQ(to_hex(*des_cbc_encrypt(hex("0123456789ABCDEF"), hex("4E6F772069732074"))), "3FA40E8A984D4815");
  EXPECT_EQ(to_hex(*des_cbc_decrypt(hex("0123456789ABCDEF"), hex("3FA40E8A984D4815"))), "4E6F772069732074");
}

// NIST SP 800-67 appendix B.1: three keys, ECB; here the blocks before each one are taken off again.
TEST(Des, ThreeKeys) {
  const auto key = hex("0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123");
  for (const auto& [plain, cipher] :
       {std::pair("5468652071756663", "A826FD8CE53B855F"), std::pair("6B2062726F776E20", "CCE21C8112256FE6"),
        std::pair("666F78206A756D70", "68D5C05DD9B6B900")})
    EXPECT_EQ(to_hex(*des_cbc_encrypt(key, hex(plain))), cipher);
}

TEST(Des, TwoKeysAreEdeWithTheFirstTwice) {
  const auto two = hex("300102030405060708090A0B0C0D0E0F");
  const auto three = concat({two, ByteView(two).first(8)});
  const auto data = hex("000102030405060708090A0B0C0D0E0F");
  EXPECT_EQ(*des_cbc_encrypt(two, data), *des_cbc_encrypt(three, data));
  EXPECT_EQ(*des_cbc_decrypt(two, *des_cbc_encrypt(two, data)), data);
}

TEST(Des, MacPadsWithZeros) {
  const auto key = hex("300102030405060708090A0B0C0D0E0F");
  EXPECT_EQ(to_hex(*des_cbc_mac(key, hex("010203"))), to_hex(*des_cbc_encrypt(key, hex("0102030000000000"))));
  const auto two_blocks = *des_cbc_encrypt(key, hex("01020304050607080900000000000000"));
  EXPECT_EQ(to_hex(*des_cbc_mac(key, hex("010203040506070809"))), to_hex(ByteView(two_blocks).last(8)));
}

TEST(Des, RefusesOtherSizes) {
  EXPECT_FALSE(des_cbc_encrypt(hex("0102030405060708AA"), hex("4E6F772069732074")));
  EXPECT_FALSE(des_cbc_encrypt({}, hex("4E6F772069732074")));
  EXPECT_FALSE(des_cbc_encrypt(hex("0123456789ABCDEF"), hex("4E6F7720697320")));
  EXPECT_FALSE(des_cbc_decrypt(hex("0123456789ABCDEF"), hex("4E6F7720697320")));
}

}  // namespace
}  // namespace eider::crypto
