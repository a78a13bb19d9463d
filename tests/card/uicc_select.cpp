// SELECT, FCP, STATUS and logical channels: ETSI TS 102 221 sections 8.4, 11.1.1, 11.1.2, 11.1.17.
#include <gtest/gtest.h>

#include "support/uicc_profile.hpp"

namespace eider::test {

TEST(UiccSelect, ByFileIdentifierFindsWhatIsNearTheCurrentDirectory) {
  Sim sim;
  auto& t = sim.t;
  // Section 8.4.2: children of the current DF, its siblings, its parent, itself, the MF.
  EXPECT_EQ(t.sw("00A40004022FE200"), 0x9000);  // child of the MF
  EXPECT_EQ(t.sw("00A40004027F5000"), 0x9000);
  EXPECT_EQ(t.sw("00A40004026F0100"), 0x9000);
  EXPECT_EQ(t.sw("00A40004025F1000"), 0x9000);  // child DF, while an EF is selected
  EXPECT_EQ(t.sw("00A40004026F1100"), 0x9000);
  EXPECT_EQ(t.sw("00A40004026F0100"), 0x6A82);  // EF of the parent: not in sight
  EXPECT_EQ(t.sw("00A40004025F1000"), 0x9000);  // the current DF itself
  EXPECT_EQ(t.sw("00A40004027F5000"), 0x9000);  // its parent
  EXPECT_EQ(t.sw("00A40004027F1000"), 0x9000);  // a sibling of the current DF
  EXPECT_EQ(t.sw("00A40004022FE200"), 0x6A82);
  EXPECT_EQ(t.sw("00A40004023F0000"), 0x9000);
  EXPECT_EQ(t.sw("00A40004025F1000"), 0x6A82);  // a grandchild
  EXPECT_EQ(t.sw("00A40004026FFF00"), 0x6A82);
}

TEST(UiccSelect, AFailedSelectionChangesNothing) {
  Sim sim;
  sim.open();
  EXPECT_EQ(sim.t.sw("00A40004026F0500"), 0x9000);
  EXPECT_EQ(sim.t.sw("00A40004026FFE00"), 0x6A82);
  EXPECT_EQ(sim.t.data("00B0000002"), "AABB");
}

TEST(UiccSelect, ByPathFromTheMfAndFromTheCurrentDirectory) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A4080C067F505F106F11"), 0x9000);
  EXPECT_EQ(t.sw("00A4080C027F50"), 0x9000);
  EXPECT_EQ(t.sw("00A4090C045F106F11"), 0x9000);
  EXPECT_EQ(t.sw("00A4090C026F11"), 0x9000);  // the current DF is that of the EF
  EXPECT_EQ(t.sw("00A4090C045F106F11"), 0x6A82);
  EXPECT_EQ(t.sw("00A4080C047F506FFF"), 0x6A82);
  EXPECT_EQ(t.sw("00A4080C062FE26F016F02"), 0x6A82);  // an EF has no children
  EXPECT_EQ(t.sw("00A4080C037F506F"), 0x6A87);
  EXPECT_EQ(t.sw("00A4080C"), 0x6A87);
}

TEST(UiccSelect, ChildAndParent) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A4010C027F50"), 0x9000);
  EXPECT_EQ(t.sw("00A4010C025F10"), 0x9000);
  EXPECT_EQ(t.sw("00A4010C026F11"), 0x6A82);  // a child, but no DF
  EXPECT_EQ(t.sw("00A4030C"), 0x9000);
  EXPECT_EQ(t.sw("00A4010C025F10"), 0x9000);
  EXPECT_EQ(t.sw("00A4030C"), 0x9000);
  EXPECT_EQ(t.sw("00A4030C"), 0x9000);
  EXPECT_EQ(t.sw("00A4030C"), 0x6A82);  // above the MF there is nothing
}

TEST(UiccSelect, WrongParameters) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A40204026F0700"), 0x6A86);
  EXPECT_EQ(t.sw("00A40504026F0700"), 0x6A86);
  EXPECT_EQ(t.sw("00A40008022FE200"), 0x6A86);  // FMD
  EXPECT_EQ(t.sw("00A40024022FE200"), 0x6A86);
  EXPECT_EQ(t.sw("00A4000C032FE200"), 0x6A87);
  EXPECT_EQ(t.sw("80A40004022FE200"), 0x6E00);
}

