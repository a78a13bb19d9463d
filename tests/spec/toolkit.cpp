// Sequences with a number are those of 3GPP TS 31.124 (the same stand in ETSI TS 102 384), section 27.22.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/etsi/proactive_command.hpp"
#include "spec/etsi/terminal_profile.hpp"
#include "spec/inspect/inspect.hpp"

namespace eider::etsi::cat {
namespace {

GeneralResult refusal(std::string_view text) {
  const auto r = read_command(hex(text));
  return r ? GeneralResult::kPerformed : r.error().result;
}
std::string decoded(std::string_view text, std::string_view as = {}) {
  const auto f = inspect::text(text, as);
  return f ? inspect::to_text(*f) : f.error().message();
}
}  // namespace

TEST(ProactiveCommand, BothWays) {
  for (const auto* text :
       {"D009810301010482028182",  // REFRESH 1.5.1
        "D010810301010182028182920501"
        "3F002FE2",                                    // REFRESH 1.2.1
        "D00D81030105008202818299020507",              // SET UP EVENT LIST 1.2.1
        "D011810301270082028182A40101A503005000",      // TIMER MANAGEMENT 1.1.1
        "D009810301410082028121",                      // CLOSE CHANNEL 1.1.1
        "D00C810301420082028121B701C8",                // RECEIVE DATA 1.1.1
        "D013810301430182028121B6080001020304050607",  // SEND DATA 1.1.1
        "D036810301400182028182350702030403041F02390205780D08F4557365724C6F670D08F4557365725077643C0301AD9C3E"
        "052101010101",  // OPEN CHANNEL 2.1.1
        "D037810301130082028183850753656E6420534D86099111223344556677F88B180100099110325476F840F40C5465737420"
        "4D657373616765"}) {  // SEND SHORT MESSAGE 1.1.1
    const auto c = read_command(hex(text));
    ASSERT_TRUE(c) << text << c.error().what;
    EXPECT_EQ(to_hex(c->encode()), text);
    EXPECT_FALSE(c->partly_understood);
  }
}

TEST(ProactiveCommand, ReadsItsMembers) {
  const auto c =
      read_command(hex("D042810301400182028182350702030403041F0239020578470A065465737447700272730D08"
                       "F4557365724C6F670D08F4557365725077643C0301AD9C3E052101010101"));
  ASSERT_TRUE(c);
  EXPECT_EQ(c->type(), CommandType::kOpenChannel);
  EXPECT_EQ(c->details, (CommandDetails{1, 0x40, 1}));
  EXPECT_EQ(c->source, kUicc);
  EXPECT_EQ(c->destination, kTerminal);
  EXPECT_EQ(to_hex(c->find(tag::kBufferSize)->value), "0578");
  EXPECT_EQ(to_hex(c->find(tag::kTransportLevel)->value), "01AD9C");
  EXPECT_EQ(c->find(tag::kItem), nullptr);
}

// Section 6.10 and 6.8.1: what is answered to a command that does not fit.
TEST(ProactiveCommand, RefusesPrecisely) {
  using R = GeneralResult;
  EXPECT_EQ(refusal(""), R::kDataNotUnderstood);
  EXPECT_EQ(refusal("D000"), R::kValuesMissing);                // no details
  EXPECT_EQ(refusal("D0048202818200"), R::kDataNotUnderstood);  // nor anything after the length
  EXPECT_EQ(refusal("D1098103010104"
                    "82028182"),
            R::kDataNotUnderstood);
  EXPECT_EQ(refusal("D00881020101"
                    "82028182"),
            R::kDataNotUnderstood);  // details of two octets
  EXPECT_EQ(refusal("D009810301FE0082028182"), R::kTypeNotUnderstood);
  EXPECT_EQ(refusal("D0058103010104"), R::kValuesMissing);  // no device identities
  EXPECT_EQ(refusal("D0088103010104"
                    "820181"),
            R::kDataNotUnderstood);
  EXPECT_EQ(refusal("D009810301030082028182"), R::kValuesMissing);  // POLL INTERVAL without duration
  EXPECT_EQ(refusal("D00C81030103008202818284"
                    "0100"),
            R::kDataNotUnderstood);
  EXPECT_EQ(refusal("D00A810301010482028182"), R::kDataNotUnderstood);  // shorter than it says
  EXPECT_EQ(refusal("D0098103010104820281820000"), R::kDataNotUnderstood);
  EXPECT_EQ(refusal("D00C810301010482028182"
                    "D90100"),
            R::kDataNotUnderstood);  // unknown, must be understood
}

TEST(ProactiveCommand, KeepsTheDetailsForTheAnswer) {
  const auto cut = read_command(hex("D0098103071300820281"));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().details, (CommandDetails{7, 0x13, 0}));
  EXPECT_EQ(read_command(hex("D0038101FF")).error().details, CommandDetails());
}

