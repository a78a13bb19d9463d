// READ, UPDATE, SEARCH, INCREASE, (DE)ACTIVATE FILE, RETRIEVE and SET DATA: ETSI TS 102 221 sections 11.1.3
// to 11.1.8, 11.1.14, 11.1.15, 11.3.
#include <gtest/gtest.h>

#include "spec/inspect/inspect.hpp"
#include "support/uicc_profile.hpp"

namespace eider::test {
namespace {
std::uint16_t whole_sw(Sim& sim, std::string_view command) {
  return must(parse_response(must(sim.euicc.transmit(hex(command))))).sw;
}
}  // namespace

TEST(UiccBinary, ReadsAtEveryOffset) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00B0000001"), 0x6986);  // no EF yet
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.data("00B000000A"), "00010203040506070809");
  EXPECT_EQ(t.data("00B0000803"), "0809FF");
  EXPECT_EQ(t.data("00B0000000").size(), 512u);  // 256 octets
  EXPECT_EQ(t.data("00B0012B01"), "FF");
  EXPECT_EQ(t.sw("00B0012C01"), 0x6B00);  // past the end of 300 octets
  EXPECT_EQ(t.sw("00B07FFF01"), 0x6B00);
  EXPECT_EQ(whole_sw(sim, "00B0012004"), 0x9000);
  EXPECT_EQ(whole_sw(sim, "00B0012020"), 0x6C0C);  // twelve octets are left
  EXPECT_EQ(t.sw("00B00000"), 0x6700);             // no Le
  EXPECT_EQ(t.sw("00B000000101"), 0x6700);
}

TEST(UiccBinary, ExtendedLengthReadsAllAndWarnsAtTheEnd) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F01");
  EXPECT_EQ(t.send("00B0000000012C").data.size(), 300u);
  EXPECT_EQ(t.send("00B00000000000").data.size(), 300u);
  const auto r = t.send("00B00000000200");
  EXPECT_EQ(r.sw, 0x6282);
  EXPECT_EQ(r.data.size(), 300u);
  std::string all(600, '5');
  EXPECT_EQ(t.sw("00D60000"
                 "00012C" +
                 all),
            0x9000);
  EXPECT_EQ(to_hex(t.send("00B0000000012C").data), all);
}

TEST(UiccBinary, ShortFileIdentifierSelectsOnSuccess) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.data("00B0810202"), "0203");  // SFI 1, offset 2
  EXPECT_EQ(t.data("00B0000001"), "00");    // current now
  EXPECT_EQ(t.data("00B0850002"), "AABB");
  EXPECT_EQ(t.sw("00B09E0001"), 0x6A82);  // no file with SFI 30
  EXPECT_EQ(t.sw("00B0820001"), 0x6981);  // SFI 2 has records
  EXPECT_EQ(t.data("00B0000002"), "AABB");
  EXPECT_EQ(t.sw("00B0A10001"), 0x6A86);  // b7, b6 of P1 are 0
  EXPECT_EQ(t.sw("00B0800001"), 0x6A86);
  EXPECT_EQ(t.sw("00B09F0001"), 0x6A86);
  EXPECT_EQ(t.sw("00D68500021122"), 0x9000);
  EXPECT_EQ(t.data("00B0850003"), "1122FF");
}

TEST(UiccBinary, UpdatesSurviveAPowerLossAndKeepTheRest) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F01");
  const auto commits = sim.nvm.commits();
  EXPECT_EQ(t.sw("00D600FE04A1A2A3A4"), 0x9000);  // across the 256th octet
  EXPECT_EQ(sim.nvm.commits(), commits + 1);      // one write
  EXPECT_EQ(t.sw("00D6012B01EE"), 0x9000);
  EXPECT_EQ(t.sw("00D6012B02EEEE"), 0x6700);  // over the end
  EXPECT_EQ(t.sw("00D6012C01EE"), 0x6B00);
  EXPECT_EQ(t.sw("00D60000"), 0x6700);
  sim.power_cycle();
  sim.open();
  EXPECT_EQ(t.sw("00A4000C026F01"), 0x9000);
  EXPECT_EQ(t.data("00B000FD06"), "FFA1A2A3A4FF");
  EXPECT_EQ(t.data("00B0012A02"), "FFEE");
  EXPECT_EQ(t.data("00B0000003"), "000102");
}

