// Remote file management (ETSI TS 102 226 sections 5 and 7).
#include <gtest/gtest.h>

#include "support/ota.hpp"

namespace eider::test {
namespace {
constexpr std::string_view kUicc = "B00000", kUsimManager = "B00020";
const std::string kSelectIccid = "00A4080C022FE2", kReadIccid = kSelectIccid + "00B000000A";

std::string iccid_file() {
  return to_hex(*sgp22::parse_iccid(kIccidA));
}

// Another access domain, and whatever else.
card::MemoryNvm edited_memory(const std::function<void(saip::Rfm&)>& edit) {
  return memory_with(edit_package(uicc_test_package(kIccidA), [&](saip::ProfileElement& e) {
    if (auto* r = e.as<saip::Rfm>()) edit(*r);
  }));
}
}  // namespace

TEST(OtaFiles, ReadsAndWrites) {
  OtaCard card;
  EXPECT_EQ(card.script(kUicc, kReadIccid), "029000" + iccid_file());
  // Rule: read always, update and more with PIN1, which nobody has verified.
  EXPECT_EQ(card.script(kUicc, "00A4080C047F506F0500D6000002C0DE"), "029000");
  EXPECT_EQ(card.t.path("7F506F05").sw, 0x9000);
  EXPECT_EQ(card.t.data("00B0000003"), "C0DEFF");
  EXPECT_EQ(card.t.sw("00D6000001AA"), 0x6982);
}

TEST(OtaFiles, TheUsimManagerBeginsInItsApplication) {
  OtaCard card;
  const auto imsi = card.script(kUsimManager, "00A4000C026F0700B0000009");
  EXPECT_EQ(imsi.substr(0, 6), "029000");
  EXPECT_EQ(card.script(kUsimManager, "00A4080C047FFF6F0700B0000009"), imsi);
  EXPECT_EQ(card.script(kUicc, "00A4080C047FFF6F07"), "016A82");
  // EF.SPN: update with an administrative key.
  EXPECT_EQ(card.script(kUsimManager,
                        "00A4000C026F4600D600000501454944"
                        "45")
                .substr(0, 6),
            "029000");
  EXPECT_EQ(card.t.application(kUsim), 0x9000);
  EXPECT_EQ(card.verify(), 0x9000);
  EXPECT_EQ(card.t.sw("00A4000C026F46"), 0x9000);
  EXPECT_EQ(card.t.data("00B0000005"), "0145494445");
}

TEST(OtaFiles, RecordsSearchIncreaseAndObjects) {
  OtaCard card;
  const std::string df = "00A4080C047F50";
  EXPECT_EQ(card.script(kUicc, df + "6F0200B202040A"), "02900002BBBBBBBBBBBBBBBBBB");
  EXPECT_EQ(card.script(kUicc, df + "6F0200DC02040A02CCCCCCCCCCCCCCCCCC00B202040A"),
            "03900002CCCCCCCCCCCCCCCCCC");
  EXPECT_EQ(card.script(kUicc, df + "6F0200A2010402AABB00"), "02900003");
  EXPECT_EQ(card.script(kUicc, df + "6F03803200000300000100"), "029000000006000001");
  EXPECT_EQ(card.script(kUicc, df + "6F0480DB0080048102112280CB008001"
                                    "8100"),
            "03900081021122");
}

// As sysmoISIM-SJA5 cards do (pySim test vectors: 61 2F, 61 32): no Le, no data; they wait.
TEST(OtaFiles, DataNeedLe) {
  OtaCard card;
  const auto fcp = card.t.send("00A40004023F0000").data;
  const auto waiting = to_hex(Bytes{0x61, static_cast<std::uint8_t>(fcp.size())});
  EXPECT_EQ(card.script(kUicc, "00A40004023F00"), "01" + waiting);
  EXPECT_EQ(card.script(kUicc, "00A40004023F0000"), "019000" + to_hex(fcp));
  EXPECT_EQ(card.script(kUicc, "00A40004023F0000C00000" + waiting.substr(2)), "029000" + to_hex(fcp));
  EXPECT_EQ(card.script(kUicc, "00C0000005"), "016985");
}

TEST(OtaFiles, TheFirstErrorEndsTheScript) {
  OtaCard card;
  EXPECT_EQ(card.script(kUicc, kSelectIccid + "00A4080C026FFF" + kReadIccid), "026A82");
  EXPECT_EQ(card.script(kUicc, "00A4080C047F506F0500D600FF02C0DE" + kReadIccid), "026B00");
  // Warnings do not: the end of the file came before the wanted octets.
  EXPECT_EQ(card.script(kUicc, kSelectIccid + "00B000000A" + "00B0000802").substr(0, 6), "039000");
  EXPECT_EQ(card.script(kUicc,
                        "00A4080C022FE2"
                        "00B0"),
            "026700");
  EXPECT_EQ(card.script(kUicc, "00D60000FF0102"), "016700");
}

TEST(OtaFiles, ExpandedFormats) {
  OtaCard card;
  const std::vector<Bytes> commands = {hex(kSelectIccid), hex("00B000000A"), hex("00A4000C026FFF"),
                                       hex("00B000000A")};
  for (const auto format : {etsi::ScriptFormat::kExpanded, etsi::ScriptFormat::kExpandedIndefinite}) {
    const auto r = must(card.send(kUicc, commands, format));
    ASSERT_TRUE(r.script);
    EXPECT_EQ(r.script->format, format);
    EXPECT_EQ(r.script->executed, 3u);
    ASSERT_EQ(r.script->responses.size(), 3u);
    EXPECT_EQ(r.script->responses[0].sw, 0x9000);
    EXPECT_EQ(to_hex(r.script->responses[1].data), iccid_file());
    EXPECT_EQ(r.script->responses[2].sw, 0x6A82);
  }
  // The octets themselves, in the form of pySim's golden vectors (tests/unittests/test_ota.py).
  EXPECT_EQ(card.script(kUicc,
                        "AA09"
                        "2207" +
                            kSelectIccid),
            "AB07800101"
            "23029000");
  EXPECT_EQ(card.script(kUicc,
                        "AE80"
                        "2207" +
                            kSelectIccid + "0000"),
            "AF80"
            "23029000"
            "0000");
  // Bad format: unknown tag, wrong length; what came before was carried out.
  EXPECT_EQ(card.script(kUicc,
                        "AA0C"
                        "2207" +
                            kSelectIccid + "240100"),
            "AB0A800101"
            "23029000"
            "900101");
  EXPECT_EQ(card.script(kUicc,
                        "AA0B"
                        "2207" +
                            kSelectIccid + "2207"),
            "AB0A800101"
            "23029000"
            "900102");
  EXPECT_EQ(card.script(kUicc,
                        "AA05"
                        "2207"),
            "AB06800100"
            "900102");
  EXPECT_EQ(card.script(kUicc,
                        "AE80"
                        "2207" +
                            kSelectIccid),
            "AF80"
            "23029000"
            "900102"
            "0000");
  // Script chaining is not there; immediate actions other than the indication are not either.
  EXPECT_EQ(card.script(kUicc,
                        "AA0C"
                        "830101"
                        "2207" +
                            kSelectIccid),
            "AB06800100"
            "830102");
  EXPECT_EQ(card.script(kUicc,
                        "AA0C"
                        "810101"
                        "2207" +
                            kSelectIccid),
            "AB07800101"
            "23029000");
  EXPECT_EQ(card.script(kUicc,
                        "AA0C"
                        "810102"
                        "2207" +
                            kSelectIccid),
            "AB06800100"
            "810101");
  EXPECT_EQ(card.script(kUicc,
                        "AA0B"
                        "8200"
                        "2207" +
                            kSelectIccid),
            "AB07800101"
            "23029000");
}

TEST(OtaFiles, NeverStaysNever) {
  OtaCard card;
  EXPECT_EQ(card.script(kUicc, "00A4080C047F506F0700B0000004"), "0290000A0B0C0D");
  EXPECT_EQ(card.script(kUicc, "00A4080C047F506F0700D6000001FF"), "026982");
}

TEST(OtaFiles, AccessDomainsDecide) {
  const std::string read_always = kReadIccid, read_pin1 = "00A4080C047F506F0100B0000003",
                    update_adm1 =
                        "00A4080C047F506F0200A4080C047F506F0800DC010401"
                        "55";
  {
    OtaCard card(edited_memory([](saip::Rfm& r) { r.uiccAccessDomain = hex("02000100"); }));  // ADM1
    EXPECT_EQ(card.script(kUicc, read_always), "029000" + iccid_file());
    EXPECT_EQ(card.script(kUicc, read_pin1), "026982");
    EXPECT_EQ(card.script(kUicc, "00A4080C022FE200D60000019A"), "026982");         // never
    EXPECT_EQ(card.script(kUsimManager, "00A4000C026F4600D600000101"), "029000");  // its own domain is 00
    EXPECT_EQ(card.script(kUsimManager, "00A4080C047F506F0100B0000003"), "026982");
  }
  {
    OtaCard card(edited_memory([](saip::Rfm& r) { r.uiccAccessDomain = hex("FF"); }));
    EXPECT_EQ(card.script(kUicc, read_always), "026982");
    EXPECT_EQ(card.script(kUsimManager, "00A4000C026F0700B0000009").substr(0, 6), "029000");
  }
  {
    OtaCard card(edited_memory([](saip::Rfm& r) {
      r.uiccAccessDomain = hex("01FFFF");  // a mechanism that is not defined
      if (r.adfRFMAccess) r.adfRFMAccess->adfAccessDomain = hex("0200000F");  // other octets of the bit map
    }));
    EXPECT_EQ(card.script(kUicc, read_always), "026982");
    EXPECT_EQ(card.script(kUsimManager, "00A4000C026F4600D600000101"), "026982");
  }
}

TEST(OtaFiles, OnlyCommandsOfRemoteManagement) {
  OtaCard card;
  for (const auto* c : {"0088008110FFEEDDCCBBAA99887766554433221100", "0084000000", "00700000", "80F2000000",
                        "8078000100", "80C2000003D10100", "8010000001FF", "00E0000000"})
    EXPECT_EQ(card.script(kUicc, c).substr(0, 6), "016D00") << c;
  EXPECT_EQ(card.script(kUicc, "01A4080C022FE2"), "016E00");
  EXPECT_EQ(card.script(kUicc, "80A4080C022FE2"), "016E00");
  EXPECT_EQ(card.script(kUicc, "80B0000001"), "016E00");
  EXPECT_EQ(card.script(kUicc, "00A4040C07A0000000871002"), "016A86");  // applications are not selected
}

// What a script does to PINs holds, what it has verified does not; the terminal's selection is its own.
TEST(OtaFiles, TheTerminalGainsNothing) {
  OtaCard card;
  card.open();
  EXPECT_EQ(card.t.sw("00A4000C026F05"), 0x9000);
  EXPECT_EQ(card.script(kUicc, "0020000A08" + std::string(kAdm1)), "019000");
  EXPECT_EQ(card.t.sw("0020000A"), 0x63CA);
  EXPECT_EQ(card.t.data("00B0000002"), "AABB");
  EXPECT_EQ(card.script(kUicc, "0024000110" + std::string(kPin1) + "39393939FFFFFFFF"), "019000");
  EXPECT_EQ(card.t.sw("00D6000001AA"), 0x9000);  // verified before, and still
  card.power_cycle();
  EXPECT_EQ(card.verify(), 0x63C2);
  EXPECT_EQ(card.verify("01", "39393939FFFFFFFF"), 0x9000);
  // A PIN that a script verified is not verified for the terminal.
  card.power_cycle();
  EXPECT_EQ(card.script(kUicc, "002000010839393939FFFFFFFF"), "019000");
  EXPECT_EQ(card.t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(card.t.sw("00B0000001"), 0x6982);
  // A wrong PIN from over the air costs a try.
  EXPECT_EQ(card.script(kUicc, "002000810830303030FFFFFFFF").substr(0, 4), "016A");
}

TEST(OtaFiles, LongScriptsComeInPieces) {
  OtaCard card;
  std::string script = "00A4080C047F506F01";
  for (unsigned i = 0; i < 10; ++i) {
    const auto offset = i * 30;
    script +=
        "00D6" + to_hex(Bytes{static_cast<std::uint8_t>(offset >> 8), static_cast<std::uint8_t>(offset), 30});
    script += to_hex(Bytes(30, static_cast<std::uint8_t>(i)));
  }
  const auto r = must(card.send(kUicc, hex(script)));
  EXPECT_EQ(r.messages, 3u);
  ASSERT_TRUE(r.script);
  EXPECT_EQ(r.script->executed, 11u);
  EXPECT_EQ(r.script->responses[0].sw, 0x9000);
  card.open();
  EXPECT_EQ(card.t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(card.t.data("00B0010E10"), to_hex(Bytes(16, 9)));
}

// TS 31.111 section 7.1.1.2: a delivery report has 128 octets; what is longer comes by short message.
TEST(OtaFiles, LongAnswersComeByShortMessage) {
  OtaCard card;
  const auto fits = must(card.send(kUicc, hex("00A4080C047F506F0100B0000060")));
  EXPECT_FALSE(fits.by_submit);
  const auto r = must(card.send(kUicc, hex("00A4080C047F506F0100B0000000")));
  ASSERT_TRUE(r.script);
  EXPECT_TRUE(r.by_submit);
  EXPECT_EQ(r.script->responses[0].data.size(), 256u);
  EXPECT_EQ(to_hex(ByteView(r.script->responses[0].data).first(4)), "00010203");
  // More than a card gives away at once is cut.
  std::vector<Bytes> commands = {hex("00A4080C047F506F01")};
  for (int i = 0; i < 40; ++i) commands.push_back(hex("00B0000000"));
  const auto cut = must(card.send(kUicc, commands, etsi::ScriptFormat::kExpanded));
  ASSERT_TRUE(cut.script);
  EXPECT_EQ(cut.script->responses.back().sw, etsi::kResponseCut);
  EXPECT_LT(cut.script->executed, 40u);
}

}  // namespace eider::test