TEST(UiccSelect, ByNameWholeAndPartial) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A40004027FFF00"), 0x6A82);  // no application is active
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.sw("00A40004027FFF00"), 0x9000);
  EXPECT_EQ(t.sw("00A40004026F0700"), 0x9000);  // EF.IMSI
  EXPECT_EQ(t.sw("00A4080C047FFF6F07"), 0x9000);
  // The FID that the package gave the ADF is of no use on the card.
  EXPECT_EQ(t.sw("00A4000C027FD0"), 0x6A82);
  EXPECT_EQ(t.sw("00A4080C047FD06F07"), 0x6A82);
  // Partial names: first, next, previous, last (table 11.2).
  const auto name = [&](std::string_view select) {
    const auto r = t.send(select);
    if (r.sw != 0x9000)
      return to_hex(Bytes{static_cast<std::uint8_t>(r.sw >> 8), static_cast<std::uint8_t>(r.sw)});
    return to_hex(find_tlv(must(read_single_tlv(r.data)).value, 0x84)->value);
  };
  EXPECT_EQ(name("00A4040405A00000008700"), kUsim);
  EXPECT_EQ(name("00A4040605A00000008700"), kIsim);
  EXPECT_EQ(name("00A4040605A00000008700"), "6A82");
  EXPECT_EQ(name("00A4040705A00000008700"), kUsim);
  EXPECT_EQ(name("00A4040705A00000008700"), "6A82");
  EXPECT_EQ(name("00A4040505A00000008700"), kIsim);
  EXPECT_EQ(name("00A4040407A000000087100400"), kIsim);
  EXPECT_EQ(name("00A4040405A00000008800"), "6A82");
  EXPECT_EQ(t.sw("00A4040402A00000"), 0x6A80);
  EXPECT_EQ(t.sw("00A40404"), 0x6A87);
}

TEST(UiccSelect, AnApplicationEndsWhenAnotherBeginsOrWhenItIsTold) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.sw("00A4000C023F00"), 0x9000);  // the MF does not end it
  EXPECT_EQ(t.sw("00A4000C027FFF"), 0x9000);
  EXPECT_EQ(t.sw("00A4044C10" + std::string(kIsim)), 0x6985);  // termination of what is not active
  EXPECT_EQ(t.sw("00A4044C10" + std::string(kUsim)), 0x9000);
  EXPECT_EQ(t.sw("00A4000C027FFF"), 0x6A82);
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.application(kIsim), 0x9000);
  EXPECT_EQ(t.sw("00A4080C047FFF6F02"), 0x9000);  // EF.IMPI of the ISIM
  EXPECT_EQ(t.sw("00A4080C047FFF6F07"), 0x9000);  // EF.IST, not EF.IMSI
  EXPECT_EQ(t.member("7FFF6F07", 0x80), "0001");
}

// Section 11.1.1.4: tags, order and coding of the FCP.
TEST(UiccSelect, FileControlParametersOfEachStructure) {
  Sim sim;
  auto& t = sim.t;
  // transparent, 300 octets, SFI 1
  EXPECT_EQ(to_hex(t.path("7F506F01").data),
            "6217"
            "82024121"
            "83026F01"
            "8A0105"
            "8B032F0605"
            "8002012C"
            "880108");
  // linear fixed: record length and number of records in the descriptor
  EXPECT_EQ(to_hex(t.path("7F506F02").data),
            "621A"
            "82054221000A05"
            "83026F02"
            "8A0105"
            "8B032F0605"
            "80020032"
            "880110");
  EXPECT_EQ(to_hex(t.path("7F506F03").data),
            "621A"
            "82054621000304"
            "83026F03"
            "8A0105"
            "8B032F0607"
            "8002000C"
            "880118");
  // BER-TLV: reserved and maximum size; tag 80 tells the octets in use
  EXPECT_EQ(to_hex(t.path("7F506F04").data),
            "6224"
            "82027921"
            "83026F04"
            "A50B"
            "840101"
            "85020050"
            "86020100"
            "8A0105"
            "8B032F0605"
            "8002000A"
            "880120");
  // no SFI; special file information
  EXPECT_EQ(to_hex(t.path("7F506F07").data),
            "6216"
            "82024121"
            "83026F07"
            "8A0105"
            "8B032F060C"
            "80020004"
            "8800");
  EXPECT_EQ(t.member("7F506F06", 0xA5), "C00140");
  // a link: its own FID, SFI and rules, the structure of its source
  EXPECT_EQ(to_hex(t.path("7F506F08").data),
            "621A"
            "82054221000A05"
            "83026F08"
            "8A0105"
            "8B032F060A"
            "80020032"
            "880140");
}