TEST(UiccAccess, RulesOfEfArrDecide) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);  // selecting needs nothing
  EXPECT_EQ(t.sw("00B0000001"), 0x6982);     // rule 5: PIN1
  EXPECT_EQ(t.path("7F506F05").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);    // rule 9: read always
  EXPECT_EQ(t.sw("00D6000001AA"), 0x6982);  // update with PIN1
  EXPECT_EQ(sim.verify(), 0x9000);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x9000);
  EXPECT_EQ(t.path("7F506F01").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  EXPECT_EQ(t.path("7F506F07").sw, 0x9000);
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x6982);  // rule 12: never
  EXPECT_EQ(sim.verify("0A", kAdm1), 0x9000);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x6982);
  EXPECT_EQ(t.path("7F506F09").sw, 0x9000);  // rule 3: ADM1
  EXPECT_EQ(t.sw("00B0000001"), 0x9000);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x9000);
  // A link has rules of its own: 10, read always.
  sim.power_cycle();
  EXPECT_EQ(t.path("7F506F02").sw, 0x9000);
  EXPECT_EQ(t.sw("00B201040A"), 0x6982);
  EXPECT_EQ(t.path("7F506F08").sw, 0x9000);
  EXPECT_EQ(t.data("00B201040A"), "01AAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(t.sw("00DC01040A00000000000000000000"), 0x6982);
}

TEST(UiccAccess, ALinkShowsOneBody) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00DC01140A01020304050607080910"), 0x9000);  // SFI 2
  EXPECT_EQ(t.data("00B201440A"), "01020304050607080910");    // SFI 8
  sim.power_cycle();
  sim.open();
  EXPECT_EQ(t.data("00B201440A"), "01020304050607080910");
}

TEST(UiccRecord, AbsoluteNextPreviousCurrentInALinearFile) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F02");
  const auto first = [&](std::string_view command) {
    const auto r = t.send(command);
    return r.sw == 0x9000 ? r.data[0] : r.sw;
  };
  EXPECT_EQ(first("00B200040A"), 0x6A83);  // the current record is not defined after a selection
  EXPECT_EQ(first("00B203040A"), 3);       // absolute: does not move the pointer
  EXPECT_EQ(first("00B200040A"), 0x6A83);
  EXPECT_EQ(first("00B200020A"), 1);  // next of undefined: the first
  EXPECT_EQ(first("00B200020A"), 2);
  EXPECT_EQ(first("00B200040A"), 2);
  EXPECT_EQ(first("00B200030A"), 1);
  EXPECT_EQ(first("00B200030A"), 0x6A83);  // before the first
  EXPECT_EQ(first("00B200040A"), 1);       // unchanged
  for (int n = 2; n <= 5; ++n) EXPECT_EQ(first("00B200020A"), n);
  EXPECT_EQ(first("00B200020A"), 0x6A83);
  EXPECT_EQ(first("00B205040A"), 5);
  EXPECT_EQ(first("00B206040A"), 0x6A83);
  t.sw("00A4000C026F02");
  EXPECT_EQ(first("00B200030A"), 5);  // previous of undefined: the last
  EXPECT_EQ(first("00B2021400"), 2);  // SFI 2
  EXPECT_EQ(first("00B200040A"), 0x6A83);
}

