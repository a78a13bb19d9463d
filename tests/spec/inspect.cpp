#include "spec/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/base64.hpp"
#include "support/shared_data.hpp"

namespace eider::inspect {
namespace {

Finding read(std::string_view input, std::string_view as = {}) {
  auto f = text(input, as);
  EXPECT_TRUE(f) << input << ": " << f.error().message();
  return f.value_or(Finding{});
}
std::string fact(const Finding& f, std::string_view label) {
  for (const auto& x : f.facts)
    if (x.label == label) return x.value;
  return "(no fact " + std::string(label) + ")";
}

}  // namespace

TEST(Inspect, TellsFormsOfTextApart) {
  EXPECT_EQ(read("BF2E00").kind, "ES10b GetEuiccChallengeRequest");
  EXPECT_EQ(read(" bf:2e:00\n").kind, "ES10b GetEuiccChallengeRequest");
  EXPECT_EQ(read("0xBF2E00").kind, "ES10b GetEuiccChallengeRequest");
  EXPECT_EQ(read(base64_encode(hex("BF2E00"))).kind, "ES10b GetEuiccChallengeRequest");
  EXPECT_EQ(read("9000").kind, "status word 9000");
  EXPECT_EQ(read("89049032123451234512345678901235").kind, "EID");
  EXPECT_EQ(read("8947010000123456784F").kind, "ICCID");
  EXPECT_EQ(read("00A40004023F00").kind, "SELECT command");
  EXPECT_EQ(read("DF7F05").kind, "octets without a known structure");
  EXPECT_FALSE(text("hello world"));
  EXPECT_FALSE(text(""));
  EXPECT_FALSE(octets({}));
  EXPECT_FALSE(text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"));
}

// ICCID 8947010000123456784 as in SGP.22 section 5.2.1 examples; EID of the SGP.26 test card.
TEST(Inspect, IdentitiesComeWithTheirCheckDigits) {
  EXPECT_EQ(fact(read("8947010000123456784F"), "as EF.ICCID and tag 5A"), "987410000021436587F4");
  EXPECT_EQ(fact(read("89049032123451234512345678901235"), "check digits"), "right (1 modulo 97)");
  const auto wrong = read("89049032123451234512345678901236");
  EXPECT_NE(fact(wrong, "check digits").find("they would be 35"), std::string::npos);
  EXPECT_TRUE(first_error(wrong));
}

TEST(Inspect, NamesWhatCommandsSelectAndCarry) {
  EXPECT_EQ(fact(read("01A4040010A0000005591010FFFFFFFF8900000100"), "application"),
            "A0000005591010FFFFFFFF8900000100 (ISD-R)");
  EXPECT_EQ(fact(read("00A40804043F002FE2"), "file"), "3F00 MF/2FE2 EF.ICCID");
  const auto store = read("81E2910003BF2E0000");
  ASSERT_EQ(store.parts.size(), 1u);
  EXPECT_EQ(store.parts[0].kind, "ES10b GetEuiccChallengeRequest");
  // One instruction of the UICC and of GlobalPlatform.
  EXPECT_EQ(read("80F2000C").kind, "STATUS command");
  const auto status = read("81F24002074F005C034F9F7000");
  EXPECT_EQ(status.kind, "GET STATUS command");
  ASSERT_EQ(status.parts.size(), 1u);
  const auto response = read("BF31038001039000");
  ASSERT_EQ(response.parts.size(), 1u);
  EXPECT_EQ(response.parts[0].kind, "ES10c EnableProfileResponse");
  EXPECT_NE(fact(response.parts[0], "enableResult 3").find("disallowedByPolicy"), std::string::npos);
}

TEST(Inspect, LogsAreReassembled) {
  const auto log = read(
      "00A4040010A0000005591010FFFFFFFF8900000100\n6121\n81E2110002BF2E\n9000\n81E291010100\n6115\n"
      "81C0000015\nBF2E128010000102030405060708090A0B0C0D0E0F9000\n");
  EXPECT_EQ(log.kind, "APDU log of 8 lines");
  ASSERT_EQ(log.parts.size(), 10u);
  EXPECT_EQ(log.parts[5].kind, "command: ES10b GetEuiccChallengeRequest");
  EXPECT_EQ(log.parts[9].kind, "response: ES10b GetEuiccChallengeResponse");
  EXPECT_EQ(read("> 81E2910003BF2E0000\n< 6985").kind, "APDU log of 2 lines");
}

TEST(Inspect, JsonMessagesAreOpened) {
  const auto request =
      read(R"({"smdpAddress":"smdpp.example.com","euiccChallenge":"AQIDBAUGBwgJCgsMDQ4PEA==",)"
           R"("euiccInfo1":"vyAJggMCBgGpAKoA"})");
  EXPECT_EQ(request.kind, "ES9+ InitiateAuthenticationRequest (JSON)");
  ASSERT_EQ(request.parts.size(), 1u);
  EXPECT_EQ(request.parts[0].kind, "euiccInfo1: ES10b EUICCInfo1");
  const auto failed = read(R"({"header":{"functionExecutionStatus":{"status":"Failed","statusCodeData":)"
                           R"({"subjectCode":"8.2.6","reasonCode":"3.8"}}}})");
  EXPECT_EQ(fact(failed, "code"), "8.2.6 MatchingID / 3.8 refused");
  EXPECT_FALSE(first_error(failed));
  EXPECT_EQ(
      read(
          R"({"header":{"functionRequesterIdentifier":"1.2","functionCallIdentifier":"x"},"iccid":"8947010000123456784"})")
          .kind,
      "ES2+ DownloadOrderRequest (JSON)");
  EXPECT_EQ(read(R"({"some":"thing"})").kind, "JSON object");
}

TEST(Inspect, ErrorsCarryTheOffset) {
  const auto f = read("BF3106A0025A008100");
  const auto* e = first_error(f);
  ASSERT_TRUE(e) << to_text(f);
  EXPECT_EQ(e->error_offset, 7u) << to_text(f);
  EXPECT_NE(to_json(f).find(R"("error":{"offset":7)"), std::string::npos);
}

TEST(Inspect, ForcedTypes) {
  EXPECT_EQ(read("BF2000", "EUICCInfo1").kind, "ES10b EUICCInfo1");
  EXPECT_TRUE(first_error(read("BF2000", "EUICCInfo1")));
  EXPECT_EQ(read("BF2000", "tlv").kind, "BER-TLV data");
  EXPECT_FALSE(text("BF2000", "certificate"));
  EXPECT_FALSE(text("BF2000", "NoSuchType"));
}

TEST(Inspect, BoundProfilePackagesAreSplitIntoSegments) {
  const auto channel = make_tlv(0xBF23, hex("820101 800101 A6098001888101108401AA"));
  const auto bpp = make_tlv(0xBF36, {channel, hex("A00487020102"), hex("A10488020304"), hex("A20487020506"),
                                     hex("A30886020708 8602090A")});
  const auto f = message(bpp);
  EXPECT_EQ(f.kind, "ES8+ BoundProfilePackage");
  EXPECT_EQ(fact(f, "segment 1"), "offset 0, " + std::to_string(3 + channel.size()) +
                                      " octets, header and InitialiseSecureChannel");
  EXPECT_NE(fact(f, "segment 3").find("header of sequence A1"), std::string::npos);
  EXPECT_NE(fact(f, "segment 5").find("ReplaceSessionKeys"), std::string::npos);
  EXPECT_NE(fact(f, "segment 8").find(", 4 octets, Profile Elements"), std::string::npos);
}

TEST(Inspect, CertificatesAndPackagesOfOthers) {
  EIDER_SHARED_OR_SKIP(eum, "sgp26/EUM/CERT_EUM_ECDSA_NIST.der");
  const auto f = file(test::read_file(eum)).value();
  EXPECT_EQ(fact(f, "policy"), "2.23.146.1.2.1.2 (id-rspRole-eum)");
  EXPECT_EQ(fact(f, "registered ID"), "2.999.5");
  EXPECT_EQ(fact(f, "permitted names"), "O=RSP Test EUM, SERIALNUMBER=89049032");
  EIDER_SHARED_OR_SKIP(profile, "ts48/TS48v3_SAIP2.3_NoBERTLV.der");
  const auto p = file(test::read_file(profile)).value();
  EXPECT_EQ(p.kind, "Profile Package");
  EXPECT_EQ(p.trees.size(), 30u);
  EXPECT_EQ(fact(p, "encoding"), "strict DER");
  EXPECT_FALSE(first_error(p));
}

TEST(Inspect, TakesAnything) {
  SeededRandom random(3);
  for (int i = 0; i < 3000; ++i) {
    Bytes in = random.bytes(random.below(60) + 1);
    if (i % 2) {
      const auto head = hex("BF31"), pe = hex("A0"), store = hex("80E29100");
      const auto& start = i % 3 ? head : i % 5 ? pe : store;
      std::copy(start.begin(), start.end(),
                in.size() > start.size() ? in.begin() : (in.resize(start.size()), in.begin()));
    }
    const auto f = octets(in);
    ASSERT_TRUE(f);
    EXPECT_FALSE(to_text(*f).empty());
    EXPECT_FALSE(to_json(*f).empty());
  }
}

}  // namespace eider::inspect