TEST(UiccSelect, FileControlParametersOfDirectories) {
  Sim sim;
  auto& t = sim.t;
  // Section 9.5.2: a bit for each PIN of the list; PIN1 and ADM1 are enabled.
  EXPECT_EQ(to_hex(t.path("7F50").data),
            "621B"
            "82027821"
            "83027F50"
            "8A0105"
            "8B032F060E"
            "C609"
            "9001C0"
            "830101"
            "83010A");
  const auto mf = t.send("00A40004023F0000").data;
  EXPECT_EQ(to_hex(mf),
            "6223"
            "82027821"
            "83023F00"
            "A506"
            "800171"
            "870101"
            "8A0105"
            "8B032F060E"
            "C609"
            "9001C0"
            "830101"
            "83010A");
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.data("80F2000000"),
            "622C"
            "82027821"
            "8410" +
                std::string(kUsim) +
                "8A0105"
                "8B032F060E"
                "C60C"
                "9001E0"
                "830181"
                "830101"
                "83010A");
}

TEST(UiccSelect, FcpShowsWhichPinsAreEnabled) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw("0026000108" + std::string(kPin1)), 0x9000);  // DISABLE PIN
  EXPECT_EQ(t.member("7F50", 0xC6),
            "900140"
            "830101"
            "83010A");
  EXPECT_EQ(t.sw("0028000108" + std::string(kPin1)), 0x9000);
  EXPECT_EQ(t.member("7F50", 0xC6),
            "9001C0"
            "830101"
            "83010A");
}

TEST(UiccStatus, TellsDirectoryAndApplication) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.data("80F2000000"), to_hex(t.send("00A40004023F0000").data));
  EXPECT_EQ(t.sw("80F2000100"), 0x6A88);  // no application
  EXPECT_EQ(t.sw("80F2000C"), 0x9000);
  EXPECT_EQ(t.sw("80F2010C"), 0x9000);
  EXPECT_EQ(t.sw("80F2030C"), 0x6A86);
  EXPECT_EQ(t.sw("80F2000200"), 0x6A86);
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.data("80F2000100"), "8410" + std::string(kUsim));
  const auto df = t.path("7FFF5FC0");
  EXPECT_EQ(t.data("80F2000000"), to_hex(df.data));  // of the current DF
  EXPECT_EQ(t.data("80F2010100"), "8410" + std::string(kUsim));
}

TEST(UiccChannels, EachHasItsOwnSelection) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.data("0070000001"), "01");
  EXPECT_EQ(t.sw("01B0000001"), 0x6986);  // begins at the MF without an EF
  EXPECT_EQ(t.sw("01A4080C047F506F05"), 0x9000);
  EXPECT_EQ(t.data("01B0000002"), "AABB");
  EXPECT_EQ(t.data("00B0000002"), "0001");
  // Opened from another channel than the basic one: in its directory (section 11.1.17).
  EXPECT_EQ(t.data("0170000001"), "02");
  EXPECT_EQ(t.sw("02B0000001"), 0x6986);
  EXPECT_EQ(t.sw("02A4000C026F05"), 0x9000);
  EXPECT_EQ(t.sw("00708001"), 0x9000);
  EXPECT_EQ(t.sw("01B0000001"), 0x6881);
  EXPECT_EQ(t.data("0070000001"), "01");
  EXPECT_EQ(t.sw("01B0000001"), 0x6986);
}

TEST(UiccChannels, ExtendedClassReachesChannels4To19) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  for (int n = 1; n < 20; ++n) EXPECT_EQ(t.send("0070000001").data, Bytes{static_cast<std::uint8_t>(n)});
  EXPECT_EQ(t.sw("0070000001"), 0x6A81);
  EXPECT_EQ(t.sw("4FA4080C047F506F01"), 0x9000);  // channel 19
  EXPECT_EQ(t.data("4FB0000002"), "0001");
  EXPECT_EQ(t.sw("40A4080C047F506F05"), 0x9000);  // channel 4
  EXPECT_EQ(t.data("40B0000002"), "AABB");
  EXPECT_EQ(t.sw("C0F2000C"), 0x9000);
}