TEST(UiccRecord, WrongUse) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F02");
  EXPECT_EQ(whole_sw(sim, "00B2010405"), 0x6C0A);
  EXPECT_EQ(whole_sw(sim, "00B201040B"), 0x6C0A);
  EXPECT_EQ(t.send("00B2010400").data.size(), 10u);
  EXPECT_EQ(t.sw("00B201000A"), 0x6A86);  // mode
  EXPECT_EQ(t.sw("00B201050A"), 0x6A86);
  EXPECT_EQ(t.sw("00B201020A"), 0x6A86);  // next has no number
  EXPECT_EQ(t.sw("00B201FC0A"), 0x6A86);  // SFI 31
  EXPECT_EQ(t.sw("00B201F40A"), 0x6A82);  // SFI 30: none
  EXPECT_EQ(t.sw("00DC010409010203040506070809"), 0x6700);
  EXPECT_EQ(t.sw("00DC01040B0102030405060708091011"), 0x6700);
  EXPECT_EQ(t.sw("00DC06040A01020304050607080910"), 0x6A83);
  EXPECT_EQ(t.sw("00B0000001"), 0x6981);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x6981);
  EXPECT_EQ(t.sw("80B201040A"), 0x6E00);
  t.sw("00A4000C026F01");
  EXPECT_EQ(t.sw("00B2010401"), 0x6981);
}

TEST(UiccRecord, UpdatesALinearFile) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F02");
  EXPECT_EQ(t.sw("00DC00020AF1010101010101010101"), 0x9000);  // next: record 1
  EXPECT_EQ(t.sw("00DC00020AF2010101010101010101"), 0x9000);  // record 2
  EXPECT_EQ(t.sw("00DC00040AF3010101010101010101"), 0x9000);  // current: record 2
  EXPECT_EQ(t.sw("00DC05040AF5010101010101010101"), 0x9000);
  EXPECT_EQ(t.sw("00DC00030AF4010101010101010101"), 0x9000);  // previous of 2: record 1
  sim.power_cycle();
  sim.open();
  t.sw("00A4000C026F02");
  EXPECT_EQ(t.data("00B201040A"), "F4010101010101010101");
  EXPECT_EQ(t.data("00B202040A"), "F3010101010101010101");
  EXPECT_EQ(t.data("00B203040A"), "03AABBCCBBBBBBBBBBBB");
  EXPECT_EQ(t.data("00B205040A"), "F5010101010101010101");
}

TEST(UiccRecord, ACyclicFileKeepsTheNewestFirst) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F03");
  EXPECT_EQ(t.data("00B2000403"), "000005");  // the pointer stands at record 1 after a selection
  EXPECT_EQ(t.data("00B2000203"), "000004");
  EXPECT_EQ(t.data("00B2000303"), "000005");
  EXPECT_EQ(t.data("00B2000303"), "000002");  // round
  EXPECT_EQ(t.data("00B2000203"), "000005");
  EXPECT_EQ(t.sw("00DC010403000009"), 0x6981);  // only PREVIOUS (section 11.1.6)
  EXPECT_EQ(t.sw("00DC000203000009"), 0x6981);
  EXPECT_EQ(t.sw("00DC0003020009"), 0x6700);
  const auto commits = sim.nvm.commits();
  EXPECT_EQ(t.sw("00DC000303000009"), 0x9000);
  EXPECT_EQ(sim.nvm.commits(), commits + 1);
  EXPECT_EQ(t.data("00B2000403"), "000009");
  sim.power_cycle();
  sim.open();
  t.sw("00A4000C026F03");
  EXPECT_EQ(t.record(1, 3), "000009");
  EXPECT_EQ(t.record(2, 3), "000005");
  EXPECT_EQ(t.record(3, 3), "000004");
  EXPECT_EQ(t.record(4, 3), "000003");  // 000002, the oldest, is gone
  for (int n = 0; n < 9; ++n) EXPECT_EQ(t.sw("00DC0003030000A" + std::to_string(n)), 0x9000);
  EXPECT_EQ(t.record(1, 3), "0000A8");
  EXPECT_EQ(t.record(4, 3), "0000A5");
}

