#include <gtest/gtest.h>

#include "base/random.hpp"
#include "crypto/aes.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace eider::crypto {
namespace {

AesBlock block(std::string_view text) {
  return *AesBlock::from(hex(text));
}

// FIPS 197 appendix C.
TEST(Aes, Fips197Blocks) {
  const AesBlock plain = block("00112233445566778899AABBCCDDEEFF");
  const Bytes key = hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
  const std::pair<std::size_t, const char*> rows[] = {{16, "69C4E0D86A7B0430D8CDB78070B4C55A"},
                                                      {24, "DDA97CA4864CDFE06EAF70A0EC0D7191"},
                                                      {32, "8EA2B7CA516745BFEAFC49904B496089"}};
  for (const auto& [size, cipher] : rows) {
    const auto aes = *Aes::make(ByteView(key).first(size));
    EXPECT_EQ(to_hex(aes.encrypt_block(plain)), cipher);
    EXPECT_EQ(aes.decrypt_block(block(cipher)), plain);
  }
  EXPECT_FALSE(Aes::make(ByteView(key).first(17)));
  EXPECT_FALSE(Aes::make({}));
}

// NIST SP 800-38A section F.2.
TEST(Aes, Sp800_38aCbc) {
  const AesBlock iv = block("000102030405060708090A0B0C0D0E0F");
  const Bytes plain = hex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51");
  const std::pair<const char*, const char*> rows[] = {
      {"2B7E151628AED2A6ABF7158809CF4F3C",
       "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2"},
      {"8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B",
       "4F021DB243BC633D7178183A9FA071E8B4D9ADA9AD7DEDF4E5E738763F69145A"},
      {"603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4",
       "F58C4C04D6E5F1BA779EABFB5F7BFBD69CFC4E967EDB808D679F777BC6702C7D"}};
  for (const auto& [key, cipher] : rows) {
    EXPECT_EQ(to_hex(*aes_cbc_encrypt(hex(key), iv, plain)), cipher);
    EXPECT_EQ(*aes_cbc_decrypt(hex(key), iv, hex(cipher)), plain);
  }
  EXPECT_FALSE(aes_cbc_encrypt(hex(rows[0].first), iv, Bytes(17)));
}

TEST(Aes, ContextsAreReusable) {
  SeededRandom random(1);
  auto aes = *Aes::make(random.bytes(16));
  for (int round = 0; round < 4; ++round) {
    const Bytes key = random.bytes(16 + 8 * static_cast<std::size_t>(round % 3));
    ASSERT_TRUE(aes.set_key(key));
    const auto iv = random.fixed<16>();
    const Bytes plain = random.bytes(64);
    Bytes data = plain;
    ASSERT_TRUE(aes.cbc_encrypt(iv, data));
    EXPECT_EQ(data, *aes_cbc_encrypt(key, iv, plain));
    ASSERT_TRUE(aes.cbc_decrypt(iv, data));
    EXPECT_EQ(data, plain);
    ASSERT_TRUE(aes.cbc_encrypt(iv, data)) << "the same IV again starts anew";
    EXPECT_EQ(data, *aes_cbc_encrypt(key, iv, plain));
  }
}

// RFC 4493 section 4; the 192 and 256 bit keys: NIST SP 800-38B examples.
TEST(Cmac, PublishedVectors) {
  const Bytes message =
      hex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E5130C81C46A35CE411E5FBC1191A0A52EF"
          "F69F2445DF4F9B17AD2B417BE66C3710");
  auto cmac = *Cmac::make(hex("2B7E151628AED2A6ABF7158809CF4F3C"));
  const std::pair<std::size_t, const char*> rows[] = {{0, "BB1D6929E95937287FA37D129B756746"},
                                                      {16, "070A16B46B4D4144F79BDD9DD04A287C"},
                                                      {40, "DFA66747DE9AE63030CA32611497C827"},
                                                      {64, "51F0BEBF7E3B9D92FC49741779363CFE"}};
  for (const auto& [size, mac] : rows) {
    EXPECT_EQ(to_hex(cmac.mac({ByteView(message).first(size)})), mac) << size;
    EXPECT_EQ(to_hex(cmac.mac(
                  {ByteView(message).first(size / 3), ByteView(message).subspan(size / 3, size - size / 3)})),
              mac);
  }
  EXPECT_EQ(to_hex(*aes_cmac(hex("8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B"), {})),
            "D17DDF46ADAACDE531CAC483DE7A9367");
  EXPECT_EQ(
      to_hex(*aes_cmac(hex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4"), {message})),
      "E1992190549F6ED5696A2C056C315410");
  ASSERT_TRUE(cmac.set_key(hex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4")));
  EXPECT_EQ(to_hex(cmac.mac({message})), "E1992190549F6ED5696A2C056C315410");
  EXPECT_FALSE(Cmac::make(Bytes(8)));
}

// FIPS 180-4 examples; hashCc of SGP.22 (confirmation code 12345678).
TEST(Hash, KnownAnswers) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
  EXPECT_EQ(to_hex(sha256(ByteView{})), "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
  EXPECT_EQ(to_hex(sha256(as_bytes("12345678"))),
            "EF797C8118F02DFB649607DD5D3F8C7623048C9C063D532CC95C5ED7A898A64F");
  EXPECT_EQ(to_hex(sha1(as_bytes("abc"))), "A9993E364706816ABA3E25717850C26C9CD0D89D");
}

TEST(Hash, IncrementalForksAndRestarts) {
  Sha256 hash;
  hash.update(as_bytes("a"));
  Sha256 fork(hash);
  EXPECT_EQ(hash.update(as_bytes("bc")).finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(fork.update(as_bytes("b")).finish(), sha256({as_bytes("a"), as_bytes("b")}));
  EXPECT_EQ(hash.update(as_bytes("abc")).finish(), sha256(as_bytes("abc")));
}

// NIST CAVP, ANS X9.63-2001 KDF, SHA-256.
TEST(X963Kdf, CavpVectors) {
  EXPECT_EQ(to_hex(x963_kdf_sha256(hex("96C05619D56C328AB95FE84B18264B08725B85E33FD34F08"), {}, 16).view()),
            "443024C3DAE66B95E6F5670601558F71");
  EXPECT_EQ(to_hex(x963_kdf_sha256(hex("22518B10E70F2A3F243810AE3254139EFBEE04AA57C7AF7D"),
                                   hex("75EEF81AA3041E33B80971203D2C0C52"), 128)
                       .view()),
            "C498AF77161CC59F2962B9A713E2B215152D139766CE34A776DF11866A69BF2E52A13D9C7C6FC878C50C5EA0BC7B00E0"
            "DA2447CFD874F6CF92F30D0097111485500C90C3AF8B487872D04685D14C8D1DC8D7FA08BEB0CE0ABABC11F0BD496269"
            "142D43525A78E5BC79A17F59676A5706DC54D54D4D1F0BD7E386128EC26AFC21");
  EXPECT_TRUE(x963_kdf_sha256(Bytes(32), {}, 0).empty());
}

}  // namespace
}  // namespace eider::crypto