TEST(UiccChannels, GlobalPinsAreVerifiedForAllOfThemLocalOnesForTheirApplication) {
  Sim sim;
  auto& t = sim.t;
  t.send("0070000001");
  EXPECT_EQ(sim.verify(), 0x9000);
  EXPECT_EQ(t.sw("01A4080C047F506F01"), 0x9000);
  EXPECT_EQ(t.sw("01B0000001"), 0x9000);
  // PIN 81 opens 7FFF/6F71 for updating (rule 8) as long as the USIM is active somewhere.
  EXPECT_EQ(t.sw("01A4040C10" + std::string(kUsim)), 0x9000);
  EXPECT_EQ(t.sw("01A4000C026F71"), 0x9000);
  EXPECT_EQ(t.sw("01D60000015A"), 0x6982);
  EXPECT_EQ(t.sw("0120008108" + std::string(kPin2)), 0x9000);
  EXPECT_EQ(t.sw("01D60000015A"), 0x9000);
  EXPECT_EQ(t.application(kUsim), 0x9000);  // a second session, on channel 0
  EXPECT_EQ(t.sw("00708001"), 0x9000);
  EXPECT_EQ(t.sw("00A4000C026F71"), 0x9000);
  EXPECT_EQ(t.sw("00D60000015B"), 0x9000);
  EXPECT_EQ(t.application(kIsim), 0x9000);  // the last one ends
  EXPECT_EQ(t.application(kUsim), 0x9000);
  EXPECT_EQ(t.sw("00A4000C026F71"), 0x9000);
  EXPECT_EQ(t.sw("00D60000015C"), 0x6982);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);  // PIN1 stays verified
}

TEST(UiccProfiles, OnlyTheEnabledProfileIsThere) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.sw("00D60000025A5B"), 0x9000);
  sim.driver.open();
  const auto enable = [&](const char* iccid) {
    sim.driver.call<sgp22::EnableProfileResponse>(
        sgp22::EnableProfileRequest{{*sgp22::parse_iccid(iccid)}, false});
  };
  enable(kIccidB);
  EXPECT_EQ(t.sw("00B0000002"), 0x6986);  // another world: the MF is selected
  EXPECT_EQ(t.data("80F2000000").substr(0, 4), "6223");
  EXPECT_EQ(t.path("2FE2").sw, 0x9000);
  EXPECT_EQ(t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidB)));
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.data("00B0000002"), "0001");  // PIN1 is disabled here, and the file is as installed
  sim.power_cycle();
  EXPECT_EQ(t.path("2FE2").sw, 0x9000);
  EXPECT_EQ(t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidB)));
  sim.driver.open();
  enable(kIccidA);
  sim.open();  // not verified any more
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.data("00B0000002"), "5A5B");  // what was written is still there
  sim.driver.call<sgp22::DisableProfileResponse>(
      sgp22::DisableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  EXPECT_EQ(t.sw("00A4000C023F00"), 0x9000);
  EXPECT_EQ(t.sw("00A4000C022FE2"), 0x6A82);
  EXPECT_EQ(t.application(kUsim), 0x6A82);
  EXPECT_EQ(t.sw("00B0000001"), 0x6986);
  EXPECT_EQ(sim.verify(), 0x6A88);
}

TEST(UiccProfiles, ARefreshBringsTheOtherFileSystem) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.sw(terminal_profile()), 0x9000);  // TERMINAL PROFILE with REFRESH
  sim.driver.open();
  sim.driver.call<sgp22::EnableProfileResponse>(
      sgp22::EnableProfileRequest{{*sgp22::parse_iccid(kIccidB)}, true});
  EXPECT_EQ(t.path("2FE2").sw >> 8, 0x91);
  EXPECT_EQ(t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidA)));  // until the REFRESH is done
  t.send("801200000B");
  t.send("801400000C810301010482028281830100");
  EXPECT_EQ(t.path("2FE2").sw, 0x9000);
  EXPECT_EQ(t.data("00B000000A"), to_hex(*sgp22::parse_iccid(kIccidB)));
}

TEST(UiccProfiles, DeletingFreesEverythingThatWasWritten) {
  Sim sim;
  sim.open();
  EXPECT_EQ(sim.t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(sim.t.sw("00D60000025A5B"), 0x9000);
  sim.driver.open();
  sim.driver.call<sgp22::DisableProfileResponse>(
      sgp22::DisableProfileRequest{{*sgp22::parse_iccid(kIccidA)}, false});
  sim.driver.call<sgp22::DeleteProfileResponse>(sgp22::DeleteProfileRequest{*sgp22::parse_iccid(kIccidA)});
  // Two Profiles are left: no value of a third.
  EXPECT_EQ(sim.nvm.keys("profile/").size(), 2u);
  EXPECT_EQ(sim.nvm.keys("files/").size(), 2u);
  EXPECT_EQ(sim.nvm.keys("pins/").size(), 2u);
  EXPECT_EQ(sim.nvm.keys("file/").size(), 0u);
}

}  // namespace eider::test