TEST(UiccIncrease, AddsToTheNewestRecord) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.path("7F506F03").sw, 0x9000);
  EXPECT_EQ(t.sw("8032000003000001"
                 "00"),
            0x6982);
  EXPECT_EQ(sim.verify(), 0x9000);
  // Answer: the new record, then the value that was added (section 11.1.8).
  EXPECT_EQ(t.data("803200000300000100"),
            "000006"
            "000001");
  EXPECT_EQ(t.data("8032000001FF00"),
            "000105"
            "FF");
  EXPECT_EQ(t.data("803283000300000100"),
            "000106"
            "000001");  // SFI 3
  EXPECT_EQ(t.record(1, 3), "000106");
  EXPECT_EQ(t.record(4, 3), "000005");
  EXPECT_EQ(t.data("8032000003FFFEF900"),
            "FFFFFF"
            "FFFEF9");
  EXPECT_EQ(t.sw("803200000101"), 0x9850);
  EXPECT_EQ(t.record(1, 3), "FFFFFF");  // unchanged
  EXPECT_EQ(t.sw("80320000040000000100"), 0x6700);
  EXPECT_EQ(t.sw("803200010300000100"), 0x6A86);
  EXPECT_EQ(t.sw("803203000300000100"), 0x6A86);
  EXPECT_EQ(t.sw("003200000300000100"), 0x6E00);
  EXPECT_EQ(t.sw("80328200010100"), 0x6981);  // a linear file
  sim.power_cycle();
  sim.open();
  t.sw("00A4000C026F03");
  EXPECT_EQ(t.record(1, 3), "FFFFFF");
}

TEST(UiccSearch, SimpleForwardAndBackward) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F02");
  EXPECT_EQ(t.data("00A2010402AABB00"), "03");
  EXPECT_EQ(t.data("00B200040A"), "03AABBCCBBBBBBBBBBBB");  // the hit is the current record
  EXPECT_EQ(t.data("00A2010401AA00"), "010305");
  EXPECT_EQ(t.data("00A2020401AA00"), "0305");
  EXPECT_EQ(t.data("00A2040501AA00"), "0301");
  EXPECT_EQ(t.data("00A2051501AA00"), "050301");  // SFI 2
  EXPECT_EQ(t.sw("00A2010402EEEE00"), 0x6282);
  EXPECT_EQ(t.sw("00A2060401AA00"), 0x6A83);
  EXPECT_EQ(t.sw("00A201040B0102030405060708091011"
                 "00"),
            0x6700);
  EXPECT_EQ(t.sw("00A2010301AA00"), 0x6A86);
  EXPECT_EQ(t.sw("00A2010701AA00"), 0x6A86);
  EXPECT_EQ(t.sw("00A20104"), 0x6700);
  t.sw("00A4000C026F01");
  EXPECT_EQ(t.sw("00A2010401AA00"), 0x6981);
}

// Search indication: octet 1 b4 offset or value, b3 to b1 direction (section 11.1.7.3).
TEST(UiccSearch, EnhancedFromAnOffsetOrBehindAValue) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F02");
  EXPECT_EQ(t.data("00A20106040402BBCC00"), "03");
  EXPECT_EQ(t.sw("00A20106040403BBCC00"), 0x6282);
  EXPECT_EQ(t.data("00A20106040401BBCC00"), "03");  // offset 1, forward from record 1
  EXPECT_EQ(t.data("00A20106030403BB00"),
            "0203"
            "05");
  EXPECT_EQ(t.data("00A20506030503BB00"), "050302");  // backward from record 5
  EXPECT_EQ(t.data("00A20106030CAABB00"), "0305");    // behind the first AA
  EXPECT_EQ(t.data("00A20106030CCCBB00"), "0305");
  EXPECT_EQ(t.data("00B200040A").substr(0, 2), "03");
  EXPECT_EQ(t.data("00A20006030603BB00"), "05");    // forward from the next record
  EXPECT_EQ(t.data("00A20006030703BB00"), "0302");  // backward from the previous one
  EXPECT_EQ(t.sw("00A20106030400"), 0x6700);
  EXPECT_EQ(t.sw("00A20106030003BB00"), 0x6A80);
  EXPECT_EQ(t.sw("00A20106031403BB00"), 0x6A80);
  EXPECT_EQ(t.sw("00A2010603040ABB00"), 0x6A80);  // offset behind the record
}

