#include "crypto/ec.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "support/shared_data.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;

template <class T>
Check check_of(const Result<T>& result) {
  const auto* fault = result ? nullptr : result.error().template as<VerificationFault>();
  EXPECT_NE(fault, nullptr);
  return fault ? fault->check : Check::kBinding;
}

class BothCurves : public testing::TestWithParam<Curve> {};
INSTANTIATE_TEST_SUITE_P(Ec, BothCurves, testing::Values(Curve::kP256, Curve::kBrainpoolP256r1),
                         [](const auto& p) { return p.param == Curve::kP256 ? "P256" : "Brainpool"; });

// RFC 6979 section A.2.5.
TEST(Ecdsa, VerifiesRfc6979Vectors) {
  const auto key = *PublicKey::from_point(
      Curve::kP256, hex("0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
  const Bytes sample =
      hex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
          "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
  const Bytes test =
      hex("F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
          "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");
  EXPECT_TRUE(verify(key, as_bytes("sample"), sample));
  EXPECT_TRUE(verify(key, {as_bytes("sam"), as_bytes(""), as_bytes("ple")}, sample));
  EXPECT_TRUE(verify(key, as_bytes("test"), test));
  EXPECT_EQ(check_of(verify(key, as_bytes("test"), sample)), Check::kSignature);
  const auto priv = *PrivateKey::from_scalar(
      Curve::kP256, hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
  EXPECT_EQ(priv.public_key(), key);
}

// RFC 7027 section A.1 (brainpoolP256r1), RFC 5903 section 8.1 (P-256).
TEST(Ecka, PublishedVectors) {
  struct Row {
    Curve curve;
    const char *a, *b, *b_point, *x;
  };
  for (const Row& row :
       {Row{Curve::kBrainpoolP256r1, "81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D",
            "55E40BC41E37E3E2AD25C3C6654511FFA8474A91A0032087593852D3E7D76BD3",
            "048D2D688C6CF93E1160AD04CC4429117DC2C41825E1E9FCA0ADDD34E6F1B39F7B"
            "990C57520812BE512641E47034832106BC7D3E8DD0E4C7F1136D7006547CEC6A",
            "89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B"},
        Row{Curve::kP256, "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
            "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
            "04D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
            "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
            "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"}}) {
    const auto a = *PrivateKey::from_scalar(row.curve, hex(row.a));
    const auto b = *PrivateKey::from_scalar(row.curve, hex(row.b));
    EXPECT_EQ(to_hex(b.public_key().point()), row.b_point);
    EXPECT_EQ(to_hex(a.agree(b.public_key())->view()), row.x);
    EXPECT_EQ(to_hex(b.agree(a.public_key())->view()), row.x);
  }
}

TEST(Ecka, RefusesTheOtherCurve) {
  SeededRandom random(3);
  const auto a = PrivateKey::generate(Curve::kP256, random);
  const auto b = PrivateKey::generate(Curve::kBrainpoolP256r1, random);
  EXPECT_EQ(check_of(a.agree(b.public_key())), Check::kCurve);
}

TEST_P(BothCurves, GenerationFollowsTheRandomSource) {
  SeededRandom one(42), two(42), three(43);
  const auto a = PrivateKey::generate(GetParam(), one);
  EXPECT_EQ(a.public_key(), PrivateKey::generate(GetParam(), two).public_key());
  EXPECT_FALSE(a.public_key() == PrivateKey::generate(GetParam(), three).public_key());
}

TEST_P(BothCurves, SignsAndRefusesEveryFlippedBit) {
  SeededRandom random(5);
  const auto key = PrivateKey::generate(GetParam(), random);
  const Bytes message = random.bytes(16);
  const Signature signature = key.sign(message);
  ASSERT_TRUE(verify(key.public_key(), message, signature.view()));
  ASSERT_TRUE(verify_digest(key.public_key(), sha256(message), signature.view()));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature changed = signature;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(check_of(verify(key.public_key(), message, changed.view())), Check::kSignature) << bit;
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(check_of(verify(key.public_key(), changed, signature.view())), Check::kSignature) << bit;
  }
}

TEST_P(BothCurves, RefusesOutOfRangeSignatures) {
  SeededRandom random(6);
  const auto key = PrivateKey::generate(GetParam(), random);
  const Bytes message = random.bytes(40);
  const Bytes good = to_bytes(key.sign(message).view());
  const Bytes order =
      hex(GetParam() == Curve::kP256 ? "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
                                     : "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7");
  const ByteView r = ByteView(good).first(32), s = ByteView(good).subspan(32);
  for (const Bytes& bad : {concat({Bytes(32), s}), concat({r, Bytes(32)}), concat({order, s}),
                           concat({r, order}), concat({r, Bytes(32, 0xFF)}), Bytes(64),
                           to_bytes(ByteView(good).first(63)), concat({good, Bytes(1)}), Bytes{}})
    EXPECT_EQ(check_of(verify(key.public_key(), message, bad)), Check::kSignature) << to_hex(bad);
  EXPECT_EQ(check_of(verify(key.public_key(), message, signature_to_der(*Signature::from(good)))),
            Check::kSignature)
      << "the X.509 form is not the RSP form";
}

TEST_P(BothCurves, RefusesBadPoints) {
  SeededRandom random(7);
  const Bytes point = to_bytes(PrivateKey::generate(GetParam(), random).public_key().point().view());
  ASSERT_TRUE(PublicKey::from_point(GetParam(), point));
  Bytes off = point;
  off[64] ^= 1;
  Bytes compressed = to_bytes(ByteView(point).first(33));
  compressed[0] = 0x02;
  Bytes hybrid = point;
  hybrid[0] = static_cast<std::uint8_t>(0x06 | (point[64] & 1));
  const Bytes too_large = concat({hex("04"), Bytes(64, 0xFF)});
  const Bytes origin = concat({hex("04"), Bytes(64)});
  for (const Bytes& bad :
       {off, compressed, hybrid, too_large, origin, Bytes{0x00}, Bytes{}, concat({point, Bytes(1)})})
    EXPECT_EQ(check_of(PublicKey::from_point(GetParam(), bad)), Check::kFormat) << to_hex(bad);
  const Curve other = GetParam() == Curve::kP256 ? Curve::kBrainpoolP256r1 : Curve::kP256;
  EXPECT_EQ(check_of(PublicKey::from_point(other, point)), Check::kFormat);
}

TEST_P(BothCurves, RefusesScalarsOutOfRange) {
  EXPECT_EQ(check_of(PrivateKey::from_scalar(GetParam(), Bytes(32))), Check::kFormat);
  EXPECT_EQ(check_of(PrivateKey::from_scalar(GetParam(), Bytes(32, 0xFF))), Check::kFormat);
  EXPECT_EQ(check_of(PrivateKey::from_scalar(GetParam(), Bytes(31, 1))), Check::kFormat);
}

TEST_P(BothCurves, EncodingsRoundTrip) {
  SeededRandom random(8);
  const auto key = PrivateKey::generate(GetParam(), random);
  EXPECT_EQ(PublicKey::from_spki(key.public_key().spki_der())->point(), key.public_key().point());
  EXPECT_EQ(PrivateKey::from_encoded(key.pkcs8_der().view())->public_key(), key.public_key());
  EXPECT_EQ(PrivateKey::from_encoded(key.pkcs8_pem().view())->public_key(), key.public_key());
  const Secret passphrase(as_bytes("correct horse"));
  const Bytes encrypted = key.pkcs8_pem_encrypted(passphrase);
  EXPECT_NE(as_text(encrypted).find("ENCRYPTED PRIVATE KEY"), std::string_view::npos);
  EXPECT_EQ(PrivateKey::from_encoded(encrypted, passphrase)->public_key(), key.public_key());
  EXPECT_TRUE(PrivateKey::from_encoded(encrypted).error().as<LocalFault>());
  EXPECT_TRUE(PrivateKey::from_encoded(encrypted, Secret(as_bytes("wrong"))).error().as<LocalFault>());
  EXPECT_EQ(check_of(PrivateKey::from_encoded(as_bytes("no key"))), Check::kFormat);
}

TEST_P(BothCurves, DerSignaturesRoundTripAndRejectSloppyForms) {
  SeededRandom random(9);
  const auto key = PrivateKey::generate(GetParam(), random);
  for (int i = 0; i < 50; ++i) {
    const Signature raw = key.sign(random.bytes(8));
    EXPECT_EQ(*signature_from_der(signature_to_der(raw)), raw);
  }
  for (const char* bad : {"", "30", "3006020101020101 00", "3007020101020101", "300702020001020101",
                          "3006020181020101", "30050200020101", "3106020101020101", "300602010102010100"})
    EXPECT_EQ(check_of(signature_from_der(hex(bad))), Check::kFormat) << bad;
  EXPECT_TRUE(signature_from_der(hex("3006020101020101")));
}

// A 384-bit key: a real curve, but none of SGP.22.
TEST(PublicKeyDer, RefusesOtherCurves) {
  const Bytes p384 =
      hex("3076301006072A8648CE3D020106052B81040022036200 "
          "04AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A"
          "385502F25DBF55296C3A545E3872760AB73617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C0"
          "0A60B1CE1D7E81"
          "9D7A431D7C90EA0E5F");
  EXPECT_EQ(check_of(PublicKey::from_spki(p384)), Check::kCurve);
  EXPECT_EQ(check_of(PublicKey::from_spki(hex("3000"))), Check::kFormat);
}

TEST(PublicKeyDer, Sgp26KeyPairsBelongTogether) {
  EIDER_SHARED_OR_SKIP(dir, "sgp26/DPauth");
  for (const char* curve : {"NIST", "BRP"}) {
    const auto pub =
        PublicKey::from_spki(test::read_file(dir / ("PK_S_SM_DPauth_ECDSA_" + std::string(curve) + ".pem")));
    const auto priv = PrivateKey::from_encoded(
        test::read_file(dir / ("SK_S_SM_DPauth_ECDSA_" + std::string(curve) + ".pem")));
    ASSERT_TRUE(pub) << pub.error().message();
    ASSERT_TRUE(priv) << priv.error().message();
    EXPECT_EQ(*pub, priv->public_key());
    EXPECT_EQ(pub->curve(), *curve_from(curve));
  }
}

}  // namespace
}  // namespace eider::crypto
