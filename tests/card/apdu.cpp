// Channels, selection and transport: ETSI TS 102 221, GlobalPlatform, SGP.22 v2.6.1 sections 5.7.1 and 5.7.2.
#include <gtest/gtest.h>

#include "card/pki.hpp"
#include "spec/sgp22/es10c.hpp"
#include "support/card_fixtures.hpp"

namespace eider::test {
namespace {
std::uint16_t raw_sw(card::Euicc& card, std::string_view command) {
  return must(parse_response(must(card.transmit(hex(command))))).sw;
}
}  // namespace

TEST(CardApdu, AnswerToResetAnnouncesEuiccFunctions) {
  TestCard card(pki_of_both_curves());
  const auto atr = must(card.euicc.reset());
  ASSERT_GE(atr.size(), 20u);
  EXPECT_EQ(atr[0], 0x3B);
  EXPECT_EQ(atr[6], 0x82);  // TS 102 221 section 6.3.3
  std::uint8_t check = 0;
  for (std::size_t i = 1; i < atr.size(); ++i) check ^= atr[i];
  EXPECT_EQ(check, 0);
}

// ISO 7816-3 section 9: after the ATR and before the first command, once.
TEST(CardApdu, AnswersPpsByItsAtr) {
  TestCard card(pki_of_both_curves());
  const auto pps = [&](std::string_view request) {
    const auto answer = card.euicc.exchange_pps(hex(request));
    return answer ? to_hex(answer->value()) : std::string("mute");
  };
  must(card.euicc.reset());
  EXPECT_EQ(pps("FF109679"), "FF109679");
  EXPECT_EQ(raw_sw(card.euicc, "80F2000C"), 0x9000);
  EXPECT_EQ(pps("FF109679"), "mute") << "a command has come";
  EXPECT_FALSE(card.euicc.transmit(hex("80F2000C"))) << "until the next reset";
  must(card.euicc.reset());
  EXPECT_EQ(pps("FF109778"), "FF00FF") << "faster than the ATR says";
  for (const auto* bad : {"FF119678", "FF109678", "FF10"}) {
    must(card.euicc.reset());
    EXPECT_EQ(pps(bad), "mute") << bad;
  }
  must(card.euicc.reset());
  EXPECT_EQ(pps("FF00FF"), "FF00FF");
  EXPECT_EQ(pps("FF00FF"), "mute") << "one exchange a reset";
}

TEST(CardApdu, SelectIsdRReturnsItsAidAndVersion) {
  TestCard card(pki_of_both_curves());
  must(card.euicc.reset());
  const auto r = card.driver.open();
  EXPECT_EQ(r.sw, 0x9000);
  const auto fci = must(read_single_tlv(r.data));
  EXPECT_EQ(fci.tag, 0x6Fu);
  EXPECT_TRUE(equal(find_tlv(fci.value, 0x84)->value, sgp22::kIsdRAid));
  EXPECT_EQ(to_hex(find_tlv(fci.value, 0xE0)->whole), "E0058203020601");
}

TEST(CardApdu, SupplementaryChannelsUpTo19) {
  TestCard card(pki_of_both_curves());
  must(card.euicc.reset());
  for (int n = 1; n < 20; ++n)
    EXPECT_EQ(card.driver.apdu("0070000001").data, Bytes{static_cast<std::uint8_t>(n)});
  EXPECT_EQ(card.driver.apdu("0070000001").sw, 0x6A81);
  EXPECT_EQ(card.driver.apdu("00708005").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("0070000001").data, Bytes{5});
  // Channel 19 by its own class byte, channel 10 also in the style of LPAs.
  EXPECT_EQ(card.driver.apdu("4FA4040010A0000005591010FFFFFFFF890000010000").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("CFE2910003BF2E0000").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("46A4040010A0000005591010FFFFFFFF890000010000").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("8AE2910003BF2E0000").data.size(), 21u);
}

TEST(CardApdu, ClosedChannelsAndStrangeClassesAreRefused) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.apdu("82E2910003BF2E0000").sw, 0x6881);
  EXPECT_EQ(card.driver.apdu("91E2910003BF2E0000").sw, 0x6884);
  // Secure messaging, which this card does not have (TS 102 221 tables 10.3, 10.4a).
  EXPECT_EQ(card.driver.apdu("E1E2910003BF2E0000").sw, 0x6882);
  EXPECT_EQ(card.driver.apdu("0CA40004023F0000").sw, 0x6882);
  EXPECT_EQ(card.driver.apdu("A0A40000023F0000").sw, 0x6E00);
  EXPECT_EQ(card.driver.apdu("81A4040010A0000005591010FFFFFFFF890000010000").sw, 0x6E00);
  EXPECT_EQ(card.driver.apdu("8199000000").sw, 0x6D00);
  EXPECT_EQ(card.driver.apdu("0170000000").sw, 0x9000);  // open from a supplementary channel
  EXPECT_EQ(card.driver.apdu("00708000").sw, 0x6A86);    // the basic channel stays
  EXPECT_EQ(raw_sw(card.euicc, "81E291"), 0x6700);
  EXPECT_EQ(raw_sw(card.euicc, "81E2910009BF2E"), 0x6700);
}

