// Contents of files in words. Values: TS.48 v5 as published by GSMA, pySim's published examples of EF.ARR,
// and 3GPP codings put together by hand.
#include <gtest/gtest.h>

#include "spec/etsi/fcp.hpp"
#include "spec/usim/contents.hpp"

namespace eider::usim {
namespace {

std::string say(std::string_view file, std::initializer_list<const char*> records) {
  std::vector<Bytes> octets;
  for (const auto* r : records) octets.push_back(*from_hex(r));
  std::string out;
  for (const auto& f : describe_file(file, octets)) out += f.name + "=" + f.value + "|";
  return out;
}

TEST(FileContents, Identities) {
  EXPECT_EQ(say("EF.ICCID", {"98001032547698103214"}), "=89000123456789012341|");
  EXPECT_EQ(say("EF.ICCID", {"980010325476981032F1"}), "=8900012345678901231|");
  EXPECT_EQ(say("EF.IMSI", {"080910101032540636"}), "=001010123456063|");
  EXPECT_EQ(say("EF.IMSI", {"FFFFFFFFFFFFFFFFFF"}), "");
  EXPECT_EQ(say("EF.IMSI", {"0A0910101032540636"}), "") << "longer than the file";
  EXPECT_EQ(say("EF.IMPI", {"8009612E6240635F"}), "") << "no object 80 of that length";
  EXPECT_EQ(say("EF.IMPI", {"80056140622E63FF"}), "=a@b.c|");
}

TEST(FileContents, Networks) {
  EXPECT_EQ(plmn_text(*from_hex("62F210")), "262-01");
  EXPECT_EQ(plmn_text(*from_hex("130062")), "310-260");
  EXPECT_EQ(plmn_text(*from_hex("FFFFFF")), "");
  EXPECT_EQ(say("EF.FPLMN", {"62F21062F220FFFFFFFFFFFF"}), "=262-01, 262-02|");
  EXPECT_EQ(say("EF.FPLMN", {"FFFFFFFFFFFFFFFFFFFFFFFF"}), "=none|");
  EXPECT_EQ(say("EF.HPLMNwAcT", {"62F210C08062F2200000FFFFFF0000"}),
            "262-01=UTRAN, E-UTRAN, GSM|262-02=any technology|");
  EXPECT_EQ(say("EF.LOCI", {"FFFFFFFF62F2100001FF01"}), "TMSI=FFFFFFFF|LAI=262-01 0001|status=not updated|");
  EXPECT_EQ(say("EF.EPSLOCI", {"FFFFFFFFFFFFFFFFFFFFFFFF62F210000101"}),
            "GUTI=FFFFFFFFFFFFFFFFFFFFFFFF|TAI=262-01 0001|status=not updated|");
  EXPECT_EQ(say("EF.AD", {"80000102"}), "mode=type approval|digits of the MNC=2|");
  EXPECT_EQ(say("EF.ACC", {"0008"}), "=3|");
}

TEST(FileContents, NamesAndNumbers) {
  EXPECT_EQ(say("EF.SPN", {"014569646572FFFFFF"}), "=Eider|display of the PLMN required=yes|");
  EXPECT_EQ(say("EF.SPN", {"00800045006900E4FFFF"}), "=Ei\xC3\xA4|display of the PLMN required=no|");
  EXPECT_EQ(say("EF.LI", {"656E6465FFFF"}), "=en, de|");
  EXPECT_EQ(say("EF.MSISDN", {"41FF07919471010203F4FFFFFFFFFFFF"}), "record 1=A +49171020304|")
      << "the last nibble F ends the number";
  EXPECT_EQ(say("EF.DIR", {"611B4F10A0000000871002FFFFFFFF8907090000500755534D"}), "")
      << "cut short: not a template";
  EXPECT_EQ(say("EF.DIR", {"61194F10A0000000871004FFFFFFFF890709000050054953696D31"}),
            "A0000000871004FFFFFFFF8907090000=ISim1|");
}

TEST(FileContents, NamesOfNetworks) {
  // TS 31.102 annex: full name in the default alphabet, packed ("Eider", 35 bits in five octets, 5 spare).
  EXPECT_EQ(say("EF.PNN", {"430685C534B92C07FFFF"}), "record 1=Eider|");
  EXPECT_EQ(say("EF.PNN", {"FFFFFFFF",
                           "4303900041"
                           "4503900042"}),
            "record 2=A (short: B)|");
  EXPECT_EQ(say("EF.OPL", {"62F2100000FFFE01", "FFFFFF0000FFFE00"}),
            "record 1=262-01 0000 to FFFE: name 1 of EF.PNN|");
  EXPECT_EQ(say("EF.SPDI", {"A308800662F21062F220FFFF"}), "=262-01, 262-02|");
  EXPECT_EQ(say("EF.SPDI", {"FFFFFFFF"}), "=none|");
  EXPECT_EQ(say("EF.5GS3GPPLOCI", {"FFFFFFFFFFFFFFFFFFFFFFFFFF62F21000000101"}),
            "5G-GUTI=FFFFFFFFFFFFFFFFFFFFFFFFFF|TAI=262-01 000001|status=not updated|");
}

TEST(FileContents, MetersLimitsAndPhoneBook) {
  EXPECT_EQ(say("EF.ACM", {"000102"}), "=258 units|");
  EXPECT_EQ(say("EF.START-HFN", {"F00000F00001"}), "START of CS=F00000|START of PS=F00001|");
  EXPECT_EQ(say("EF.UMPC", {"3C3C000000"}), "power=60 mA|time-out of applications=6000 ms|");
  EXPECT_EQ(say("EF.PBR", {"A80AC0034F3A01C1034F2502FFFF"}), "record 1=C0 4F3A, C1 4F25|");
}

// A CSIM codes files of the same name in another way: 3GPP2 C.S0065.
TEST(FileContents, OfACsimAreItsOwn) {
  EXPECT_EQ(described_as("ADF.CSIM", "EF.SPN"), "CSIM/EF.SPN");
  EXPECT_EQ(described_as("ADF.USIM", "EF.SPN"), "EF.SPN");
  EXPECT_EQ(say("CSIM/EF.SPN", {"0002014569646572FFFF"}), "=Eider|display required=no|");
  EXPECT_EQ(say("CSIM/EF.LI", {"656E"}), "");
  EXPECT_FALSE(can_describe(described_as("ADF.CSIM#2", "EF.AD")));
}

TEST(FileContents, ServiceTables) {
  // TS.48 v5: EF.UST.
  const auto text = say("EF.UST", {"9EFFBF1DFF3E0083410310010400007E11"});
  EXPECT_NE(text.find("|124=subscription identifier privacy support|"), std::string::npos);
  EXPECT_NE(text.find("|33=shall be set to 1|"), std::string::npos);
  EXPECT_EQ(text.find("|1=local phone book|"), std::string::npos);
  EXPECT_EQ(say("EF.EST", {"05"}), "=1, 3|");
}

TEST(FileContents, AccessRules) {
  // Two records of pySim's tests, with what it says of them.
  EXPECT_EQ(access_rules_text(*from_hex("800101a40683010a950108800106900080016097008401d4a40683010a950108")),
            "read: ADM1; update, write: always; terminate, delete: never; resize: ADM1");
  EXPECT_EQ(access_rules_text(*from_hex("80010190008001029700800118a40683010a9501088401d4a40683010a950108")),
            "read: always; update: never; deactivate, activate: ADM1; resize: ADM1");
  // TS.48: either PIN.
  EXPECT_EQ(access_rules_text(*from_hex("800102A010A406830101950108A406830181950108FFFF")),
            "update: (PIN1 or PIN2)");
  EXPECT_EQ(access_rules_text(*from_hex("800101A7049000A400")), "read: (always and authentication )");
  EXPECT_EQ(access_rules_text(*from_hex("800101A410")), "unreadable from A410");
  EXPECT_EQ(access_rules_text(*from_hex("FFFF")), "");
}

TEST(FileContents, UnknownFilesSayNothing) {
  EXPECT_EQ(say("EF.NETPAR", {"00"}), "");
  EXPECT_TRUE(describe_file("EF.IMSI", {}).empty());
  EXPECT_TRUE(holds_keys("EF.KeysPS"));
  EXPECT_FALSE(holds_keys("EF.IMSI"));
}

TEST(FileContents, NothingIsReadBeyondTheOctets) {
  EXPECT_GE(described_files().size(), 35u);
  for (const auto name : described_files()) {
    EXPECT_TRUE(can_describe(name)) << name;
    for (std::size_t size = 0; size < 40; ++size)
      for (const int fill : {0x00, 0x08, 0x61, 0x80, 0xFF}) {
        const std::vector<Bytes> record{Bytes(size, static_cast<std::uint8_t>(fill))};
        (void)describe_file(name, record);
      }
  }
}

}  // namespace
}  // namespace eider::usim