TEST(ProactiveCommand, UnknownObjectsNeedNotBeUnderstood) {
  const auto c =
      read_command(hex("D00F810301010482028182"
                       "590100"
                       "1E0100"));
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->partly_understood);
  EXPECT_TRUE(c->objects.empty());
  // A tag of three octets, without and with the bit.
  EXPECT_TRUE(read_command(hex("D00E810301010482028182"
                               "7F00110100"))
                  ->partly_understood);
  EXPECT_EQ(refusal("D00E810301010482028182"
                    "7F80110100"),
            GeneralResult::kDataNotUnderstood);
}

TEST(TerminalResponse, BothWays) {
  for (const auto* text :
       {"81030140018202828183010038028100350702030403041F0239020578",  // OPEN CHANNEL 2.1.1
        "81030141008202828183023A03",                                  // CLOSE CHANNEL 1.2.1
        "810301270282028281830100A40101A503003095",                    // TIMER MANAGEMENT 1.1.2
        "810301440082028281830100B8028100"}) {                         // GET CHANNEL STATUS 1.2.1
    const auto a = read_answer(hex(text));
    ASSERT_TRUE(a) << text;
    EXPECT_EQ(to_hex(encode_answer(a->details, a->answer)), text);
  }
  EXPECT_FALSE(read_answer(hex("8103014001")));
  EXPECT_FALSE(read_answer(hex("810301400182028281")));
  EXPECT_FALSE(read_answer(hex("8103014001820282818300")));
}

// Every row says where it comes from, and every mandatory object is known.
TEST(ToolkitTables, AreComplete) {
  for (const auto& row : commands()) {
    EXPECT_FALSE(row.section.empty()) << row.name;
    EXPECT_EQ(find_command(row.type), &row) << "two rows of one type: " << row.name;
    for (const auto tag : row.mandatory) EXPECT_TRUE(find_object(tag)) << row.name;
  }
  for (const auto& row : objects()) {
    EXPECT_EQ(find_object(row.tag), &row) << row.name;
    EXPECT_LE(row.min, row.max) << row.name;
  }
  for (const auto& row : envelopes())
    for (const auto tag : row.mandatory) EXPECT_TRUE(find_object(tag)) << row.name;
}

// TS 102 223 section 5.2.
TEST(TerminalProfile, BitsAndChannels) {
  etsi::TerminalProfile p;
  p.set(profile_bit::kProfileDownload).set(profile_bit::kRefresh);
  EXPECT_EQ(to_hex(p.octets()), "010080");
  p.set_channels(7).set(profile_bit::kPacketBearer);
  EXPECT_EQ(to_hex(p.octets()), "010080000000000000000000E2");
  EXPECT_EQ(p.channels(), 7);
  EXPECT_TRUE(p.has(profile_bit::kRefresh));
  EXPECT_FALSE(p.has(profile_bit::kProfileStateChange));
  for (const auto& row : profile_bits()) {
    EXPECT_TRUE(row.bit.bit >= 1 && row.bit.bit <= 8 && row.bit.octet >= 1) << row.name;
    EXPECT_EQ(std::ranges::count(profile_bits(), row.bit, &ProfileBitRow::bit), 1) << row.name;
  }
}

TEST(ToolkitInspect, PrintsCommandsAnswersAndEnvelopes) {
  EXPECT_THAT(
      decoded("D036810301400182028182350702030403041F02390205780D08F4557365724C6F670D08F455736572507764"
              "3C0301AD9C3E052101010101"),
      testing::AllOf(testing::HasSubstr("proactive command OPEN CHANNEL"),
                     testing::HasSubstr("01 UDP client, remote, port 44444"), testing::HasSubstr("1.1.1.1"),
                     testing::HasSubstr("1400 octets"), testing::HasSubstr("81 UICC to 82 terminal")));
  EXPECT_THAT(decoded("81030141008202828183023A03", "terminal-response"),
              testing::AllOf(testing::HasSubstr("answer to CLOSE CHANNEL"),
                             testing::HasSubstr("03 channel identifier not valid")));
  EXPECT_THAT(decoded("D617990112820283817D0500F1100001BF0108F40109F5010B"),
              testing::AllOf(testing::HasSubstr("envelope event download"), testing::HasSubstr("PLMN 001-01"),
                             testing::HasSubstr("08 E-UTRAN"), testing::HasSubstr("09 EPS attach")));
  EXPECT_THAT(decoded("D70C82028281A40101A503000001"), testing::HasSubstr("00:00:10"));
  EXPECT_THAT(decoded("010080", "terminal-profile"), testing::HasSubstr("REFRESH"));
  EXPECT_THAT(decoded("801000000101"), testing::HasSubstr("profile download"));
  // What is none: an object that is cut off is said with its place.
  EXPECT_THAT(decoded("D00A81030101048202818281"), testing::HasSubstr("!! offset 11"));
  EXPECT_FALSE(inspect::text("00", "terminal-response"));
}

}  // namespace eider::etsi::cat
