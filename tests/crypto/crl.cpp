#include "crypto/crl.hpp"

#include <gtest/gtest.h>

#include "codec/base64.hpp"
#include "support/test_pki.hpp"

namespace eider::crypto {
namespace {
using Check = VerificationFault::Check;
using R = CertificateRole;

class CrlTest : public testing::TestWithParam<Curve> {
 protected:
  test::TestPki pki = test::make_test_pki({GetParam()});
  const Certificate& ci = pki.get(R::kCi).certificate;
  SigningKeyPtr key = make_signing_key(*pki.get(R::kCi).key);
  Time now = test::pki_time();

  CrlRequest request(std::size_t entries, std::uint64_t number = 0) const {
    CrlRequest r{.entries = {},
                 .number = number,
                 .this_update = now,
                 .next_update = now + std::chrono::hours(720),
                 .distribution_point = "http://ci.example.com/CRL.crl"};
    SeededRandom random(number + 1);
    for (std::size_t i = 0; i < entries; ++i)
      r.entries.push_back(
          {random_serial(random), now - Duration(1000), std::uint8_t{1}, now + std::chrono::hours(24)});
    return r;
  }
};
INSTANTIATE_TEST_SUITE_P(Curves, CrlTest, testing::Values(Curve::kP256, Curve::kBrainpoolP256r1),
                         [](const auto& p) { return p.param == Curve::kP256 ? "P256" : "Brainpool"; });

TEST_P(CrlTest, IssuedListSaysWhatWasAsked) {
  const auto r = request(3, 7);
  const auto crl = *issue_crl(ci, *key, r);
  EXPECT_TRUE(crl.verify_signed_by(ci.public_key()));
  EXPECT_EQ(crl.issuer(), ci.subject());
  EXPECT_EQ(crl.number(), 7u);
  EXPECT_EQ(crl.this_update(), r.this_update);
  EXPECT_EQ(crl.next_update(), r.next_update);
  EXPECT_EQ(crl.distribution_point(), r.distribution_point);
  EXPECT_EQ(to_hex(crl.authority_key_identifier()), to_hex(ci.subject_key_identifier()));
  ASSERT_EQ(crl.entries().size(), 3u);
  const auto* entry = crl.find(r.entries[1].serial);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->reason, std::uint8_t{1});
  EXPECT_EQ(entry->expires, r.entries[1].expires);
  EXPECT_EQ(entry->revoked_at, r.entries[1].revoked_at);
  EXPECT_EQ(crl.find(hex("01")), nullptr);
  // Section 4.6: the key identifier, the distribution point and expDate are critical, the number is not.
  const std::string der = to_hex(crl.der());
  EXPECT_NE(der.find("0603551D230101FF"), std::string::npos);
  EXPECT_NE(der.find("0603551D1C0101FF"), std::string::npos);
  EXPECT_NE(der.find("06076781120102000101"
                     "01FF"),
            std::string::npos);
  EXPECT_NE(der.find("0603551D1404"), std::string::npos);
}

TEST_P(CrlTest, EmptyListHasNoEntriesField) {
  const auto crl = *issue_crl(ci, *key, request(0));
  EXPECT_TRUE(crl.entries().empty());
  EXPECT_EQ(crl.number(), 0u);
}

TEST_P(CrlTest, SegmentsStayBelowTheLimit) {
  EXPECT_EQ(issue_segmented_crl(ci, *key, request(2))->size(), 1u) << "small lists are not cut";
  const auto r = request(40, 5);
  const auto segments = *issue_segmented_crl(ci, *key, r);
  ASSERT_GT(segments.size(), 1u);
  CrlSet set;
  unsigned part = 0;
  for (const Crl& s : segments) {
    EXPECT_LE(s.der().size(), 1024u);
    EXPECT_EQ(s.segments(), segments.size());
    EXPECT_EQ(s.segment(), ++part);
    for (const auto& entry : s.entries()) EXPECT_FALSE(entry.reason) << "left out in segments";
    ASSERT_TRUE(set.add(s, ci.public_key(), ci.subject_key_identifier()));
  }
  for (const auto& entry : r.entries) EXPECT_NE(set.find(ci.subject_key_identifier(), entry.serial), nullptr);
  const auto downloaded = parse_crl_download(as_bytes(base64_encode(encode_segments(segments))));
  ASSERT_TRUE(downloaded) << downloaded.error().message();
  EXPECT_EQ(downloaded->size(), segments.size());
}

TEST_P(CrlTest, DownloadsInEveryForm) {
  const auto crl = *issue_crl(ci, *key, request(1));
  const std::string text = base64_encode(crl.der());
  const std::string pem = "-----BEGIN X509 CRL-----\n" + text + "\n-----END X509 CRL-----\n";
  for (const ByteView body : {crl.der(), as_bytes(text), as_bytes(pem)}) {
    const auto lists = parse_crl_download(body);
    ASSERT_TRUE(lists) << lists.error().message();
    EXPECT_TRUE(equal(lists->at(0).der(), crl.der()));
  }
  EXPECT_FALSE(parse_crl_download(as_bytes("<html>")));
  EXPECT_FALSE(parse_crl_download({}));
  EXPECT_FALSE(parse_crl_download(hex("3000")));
}

TEST_P(CrlTest, SetKeepsTheNewestAndForgetsNothingEarly) {
  const ByteView ski = ci.subject_key_identifier();
  const auto old_request = request(1, 1), new_request = request(40, 2);
  const auto old_list = *issue_crl(ci, *key, old_request);
  const auto segments = *issue_segmented_crl(ci, *key, new_request);
  CrlSet set;
  ASSERT_TRUE(set.add(old_list, ci.public_key(), ski));
  ASSERT_TRUE(set.add(segments[0], ci.public_key(), ski));
  EXPECT_NE(set.find(ski, old_request.entries[0].serial), nullptr) << "the newer list is not complete yet";
  for (const Crl& s : segments) ASSERT_TRUE(set.add(s, ci.public_key(), ski));
  EXPECT_EQ(set.find(ski, old_request.entries[0].serial), nullptr);
  ASSERT_TRUE(set.add(old_list, ci.public_key(), ski));
  EXPECT_EQ(set.find(ski, old_request.entries[0].serial), nullptr) << "an old list does not come back";
  EXPECT_EQ(set.newest_update(), now);
  EXPECT_EQ(set.find(Bytes(20), new_request.entries[0].serial), nullptr) << "another issuer's serial numbers";
}

TEST_P(CrlTest, ForeignAndForgedListsAreRefused) {
  const auto other = test::make_test_pki({GetParam()}, 99);
  const auto& other_ci = other.get(R::kCi).certificate;
  const auto crl = *issue_crl(ci, *key, request(1));
  CrlSet set;
  EXPECT_EQ(set.add(crl, other_ci.public_key(), other_ci.subject_key_identifier())
                .error()
                .as<VerificationFault>()
                ->check,
            Check::kRole);
  EXPECT_EQ(
      set.add(crl, other_ci.public_key(), ci.subject_key_identifier()).error().as<VerificationFault>()->check,
      Check::kSignature);
  EXPECT_TRUE(set.empty());
  for (std::size_t bit = 0; bit < crl.der().size() * 8; bit += GetParam() == Curve::kP256 ? 1 : 11) {
    Bytes changed = to_bytes(crl.der());
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1u << (bit % 8)));
    const auto parsed = Crl::parse(changed);
    if (!parsed) continue;
    EXPECT_FALSE(set.add(*parsed, ci.public_key(), ci.subject_key_identifier())) << bit;
  }
}

TEST_P(CrlTest, OnlyIssuersOfCrlsMayIssue) {
  const auto& dp = pki.get(R::kDpAuth);
  EXPECT_TRUE(issue_crl(dp.certificate, *make_signing_key(*dp.key), request(0)).error().as<LocalFault>());
  EXPECT_TRUE(issue_crl(ci, *make_signing_key(*dp.key), request(0)).error().as<LocalFault>());
}

}  // namespace
}  // namespace eider::crypto