namespace eider::etsi {
namespace {

TEST(Fcp, ReadsAnApplication) {
  const auto f = Fcp::decode(*from_hex(
      "62278202782183027FF08410A0000000871002FFFFFFFF89070900008A01058B032F0601C60990014083010183010A"));
  ASSERT_FALSE(f) << "more octets than it announces";
  const auto good = Fcp::decode(*from_hex(
      "622D8202782183027FF08410A0000000871002FFFFFFFF89070900008A01058B032F0601C60990014083010183010A"));
  ASSERT_TRUE(good) << good.error().message();
  EXPECT_TRUE(good->is_directory());
  EXPECT_EQ(good->fid, 0x7FF0);
  EXPECT_EQ(to_hex(good->df_name), "A0000000871002FFFFFFFF8907090000");
  ASSERT_EQ(good->pins.size(), 2u);
  EXPECT_EQ(good->pins[0].reference, 0x01);
  EXPECT_FALSE(good->pins[0].enabled);
  EXPECT_TRUE(good->pins[1].enabled);
  EXPECT_EQ(good->arr->fid, 0x2F06);
  EXPECT_EQ(good->arr->record, 1);
}

TEST(Fcp, ReadsRecordsAndSizes) {
  const auto f = Fcp::decode(*from_hex("62198205422100360583026F3B8A01058B036F06038002010E8800"));
  ASSERT_TRUE(f) << f.error().message();
  EXPECT_EQ(f->structure, Fcp::Structure::kLinearFixed);
  EXPECT_EQ(f->record_size, 0x36);
  EXPECT_EQ(f->records, 5);
  EXPECT_EQ(f->size, 0x10E);
  EXPECT_FALSE(f->sfi);
  EXPECT_TRUE(f->activated());
  // The descriptors of pySim's tests.
  const auto descriptor = [](const char* octets) {
    return Fcp::decode(*from_hex(std::string("6204") + octets))->structure;
  };
  EXPECT_EQ(descriptor("82027921"), Fcp::Structure::kBerTlv);
  EXPECT_EQ(descriptor("82027821"), Fcp::Structure::kDirectory);
  EXPECT_EQ(descriptor("82024121"), Fcp::Structure::kTransparent);
}

TEST(Fcp, RefusesWhatIsNotCodedSo) {
  for (const char* wrong :
       {"6100", "62028A01", "6200", "6203820178", "6207820542210000 05", "620782024121880210",
        "62078202412183016F", "620A82027821C604900083 01", "6209820241218B02 2F06"}) {
    std::string text;
    for (const char* c = wrong; *c; ++c)
      if (*c != ' ') text += *c;
    EXPECT_FALSE(Fcp::decode(*from_hex(text))) << wrong;
  }
}

}  // namespace
}  // namespace eider::etsi