TEST(UiccFileState, DeactivatedFilesStayClosed) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F05");
  EXPECT_EQ(t.sw("00040000"), 0x9000);  // DEACTIVATE FILE, the current one
  EXPECT_EQ(t.sw("00B0000001"), 0x6984);
  EXPECT_EQ(t.sw("00D6000001AA"), 0x6984);
  const auto selected = t.send("00A40004026F05");
  EXPECT_EQ(selected.sw, 0x6283);
  sim.power_cycle();
  sim.open();
  EXPECT_EQ(whole_sw(sim, "00A4000C026F05"), 0x6283);
  EXPECT_EQ(whole_sw(sim, "00A40004026F0500"), 0x6283);
  const auto fcp = must(parse_response(must(sim.euicc.transmit(hex("00C0000000")))));
  EXPECT_EQ(to_hex(find_tlv(must(read_single_tlv(fcp.data)).value, 0x8A)->value), "04");
  EXPECT_EQ(t.sw("00B0000001"), 0x6984);
  EXPECT_EQ(t.sw("00440000026F05"), 0x9000);  // ACTIVATE FILE by FID
  EXPECT_EQ(t.data("00B0000002"), "AABB");
  EXPECT_EQ(t.member("7F506F05", 0x8A), "05");
}

TEST(UiccFileState, SpecialFileInformationKeepsItReadable) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  EXPECT_EQ(t.sw("00040900026F06"), 0x9000);  // by path from the current DF
  EXPECT_EQ(t.data("00B0000004"), "01020304");
  EXPECT_EQ(t.sw("00D6000001AA"), 0x9000);
}

TEST(UiccFileState, TerminatedFilesStayAsTheyAre) {
  auto memory = sim_memory();
  {
    const auto files = must(card::uicc::FileSystem::open(memory, sgp22::kFirstIsdPInstance));
    must(files->set_lcsi(files->child(files->child(0, 0x7F50), 0x6F05), 0x0C));
  }
  Sim sim(memory);
  sim.open();
  sim.t.sw("00A4000C026F05");
  EXPECT_EQ(sim.t.sw("00B0000001"), 0x6985);
  EXPECT_EQ(sim.t.sw("00040000"), 0x6985);
  EXPECT_EQ(sim.t.sw("00440000"), 0x6985);
}

TEST(UiccFileState, NeedsItsOwnRight) {
  Sim sim;
  auto& t = sim.t;
  EXPECT_EQ(t.path("7F506F05").sw, 0x9000);
  EXPECT_EQ(t.sw("00040000"), 0x6982);
  sim.open();
  EXPECT_EQ(t.sw("00040000026F01"), 0x6982);  // rule 5: ADM1
  EXPECT_EQ(t.sw("00040000026FFF"), 0x6A82);
  EXPECT_EQ(t.sw("00040000025F10"), 0x6981);  // a DF
  EXPECT_EQ(t.sw("00040001026F01"), 0x6A86);
  EXPECT_EQ(t.sw("00040300"), 0x6A86);
  EXPECT_EQ(t.sw("00040000"), 0x6986);
  EXPECT_EQ(sim.verify("0A", kAdm1), 0x9000);
  EXPECT_EQ(t.sw("00040000026F01"), 0x9000);
  EXPECT_EQ(t.sw("00440800047F506F01"), 0x9000);
}