TEST(CardApdu, StoreDataOnlyReachesTheIsdR) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.apdu("80E2910003BF2E0000").sw, 0x6985);
  EXPECT_EQ(card.driver.apdu("81E2910003BF2E0000").sw, 0x9000);
}

TEST(CardApdu, IsdPCannotBeSelected) {
  TestCard card(pki_of_both_curves());
  MiniSmdpp smdpp(pki_of_both_curves());
  install(card, smdpp, plan_of_class(kIccidA));
  const auto enable = sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false};
  EXPECT_EQ(card.driver.call<sgp22::EnableProfileResponse>(enable).enableResult,
            sgp22::EnableProfileResult::kOk);
  const auto view = must(card::inspect(card.nvm));
  ASSERT_EQ(view.profiles.size(), 1u);
  const auto aid = to_hex(view.profiles[0].aid);
  EXPECT_EQ(aid.substr(0, 20), "A0000005591010FFFFFF");
  EXPECT_EQ(card.driver.apdu("01A4040010" + aid).sw, 0x6A82) << "enabled, and still not selectable";
}

TEST(CardApdu, ChainingChecksTheBlockNumber) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.apdu("81E2110002BF3E00").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("81E2910203035C0100").sw, 0x6A86);    // block 1 is missing
  EXPECT_EQ(card.driver.apdu("81E2910104035C015A00").sw, 0x6A86);  // and the chain is gone
  EXPECT_EQ(card.driver.apdu("81E2110002BF3E00").sw, 0x9000);
  EXPECT_EQ(to_hex(card.driver.apdu("81E2910104035C015A00").data), std::string("BF3E125A10") + kCardEid);
  EXPECT_EQ(card.driver.apdu("81E2500003BF2E0000").sw, 0x6A86);
}

TEST(CardApdu, EveryBlockSizeGivesTheSameAnswer) {
  TestCard card(pki_of_both_curves());
  for (std::size_t block = 1; block <= 6; ++block)
    EXPECT_EQ(to_hex(card.driver.store_data(hex("BF3E035C015A"), block).data),
              std::string("BF3E125A10") + kCardEid);
}

TEST(CardApdu, ExtendedLengthIsAnsweredDirectly) {
  TestCard card(pki_of_both_curves());
  CommandApdu c{0x81, 0xE2, 0x91, 0, hex("BF3E035C015A"), 65536, true};
  const auto r = must(parse_response(must(card.euicc.transmit(c.encode()))));
  EXPECT_EQ(r.sw, 0x9000);
  EXPECT_EQ(r.data.size(), 21u);
}

TEST(CardApdu, GetResponseInPiecesAndWithTheWrongLength) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(raw_sw(card.euicc, "81E2910006BF3E035C015A00"), 0x6115);
  EXPECT_EQ(raw_sw(card.euicc, "81C0000020"), 0x6C15);
  const auto part = must(parse_response(must(card.euicc.transmit(hex("81C0000005")))));
  EXPECT_EQ(to_hex(part.data), "BF3E125A10");
  EXPECT_EQ(part.sw, 0x6110);
  const auto rest = must(parse_response(must(card.euicc.transmit(hex("01C0000010")))));  // either class style
  EXPECT_EQ(to_hex(rest.data), kCardEid);
  EXPECT_EQ(rest.sw, 0x9000);
  EXPECT_EQ(raw_sw(card.euicc, "81C0000000"), 0x6F00);
  // A response waits on its own channel.
  raw_sw(card.euicc, "81E2910006BF3E035C015A00");
  EXPECT_EQ(raw_sw(card.euicc, "80C0000015"), 0x6F00);
  EXPECT_EQ(raw_sw(card.euicc, "81C0000015"), 0x9000);
}

