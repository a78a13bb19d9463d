// Each command and each status word that ETSI TS 102 221 table 10.16 gives it and this card can be brought
// to: one row a status word, the card in the same state before each.
#include <gtest/gtest.h>
#include <set>

#include "card/uicc/commands.hpp"
#include "support/uicc_profile.hpp"

namespace eider::test {
namespace {
// Before the command of a row.
constexpr std::string_view kVerify = "002000010831323334FFFFFFFF", kAdm = "0020000A083535353535353535",
                           kWrongPin = "00200001083939393939393939",
                           kDisablePin = "002600010831323334FFFFFFFF", kDf = "00A4080C027F50",
                           kTransparent = "00A4080C047F506F01", kLinear = "00A4080C047F506F02",
                           kCyclic = "00A4080C047F506F03", kObjects = "00A4080C047F506F04",
                           kReadAlways = "00A4080C047F506F05", kReadNever = "00A4080C047F506F07",
                           kUsimOn = "00A4040C10A0000000871002FFFFFFFF8900000100", kMove = "00040000";

struct Row {
  const char* section;
  std::string_view command;
  std::uint16_t sw;
  std::vector<std::string_view> before;
  const char* because;
};

const std::vector<Row> kRows = {
    // SELECT
    {"11.1.1", "00A40004023F00", 0x9000, {}, "the MF"},
    {"11.1.1", "00A40004027F50", 0x9000, {}, "a DF"},
    {"11.1.1", "00A4000402ABCD", 0x6A82, {}, "no such file"},
    {"11.1.1", "00A4000C033F0001", 0x6A87, {}, "an FID has two octets"},
    {"11.1.1", "00A4060C023F00", 0x6A86, {}, "P1 06 selects nothing"},
    {"11.1.1", "00A40004026F0500", 0x6283, {kVerify, kReadAlways, kMove, kDf}, "the file is deactivated"},
    {"11.1.1", "00A4040C05A000000099", 0x6A82, {}, "no such application"},
    {"11.1.1", "00A4090C025F10", 0x9000, {kDf}, "by path from the current DF"},
    {"11.1.1", "00A4030C", 0x6A82, {}, "the MF has no parent"},
    // STATUS
    {"11.1.2", "80F2000000", 0x9000, {}, "the MF"},
    {"11.1.2", "80F2000C", 0x9000, {}, "no data"},
    {"11.1.2", "80F2030000", 0x6A86, {}, "P1 of more than 02"},
    {"11.1.2", "80F2000200", 0x6A86, {}, "P2 02"},
    {"11.1.2", "00F2000000", 0x6E00, {}, "an interindustry class"},
    // READ BINARY
    {"11.1.3", "00B0000001", 0x9000, {kVerify, kTransparent}, "read"},
    {"11.1.3", "00B00000000200", 0x6282, {kVerify, kTransparent}, "the end before Le"},
    {"11.1.3", "00B00000", 0x6700, {kVerify, kTransparent}, "no Le"},
    {"11.1.3", "00B0000001", 0x6981, {kVerify, kLinear}, "a file of records"},
    {"11.1.3", "00B0000001", 0x6982, {kTransparent}, "PIN1 not verified"},
    {"11.1.3", "00B0000001", 0x6984, {kVerify, kReadAlways, kMove}, "deactivated"},
    {"11.1.3", "00B0000001", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.3", "00B0940001", 0x6A82, {kVerify, kDf}, "no such SFI"},
    {"11.1.3", "00B0C10001", 0x6A86, {kVerify, kDf}, "b7 of P1 beside an SFI"},
    {"11.1.3", "00B0012C01", 0x6B00, {kVerify, kTransparent}, "behind the end"},
    {"11.1.3", "80B0000001", 0x6E00, {kVerify, kTransparent}, "a proprietary class"},
    {"10.2.1", "08B0000001", 0x6882, {kVerify, kTransparent}, "secure messaging"},
    {"10.2.1", "02B0000001", 0x6881, {kVerify, kTransparent}, "a channel that is closed"},
    // UPDATE BINARY
    {"11.1.4", "00D6000001AA", 0x9000, {kVerify, kTransparent}, "written"},
    {"11.1.4", "00D60000", 0x6700, {kVerify, kTransparent}, "no data"},
    {"11.1.4", "00D6012B02AABB", 0x6700, {kVerify, kTransparent}, "over the end"},
    {"11.1.4", "00D6000001AA", 0x6981, {kVerify, kCyclic}, "a file of records"},
    {"11.1.4", "00D6000001AA", 0x6982, {kTransparent}, "PIN1 not verified"},
    {"11.1.4", "00D6000001AA", 0x6982, {kVerify, kAdm, kReadNever}, "never"},
    {"11.1.4", "00D6000001AA", 0x6984, {kVerify, kReadAlways, kMove}, "deactivated"},
    {"11.1.4", "00D6000001AA", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.4", "00D6940001AA", 0x6A82, {kVerify, kDf}, "no such SFI"},
    {"11.1.4", "00D6012C01AA", 0x6B00, {kVerify, kTransparent}, "behind the end"},
    // READ RECORD
    {"11.1.5", "00B201040A", 0x9000, {kVerify, kLinear}, "record 1"},
    {"11.1.5", "00B20104", 0x6700, {kVerify, kLinear}, "no Le"},
    {"11.1.5", "00B201040A", 0x6981, {kVerify, kTransparent}, "no records"},
    {"11.1.5", "00B201040A", 0x6982, {kLinear}, "PIN1 not verified"},
    {"11.1.5", "00B201040A", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.5", "00B201F40A", 0x6A82, {kVerify, kDf}, "no such SFI"},
    {"11.1.5", "00B206040A", 0x6A83, {kVerify, kLinear}, "of five records"},
    {"11.1.5", "00B200040A", 0x6A83, {kVerify, kLinear}, "no current record"},
    {"11.1.5", "00B201060A", 0x6A86, {kVerify, kLinear}, "mode 110"},
    // UPDATE RECORD
    {"11.1.6", "00DC01040A00000000000000000000", 0x9000, {kVerify, kLinear}, "record 1"},
    {"11.1.6",
     "00DC01040900000000000000000000",
     0x6700,
     {kVerify, kLinear},
     "Lc of another length than the data"},
    {"11.1.6",
     "00DC010409000000000000000000",
     0x6700,
     {kVerify, kLinear},
     "of another length than the record"},
    {"11.1.6", "00DC010403000000", 0x6981, {kVerify, kCyclic}, "a cyclic file takes PREVIOUS only"},
    {"11.1.6", "00DC01040A00000000000000000000", 0x6982, {kLinear}, "PIN1 not verified"},
    {"11.1.6", "00DC01040A00000000000000000000", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.6", "00DC06040A00000000000000000000", 0x6A83, {kVerify, kLinear}, "of five records"},
    {"11.1.6", "00DC01020A00000000000000000000", 0x6A86, {kVerify, kLinear}, "NEXT has no number"},
    // SEARCH RECORD
    {"11.1.7", "00A2010402AABB00", 0x9000, {kVerify, kLinear}, "found"},
    {"11.1.7", "00A2010402EEEE00", 0x6282, {kVerify, kLinear}, "in no record"},
    {"11.1.7", "00A20104", 0x6700, {kVerify, kLinear}, "no pattern"},
    {"11.1.7", "00A2010402AABB00", 0x6981, {kVerify, kTransparent}, "no records"},
    {"11.1.7", "00A2010402AABB00", 0x6982, {kLinear}, "PIN1 not verified"},
    {"11.1.7", "00A2010402AABB00", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.7", "00A2060402AABB00", 0x6A83, {kVerify, kLinear}, "of five records"},
    {"11.1.7", "00A2010302AABB00", 0x6A86, {kVerify, kLinear}, "mode 011"},
    // INCREASE
    {"11.1.8", "803200000300000100", 0x9000, {kVerify, kCyclic}, "added"},
    {"11.1.8", "8032000003FFFFFF00", 0x9850, {kVerify, kCyclic}, "more than the record holds"},
    {"11.1.8", "80320000040000000100", 0x6700, {kVerify, kCyclic}, "wider than the record"},
    {"11.1.8", "803200000300000100", 0x6981, {kVerify, kLinear}, "not cyclic"},
    {"11.1.8", "803200000300000100", 0x6982, {kCyclic}, "PIN1 not verified"},
    {"11.1.8", "803200000300000100", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.8", "803294000300000100", 0x6A82, {kVerify, kDf}, "no such SFI"},
    {"11.1.8", "803201000300000100", 0x6A86, {kVerify, kCyclic}, "P1 01"},
    // VERIFY PIN
    {"11.1.9", kVerify, 0x9000, {}, "right"},
    {"11.1.9", kWrongPin, 0x63C2, {}, "wrong: two tries are left"},
    {"11.1.9", "00200001", 0x63C3, {}, "how many tries"},
    {"11.1.9", kVerify, 0x6983, {kWrongPin, kWrongPin, kWrongPin}, "blocked"},
    {"11.1.9", kVerify, 0x6984, {kDisablePin}, "disabled"},
    {"11.1.9", "002000010731323334FFFFFF", 0x6700, {}, "seven octets"},
    {"11.1.9", "002000810831323334FFFFFFFF", 0x6A88, {}, "a local PIN outside its application"},
    {"11.1.9", "002000000831323334FFFFFFFF", 0x6A86, {}, "no reference"},
    // CHANGE PIN
    {"11.1.10", "002400011031323334FFFFFFFF39393939FFFFFFFF", 0x9000, {}, "changed"},
    {"11.1.10", "002400011039393939FFFFFFFF31323334FFFFFFFF", 0x63C2, {}, "wrong"},
    {"11.1.10", "002400010831323334FFFFFFFF", 0x6700, {}, "no new PIN"},
    {"11.1.10",
     "002400011031323334FFFFFFFF39393939FFFFFFFF",
     0x6983,
     {kWrongPin, kWrongPin, kWrongPin},
     "blocked"},
    {"11.1.10", "002400011031323334FFFFFFFF39393939FFFFFFFF", 0x6984, {kDisablePin}, "disabled"},
    {"11.1.10", "002400021031323334FFFFFFFF39393939FFFFFFFF", 0x6A88, {}, "no such PIN"},
    {"11.1.10", "002401011031323334FFFFFFFF39393939FFFFFFFF", 0x6A86, {}, "P1 01"},
    // DISABLE PIN
    {"11.1.11", kDisablePin, 0x9000, {}, "disabled"},
    {"11.1.11", "00260001083939393939393939", 0x63C2, {}, "wrong"},
    {"11.1.11", "002600010731323334FFFFFF", 0x6700, {}, "seven octets"},
    {"11.1.11", kDisablePin, 0x6983, {kWrongPin, kWrongPin, kWrongPin}, "blocked"},
    {"11.1.11", kDisablePin, 0x6984, {kDisablePin}, "disabled already"},
    {"11.1.11", "0026000A083535353535353535", 0x6985, {}, "this PIN may not be disabled"},
    {"11.1.11", "002691010831323334FFFFFFFF", 0x6A88, {}, "there is no universal PIN"},
    {"11.1.11", "002640010831323334FFFFFFFF", 0x6A86, {}, "P1 40"},
    // ENABLE PIN
    {"11.1.12", "002800010831323334FFFFFFFF", 0x9000, {kDisablePin}, "enabled"},
    {"11.1.12", "00280001083939393939393939", 0x63C2, {kDisablePin}, "wrong"},
    {"11.1.12", "002800010739393939393939", 0x6700, {kDisablePin}, "seven octets"},
    {"11.1.12", "002800010831323334FFFFFFFF", 0x6985, {}, "enabled already"},
    {"11.1.12", "002800010831323334FFFFFFFF", 0x6983, {kWrongPin, kWrongPin, kWrongPin}, "blocked"},
    {"11.1.12", "002800020831323334FFFFFFFF", 0x6A88, {}, "no such PIN"},
    // UNBLOCK PIN
    {"11.1.13",
     "002C000110313233343536373839393939FFFFFFFF",
     0x9000,
     {kWrongPin, kWrongPin, kWrongPin},
     "unblocked"},
    {"11.1.13", "002C000110393939393939393939393939FFFFFFFF", 0x63C9, {}, "a wrong PUK"},
    {"11.1.13", "002C0001", 0x63CA, {}, "how many tries"},
    {"11.1.13", "002C0001083132333435363738", 0x6700, {}, "no new PIN"},
    {"11.1.13", "002C000A10313233343536373839393939FFFFFFFF", 0x6A88, {}, "this PIN has no PUK"},
    {"11.1.13", "002C010110313233343536373839393939FFFFFFFF", 0x6A86, {}, "P1 01"},
    // DEACTIVATE FILE, ACTIVATE FILE
    {"11.1.14", "00040000", 0x9000, {kVerify, kReadAlways}, "the current file"},
    {"11.1.14", "00040000026F05", 0x9000, {kVerify, kDf}, "by FID"},
    {"11.1.14", "00040000", 0x6982, {kReadAlways}, "PIN1 not verified"},
    {"11.1.14", "00040000", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.14", "00040000026FFE", 0x6A82, {kVerify, kDf}, "no such file"},
    {"11.1.14", "00040100", 0x6A86, {kVerify, kReadAlways}, "P1 01"},
    {"11.1.15", "00440000", 0x9000, {kVerify, kReadAlways, kMove}, "the current file"},
    {"11.1.15", "00440000", 0x6982, {kReadAlways}, "PIN1 not verified"},
    {"11.1.15", "00440000", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.1.15", "00440000026FFE", 0x6A82, {kVerify, kDf}, "no such file"},
    {"11.1.15", "00440001", 0x6A86, {kVerify, kReadAlways}, "P2 01"},
    // AUTHENTICATE
    {"11.1.16",
     "00880081221000000000000000000000000000000000100000000000000000000000000000000000",
     0x9862,
     {kVerify, kUsimOn},
     "the MAC is not the network's"},
    {"11.1.16", "00880081011000", 0x6700, {kVerify, kUsimOn}, "no whole RAND"},
    {"11.1.16",
     "00880081221000000000000000000000000000000000100000000000000000000000000000000000",
     0x6982,
     {kUsimOn},
     "PIN1 not verified"},
    {"11.1.16",
     "00880081221000000000000000000000000000000000100000000000000000000000000000000000",
     0x6985,
     {kVerify},
     "no application is active"},
    {"11.1.16",
     "00880181221000000000000000000000000000000000100000000000000000000000000000000000",
     0x6A86,
     {kVerify, kUsimOn},
     "P1 01"},
    {"11.1.16",
     "00880087221000000000000000000000000000000000100000000000000000000000000000000000",
     0x6A86,
     {kVerify, kUsimOn},
     "no such context"},
    // MANAGE CHANNEL
    {"11.1.17", "0070000001", 0x9000, {}, "opened"},
    {"11.1.17", "00708001", 0x9000, {"0070000001"}, "closed"},
    {"11.1.17", "00708000", 0x6A86, {}, "the basic channel stays open"},
    {"11.1.17", "0070400000", 0x6A86, {}, "P1 40"},
    // GET CHALLENGE
    {"11.1.18", "0084000008", 0x9000, {}, "eight octets"},
    {"11.1.18", "00840000", 0x6700, {}, "no Le"},
    {"11.1.18", "0084010008", 0x6A86, {}, "P1 01"},
    // SUSPEND UICC
    {"11.1.22", "8076000004003C010500", 0x9000, {}, "suspended"},
    {"11.1.22", "8076020004003C010500", 0x6A86, {}, "P1 02"},
    // RETRIEVE DATA, SET DATA
    {"11.3.1", "80CB0080018000", 0x9000, {kVerify, kObjects}, "an object"},
    {"11.3.1", "80CB0080018F00", 0x6A88, {kVerify, kObjects}, "no such object"},
    {"11.3.1", "80CB000000", 0x6985, {kVerify, kObjects}, "the next block of nothing"},
    {"11.3.1", "80CB0080018000", 0x6981, {kVerify, kTransparent}, "no objects"},
    {"11.3.1", "80CB0080018000", 0x6982, {kObjects}, "PIN1 not verified"},
    {"11.3.1", "80CB0080018000", 0x6986, {kVerify, kDf}, "no EF"},
    {"11.3.1", "80CB00C0018000", 0x6A86, {kVerify, kObjects}, "P2 C0"},
    {"11.3.2", "80DB0080038101AA", 0x9000, {kVerify, kObjects}, "stored"},
    {"11.3.2", "80DB0080038102AA", 0x63F1, {kVerify, kObjects}, "a block is to follow"},
    {"11.3.2", "80DB0080018F", 0x6A88, {kVerify, kObjects}, "deletes what is not there"},
    {"11.3.2", "80DB0080038101AA", 0x6981, {kVerify, kTransparent}, "no objects"},
    {"11.3.2", "80DB0080038101AA", 0x6982, {kObjects}, "PIN1 not verified"},
    {"11.3.2", "80DB00000181", 0x6985, {kVerify, kObjects}, "the next block of nothing"},
    // The toolkit, and what is no command
    {"11.2.1", "8010000002FFFF", 0x9000, {}, "a TERMINAL PROFILE"},
    {"11.2.1", "8010010002FFFF", 0x6A86, {}, "P1 01"},
    {"10.1.2", "0002000000", 0x6D00, {}, "no such instruction"},
    {"10.1.1", "B0B0000001", 0x6E00, {}, "no such class"},
    {"10.1.1", "FFB0000001", 0x6E00, {}, "what is no class at all"},
};

std::string text(std::uint16_t sw) {
  char out[8];
  std::snprintf(out, sizeof out, "%04X", sw);
  return out;
}
}  // namespace

TEST(UiccStatusWords, OfEveryCommandAreThoseOfTheTable) {
  for (const auto& row : kRows) {
    SCOPED_TRACE(std::string(row.section) + " " + std::string(row.command) + ": " + row.because);
    Sim sim;
    for (const auto& command : row.before) sim.t.sw(command);
    EXPECT_EQ(text(sim.t.sw(row.command)), text(row.sw));
  }
}

// What is refused leaves the card as it was, but for the tries of a PIN.
TEST(UiccStatusWords, ARefusedCommandWritesNothing) {
  for (const auto& row : kRows) {
    if (row.sw < 0x6400 || row.sw == 0x9000 || row.sw == 0x9862) continue;
    SCOPED_TRACE(std::string(row.section) + " " + std::string(row.command) + ": " + row.because);
    Sim sim;
    for (const auto& command : row.before) sim.t.sw(command);
    const auto commits = sim.nvm.commits();
    sim.t.sw(row.command);
    EXPECT_EQ(sim.nvm.commits(), commits);
  }
}

TEST(UiccStatusWords, NoFileCommandIsLeftOut) {
  std::set<std::uint8_t> seen;
  for (const auto& row : kRows) seen.insert(hex(row.command.substr(0, 4))[1]);
  for (const auto& command : card::uicc::commands()) {
    if (command.ins == 0x89 || command.ins == 0x78) continue;  // have test files of their own
    EXPECT_TRUE(seen.contains(command.ins)) << command.name;
  }
}

}  // namespace eider::test