TEST(UiccBerTlv, RetrievesObjectsAndTheirTags) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F04");
  EXPECT_EQ(t.data("80CB0080015C00"),
            "5C03"
            "80"
            "7F21");
  EXPECT_EQ(t.data("80CB0080018000"), "8003AABBCC");
  EXPECT_EQ(t.data("80CB0080027F2100"), "7F2102DDEE");
  EXPECT_EQ(t.data("80CB0084018000"), "8003AABBCC");  // SFI 4
  EXPECT_EQ(t.sw("80CB0080018100"), 0x6A88);
  EXPECT_EQ(t.sw("80CB0080028001"
                 "00"),
            0x6A80);
  EXPECT_EQ(t.sw("80CB000000"), 0x6985);  // no block is left
  EXPECT_EQ(t.sw("80CB0020018000"), 0x6A86);
  EXPECT_EQ(t.sw("00CB0080018000"), 0x6E00);
  EXPECT_EQ(t.sw("80CB009F018000"), 0x6A86);
  EXPECT_EQ(t.sw("80CB0081018000"), 0x6981);  // SFI 1 is transparent
  EXPECT_EQ(t.sw("00B0000001"), 0x6981);
}

TEST(UiccBerTlv, RetrievesInBlocks) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F04");
  // With extended lengths the answer and its warning come together.
  const auto first = t.send(
      "80CB0080"
      "000001"
      "80"
      "0002");
  EXPECT_EQ(first.sw, 0x62F1);
  EXPECT_EQ(to_hex(first.data), "8003");
  auto next = t.send(
      "80CB000000"
      "0002");
  EXPECT_EQ(next.sw, 0x62F1);
  EXPECT_EQ(to_hex(next.data), "AABB");
  next = t.send(
      "80CB004000"
      "0002");  // the same block again
  EXPECT_EQ(to_hex(next.data), "AABB");
  next = t.send(
      "80CB000000"
      "0002");
  EXPECT_EQ(next.sw, 0x9000);
  EXPECT_EQ(to_hex(next.data), "CC");
  EXPECT_EQ(t.sw("80CB000002"), 0x6985);
}

TEST(UiccBerTlv, SetsReplacesAndDeletes) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F04");
  EXPECT_EQ(t.sw("80DB0080048102"
                 "1122"),
            0x9000);
  EXPECT_EQ(t.sw("80DB0080038001"
                 "99"),
            0x9000);                          // replaces
  EXPECT_EQ(t.sw("80DB0080027F21"), 0x9000);  // a tag alone deletes
  EXPECT_EQ(t.sw("80DB0080027F21"), 0x6A88);
  EXPECT_EQ(t.data("80CB0080015C00"),
            "5C02"
            "8081");
  EXPECT_EQ(t.member("7F506F04", 0x80), "0007");
  sim.power_cycle();
  sim.open();
  t.sw("00A4000C026F04");
  EXPECT_EQ(t.data("80CB0080018000"), "800199");
  EXPECT_EQ(t.data("80CB0080018100"), "81021122");
  EXPECT_EQ(t.sw("80CB0080027F2100"), 0x6A88);
}

TEST(UiccBerTlv, SetsInBlocks) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F04");
  EXPECT_EQ(t.sw("80DB0080038205"
                 "01"),
            0x63F1);
  EXPECT_EQ(t.sw("80DB0000020203"), 0x63F1);
  EXPECT_EQ(t.sw("80DB0040020203"), 0x63F1);  // repeated
  EXPECT_EQ(t.sw("80CB0080018200"), 0x6A88);  // not there before the end; and this ends the chain
  EXPECT_EQ(t.sw("80DB0000020405"), 0x6985);
  EXPECT_EQ(t.sw("80DB0080038205"
                 "01"),
            0x63F1);
  EXPECT_EQ(t.sw("80DB0000020203"), 0x63F1);
  EXPECT_EQ(t.sw("80DB0000020405"), 0x9000);
  EXPECT_EQ(t.data("80CB0080018200"), "82050102030405");
  EXPECT_EQ(t.sw("80DB0080038205"
                 "01"),
            0x63F1);
  EXPECT_EQ(t.sw("80DB0000050203040506"), 0x6A80);  // more than announced
  EXPECT_EQ(t.sw("80DB00800280"), 0x6700);
  EXPECT_EQ(t.sw("80DB0080025C00"), 0x6A80);
}