TEST(CardApdu, GarbageInStoreData) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.store_data("BF").sw, 0x6A80);
  EXPECT_EQ(card.driver.store_data("BF3E").sw, 0x6A80);
  EXPECT_EQ(card.driver.store_data("BF3E035C015A00").sw, 0x6A80);  // trailing octet
  EXPECT_EQ(card.driver.store_data("BF3E81035C015A").sw, 0x6A80);  // length not minimal
  EXPECT_EQ(card.driver.store_data("BF7E00").sw, 0x6A88);
  EXPECT_EQ(card.driver.store_data("5C00").sw, 0x6A88);
  EXPECT_EQ(card.driver.store_data("BF3E035C0142").sw, 0x6A88);  // no such data
}

TEST(CardApdu, TerminalCapabilitySwitchesInterfaces) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.apdu("80AA00000AA9088100820101830107").sw, 0x9000);
  EXPECT_EQ(card.driver.store_data("BF3C00").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("80AA00000AA9088100820101830103").sw, 0x9000);
  EXPECT_EQ(card.driver.store_data("BF3C00").sw, 0x6985);  // ES10a needs LDSd
  EXPECT_EQ(card.driver.store_data("BF2000").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("80AA00000AA9088100820101830101").sw, 0x9000);
  EXPECT_EQ(card.driver.store_data("BF2000").sw, 0x6985);  // ES10b needs LPDd
  EXPECT_EQ(card.driver.store_data("BF2D00").sw, 0x9000);
  EXPECT_EQ(card.driver.apdu("80AA00000AA9088100820101830100").sw, 0x9000);
  EXPECT_EQ(card.driver.store_data("BF2D00").sw, 0x6985);  // ES10c needs LUId
  EXPECT_EQ(card.driver.apdu("80AA000003A90481").sw, 0x6A80);
}

TEST(CardApdu, MasterFileExistsWithoutAnyProfile) {
  TestCard card(pki_of_both_curves());
  const auto r = card.driver.apdu("00A40004023F0000");
  EXPECT_EQ(r.sw, 0x9000);
  const auto fcp = must(read_single_tlv(r.data));
  EXPECT_EQ(fcp.tag, 0x62u);
  EXPECT_EQ(to_hex(find_tlv(fcp.value, 0x83)->value), "3F00");
  EXPECT_EQ(to_hex(find_tlv(find_tlv(fcp.value, 0xA5)->value, 0x87)->value),
            "01");  // asks for TERMINAL CAPABILITY
  EXPECT_EQ(card.driver.apdu("00A40004026F0700").sw, 0x6A82);
  EXPECT_EQ(card.driver.apdu("80F2000000").data, r.data);
  EXPECT_EQ(card.driver.apdu("80F2000C").sw, 0x9000);
}

TEST(CardApdu, EcasdTellsTheEidOnly) {
  TestCard card(pki_of_both_curves());
  EXPECT_EQ(card.driver.apdu("01A4040010A0000005591010FFFFFFFF890000020000").sw, 0x9000);
  EXPECT_EQ(to_hex(card.driver.apdu("81CA005A00").data), std::string("5A10") + kCardEid);
  EXPECT_EQ(card.driver.apdu("81CA7F2100").sw, 0x6A88);
  EXPECT_EQ(card.driver.apdu("81E2910003BF2E0000").sw, 0x6985);
}

TEST(CardApdu, NobodyLocksOrDeletesTheSecurityDomains) {
  TestCard card(pki_of_both_curves());
  const auto before = card.nvm.commits();
  EXPECT_EQ(card.driver.apdu("81F0408310A0000005591010FFFFFFFF8900000100").sw, 0x6982);
  EXPECT_EQ(card.driver.apdu("81E40000124F10A0000005591010FFFFFFFF8900000100").sw, 0x6982);
  EXPECT_EQ(card.driver.apdu("81E60C0000").sw, 0x6982);
  EXPECT_EQ(card.nvm.commits(), before);
  EXPECT_TRUE(card.euicc.reset());
}

}  // namespace eider::test
