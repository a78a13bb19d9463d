// Certificates 7F21: SGP.02 section 2.3.2.2.
#include "crypto/gp_certificate.hpp"

#include <gtest/gtest.h>

#include "codec/tlv.hpp"
#include "support/must.hpp"

namespace eider::crypto {
namespace {
using test::must;

struct Issuer {
  SeededRandom random{7};
  PrivateKey ci, subject;
  SigningKeyPtr signer;
  explicit Issuer(Curve curve = Curve::kP256)
      : ci(PrivateKey::generate(curve, random)),
        subject(PrivateKey::generate(curve, random)),
        signer(make_signing_key(ci)) {}
  static GpCertificateFields sm_dp() {
    GpCertificateFields f;
    f.serial_number = hex("01");
    f.ca_identifier = hex("01");
    f.subject = hex("00");
    f.key_usage = 0x88;
    f.expiration = "21450101";
    f.role = GpRole::kSmDp;
    return f;
  }
  GpCertificate issue(const GpCertificateFields& f = sm_dp()) const {
    return must(GpCertificate::issue(f, subject.public_key(), *signer));
  }
};

// The layout of a certificate that an SM-DP of another make sent to real cards (a public test certificate).
TEST(GpCertificate, HasTheLayoutOfTheField) {
  const Issuer issuer;
  const auto text = to_hex(issuer.issue().octets());
  EXPECT_TRUE(
      text.starts_with("7F2181A5"
                       "930101"
                       "420101"
                       "5F200100"
                       "950188"
                       "5F240421450101"
                       "7303C80101"
                       "7F4946B04104"))
      << text;
  EXPECT_EQ(text.substr(text.size() - 128 - 6 - 6, 6), "F00100");
  EXPECT_EQ(text.substr(text.size() - 128 - 6, 6), "5F3740");
}

TEST(GpCertificate, IsReadAndVerifiedOnBothCurvesInBothForms) {
  for (const auto curve : {Curve::kP256, Curve::kBrainpoolP256r1}) {
    for (const auto form : {GpKeyForm::kWithReference, GpKeyForm::kBarePoint}) {
      const Issuer issuer(curve);
      auto f = Issuer::sm_dp();
      f.role = GpRole::kSmSr;
      f.key_form = form;
      f.effective = "20260101";
      f.authority_key_identifier = to_bytes(issuer.ci.public_key().key_identifier());
      const auto made = issuer.issue(f);
      const auto read = must(GpCertificate::decode(made.octets(), curve));
      EXPECT_EQ(read.fields().role, GpRole::kSmSr);
      EXPECT_EQ(read.fields().effective, "20260101");
      EXPECT_EQ(read.fields().expiration, "21450101");
      EXPECT_EQ(read.fields().key_usage, 0x88);
      EXPECT_EQ(read.fields().key_form, form);
      EXPECT_EQ(read.fields().authority_key_identifier, f.authority_key_identifier);
      EXPECT_EQ(read.public_key(), issuer.subject.public_key());
      EXPECT_TRUE(read.verify(issuer.ci.public_key()));
      EXPECT_FALSE(read.verify(issuer.subject.public_key()));
    }
  }
}

TEST(GpCertificate, OfAnEcasdHasItsEidAndKeyAgreement) {
  const Issuer issuer;
  GpCertificateFields f;
  f.serial_number = hex("0203");
  f.ca_identifier = hex("0405");
  f.subject = hex("89049032123451234512345678901235");
  f.key_usage = static_cast<std::uint16_t>(GpKeyUsage::kEcasdAgreement);
  f.expiration = "21450101";
  f.image_number = hex("0607");
  const auto read = must(GpCertificate::decode(issuer.issue(f).octets()));
  EXPECT_EQ(read.fields().key_usage, 0x0080);
  EXPECT_EQ(to_hex(read.fields().subject), "89049032123451234512345678901235");
  EXPECT_EQ(to_hex(read.fields().image_number), "0607");
  EXPECT_FALSE(read.fields().role);
}

TEST(GpCertificate, EveryFlippedBitIsRefused) {
  const Issuer issuer;
  const auto good = to_bytes(issuer.issue().octets());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto read = GpCertificate::decode(bad);
    EXPECT_FALSE(read && read->verify(issuer.ci.public_key())) << bit;
  }
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_FALSE(GpCertificate::decode(ByteView(good).first(n))) << n;
}

TEST(GpCertificate, MembersThatLackOrComeTwiceAreRefused) {
  const Issuer issuer;
  const auto certificate = issuer.issue();
  const auto good = must(read_single_tlv(certificate.octets(), false));
  const auto members = must(read_tlvs(good.value, false));
  for (const auto& without : members) {
    Bytes less, twice;
    for (const auto& m : members) {
      if (m.tag != without.tag) append(less, m.whole);
      append(twice, m.whole);
      if (m.tag == without.tag) append(twice, m.whole);
    }
    const bool optional = without.tag == 0x73;
    EXPECT_EQ(GpCertificate::decode(make_tlv(0x7F21, less)).has_value(), optional) << tag_text(without.tag);
    EXPECT_FALSE(GpCertificate::decode(make_tlv(0x7F21, twice))) << tag_text(without.tag);
  }
}

TEST(GpCertificate, OtherCurvesAreNamedAndRefused) {
  const Issuer issuer;
  Bytes value = make_tlv(0xB0, issuer.subject.public_key().point());
  append(value, hex("F00140"));
  const auto read = decode_gp_public_key(value, Curve::kP256);
  ASSERT_FALSE(read);
  const auto* fault = read.error().as<VerificationFault>();
  ASSERT_NE(fault, nullptr);
  EXPECT_EQ(fault->check, VerificationFault::Check::kCurve);
}

TEST(GpCertificate, IssuingRefusesFieldsOfAWrongForm) {
  const Issuer issuer;
  for (const char* bad : {"2145", "214501011", "2145-1-1", ""}) {
    auto f = Issuer::sm_dp();
    f.expiration = bad;
    EXPECT_FALSE(GpCertificate::issue(f, issuer.subject.public_key(), *issuer.signer)) << bad;
  }
  auto f = Issuer::sm_dp();
  f.serial_number.clear();
  EXPECT_FALSE(GpCertificate::issue(f, issuer.subject.public_key(), *issuer.signer));
}

}  // namespace
}  // namespace eider::crypto