TEST(UiccBerTlv, TheMaximumSizeHolds) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  t.sw("00A4000C026F04");
  // 256 octets at most, ten are in use: an object of 246 fits, one of 247 does not.
  std::string value(2 * 243, 'A');
  EXPECT_EQ(t.sw("80DB0080"
                 "F7"
                 "8181F4" +
                 value + "AA"),
            0x6A84);
  EXPECT_EQ(t.sw("80DB0080"
                 "F6"
                 "8181F3" +
                 value),
            0x9000);
  EXPECT_EQ(t.sw("80DB0080"
                 "03"
                 "820101"),
            0x6A84);
  EXPECT_EQ(t.sw("80DB0080"
                 "0181"),
            0x9000);
  EXPECT_EQ(t.sw("80DB0080"
                 "03"
                 "820101"),
            0x9000);
}

TEST(UiccCommands, ClassInstructionAndLengthsAreChecked) {
  Sim sim;
  sim.open();
  auto& t = sim.t;
  for (const auto& c : card::uicc::commands()) {
    SCOPED_TRACE(c.name);
    const bool proprietary = c.cla == card::uicc::Class::kProprietary;
    CommandApdu wrong{
        static_cast<std::uint8_t>(proprietary ? 0x00 : 0x80), c.ins, 0, 0, hex("0102030405060708"), {}};
    EXPECT_EQ(t.send(wrong.encode()).sw, 0x6E00);
    if (c.data != card::uicc::Field::kMust) continue;
    wrong.cla ^= 0x80;
    wrong.data.clear();
    while (!c.legal(wrong.p1, wrong.p2) && wrong.p2 < 0xFF) ++wrong.p2;
    EXPECT_EQ(t.send(wrong.encode()).sw, 0x6700);
  }
  EXPECT_EQ(t.sw("00FB000000"), 0x6D00);
  EXPECT_EQ(t.sw("80FB000000"), 0x6D00);
}

// `eider decode` and the logs of the card speak of the same commands.
TEST(UiccCommands, TracesNameThemAsTheTableDoes) {
  for (const auto& c : card::uicc::commands()) {
    const auto known = inspect::instructions();
    const auto it = std::ranges::find(known, c.ins, &inspect::Instruction::ins);
    ASSERT_NE(it, known.end()) << c.name;
    EXPECT_EQ(it->name, c.name);
  }
}

TEST(UiccCommands, GetChallengeGivesFreshOctets) {
  Sim sim;
  auto& t = sim.t;
  const auto one = t.send("0084000008");
  EXPECT_EQ(one.sw, 0x9000);
  EXPECT_EQ(one.data.size(), 8u);
  EXPECT_NE(one.data, t.send("0084000008").data);
  EXPECT_EQ(t.send("0084000000").data.size(), 256u);
  EXPECT_EQ(t.sw("0084010008"), 0x6A86);
  EXPECT_EQ(t.sw("00840000"), 0x6700);
}

TEST(UiccCommands, ASecurityDomainHasNoFiles) {
  Sim sim;
  sim.driver.open();
  EXPECT_EQ(sim.t.sw("01B0000001"), 0x6D00);
  EXPECT_EQ(sim.t.sw("0120000108" + std::string(kPin1)), 0x6D00);
}

}  // namespace eider::test
