// The Bearer Independent Protocol. Sequences with a number are those of 3GPP TS 31.124 sections 27.22.4.27 to
// 27.22.4.31 and 27.22.7.10, with links that the test holds the other end of.
#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using test::Bench;
using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

// Sequence 2.1.1: immediate, packet bearer, 1400 octets, UDP to 1.1.1.1:44444.
constexpr const char* kOpenUdp =
    "D036810301400182028182350702030403041F02390205780D08F4557365724C6F670D08F4557365725077643C0301AD9C3E0521"
    "0101"
    "0101";
std::string open_tcp(std::string_view qualifier = "01", std::string_view bearer = "350103",
                     std::string_view buffer = "39020578") {
  const auto content =
      "8103014"
      "0" +
      std::string(qualifier) + "82028182" + std::string(bearer) + std::string(buffer) +
      "3C03021F90"
      "3E05217F000001";
  return "D0" + to_hex(Bytes{static_cast<std::uint8_t>(content.size() / 2)}) + content;
}
constexpr const char* kSend = "D013810301430182028121B6080001020304050607";  // 1.1.1 of SEND DATA
constexpr const char* kReceive = "D00C810301420082028121B701C8";             // 1.1.1 of RECEIVE DATA: 200
constexpr const char* kClose = "D009810301410082028121";
constexpr const char* kStatus = "D009810301440082028182";
constexpr const char* kBothEvents =
    "D00D81030105008202818299020"
    "90A";
}  // namespace

TEST(Bip, OpensSendsAndCloses) {
  Bench b;
  EXPECT_EQ(b.ask(kStatus), "810301440082028281830100B8020000");
  EXPECT_EQ(b.ask(kOpenUdp), "81030140018202828183010038028100350702030403041F0239020578");
  EXPECT_FALSE(b.links.at(0).endpoint.tcp);
  EXPECT_EQ(to_hex(b.links.at(0).endpoint.address), "01010101");
  EXPECT_EQ(b.links.at(0).endpoint.port, 44444);
  EXPECT_EQ(b.ask(kStatus), "810301440082028281830100B8028100");
  EXPECT_EQ(b.ask(kSend), "810301430182028281830100B701FF");
  EXPECT_EQ(to_hex(b.links.at(0).sent.at(0)), "0001020304050607");
  EXPECT_EQ(b.ask(kClose), "810301410082028281830100");
  EXPECT_TRUE(b.links.at(0).closed);
  EXPECT_EQ(b.ask(kClose), "81030141008202828183023A02") << "1.3.1: closed already";
  EXPECT_EQ(b.ask(kSend), "81030143018202828183023A02");
  EXPECT_EQ(b.ask("D009810301410082028122"), "81030141008202828183023A03") << "1.2.1: never open";
}

TEST(Bip, ReadsTheAccessPointName) {
  Bench b;
  b.ask(
      "D042810301400182028182350702030403041F0239020578470A065465737447700272730D08F4557365724C6F670D08F45573"
      "65"
      "725077643C0301AD9C3E052101010101");  // 2.2.1
  EXPECT_EQ(b.links.at(0).endpoint.access_name, "TestGp.rs");
}

// SEND DATA 1.2.1 stores 200 octets; what is stored goes in one piece with what is sent.
TEST(Bip, StoresUntilItIsToldToSend) {
  Bench b;
  b.ask(kOpenUdp);
  std::string data;
  for (int i = 0; i < 200; ++i) data += to_hex(Bytes{static_cast<std::uint8_t>(i)});
  EXPECT_EQ(b.ask("D081D4810301430082028121B681C8" + data), "810301430082028281830100B701FF");
  EXPECT_TRUE(b.links.at(0).sent.empty());
  EXPECT_EQ(b.ask(kSend), "810301430182028281830100B701FF");
  EXPECT_EQ(to_hex(b.links.at(0).sent.at(0)), data + "0001020304050607");
  // 1400 octets do not hold eight times 200.
  for (int i = 0; i < 7; ++i)
    EXPECT_THAT(b.ask("D081D4810301430082028121B681C8" + data), StartsWith("8103014300"));
  EXPECT_THAT(b.ask("D081D4810301430082028121B681C8" + data), EndsWith("83023A04"));
}

// RECEIVE DATA 1.1.1: 1000 octets come, and are taken 200 at a time; B7 says what is left.
TEST(Bip, TellsOfDataAndGivesIt) {
  Bench b;
  b.ask(kBothEvents);
  b.ask(open_tcp());
  Bytes data(1000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i % 251);
  b.links.at(0).incoming.push_back(data);
  EXPECT_EQ(b.poll(), 1);
  EXPECT_THAT(b.card.envelopes, ElementsAre("D60E99010982028281B8028100B701FF"));  // data available 1.1.1
  EXPECT_EQ(b.poll(), 0) << "told once";
  Bytes got;
  for (const auto* left : {"FF", "FF", "FF", "C8", "00"}) {
    const auto answer = hex(b.ask(kReceive));
    const auto read = etsi::cat::read_answer(answer);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->answer.result, etsi::cat::GeneralResult::kPerformed);
    append(got, read->answer.objects.at(0).value);
    EXPECT_EQ(to_hex(read->answer.objects.at(1).value), left);
  }
  EXPECT_EQ(got, data);
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B600B70100") << "missing information";
  b.links.at(0).incoming.push_back(hex("AA"));
  EXPECT_EQ(b.poll(), 1) << "told again";
}

TEST(Bip, AnswersFitATerminalResponse) {
  Bench b;
  b.ask(open_tcp());
  b.links.at(0).incoming.emplace_back(500, std::uint8_t{1});
  const auto answer = hex(b.ask("D00C810301420082028121B701FF"));
  EXPECT_EQ(answer.size(), 255u);
  EXPECT_EQ(etsi::cat::read_answer(answer)->answer.objects.at(0).value.size(), 237u);
}

TEST(Bip, DatagramsStayApart) {
  Bench b;
  b.ask(kOpenUdp);
  b.links.at(0).incoming = {hex("0102"), hex("03")};
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B6020102B70100");
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B60103B70100");
}

// Channel status 1.3.1: the link is dropped; what had come before can still be read.
TEST(Bip, TellsOfALostLink) {
  Bench b;
  b.ask(kBothEvents);
  b.ask(open_tcp());
  b.links.at(0).incoming.push_back(hex("0102"));
  b.links.at(0).broken = true;
  EXPECT_EQ(b.poll(), 2);
  EXPECT_THAT(b.card.envelopes,
              ElementsAre("D60E99010982028281B8020105B70102", "D60B99010A82028281B8020105"));
  EXPECT_EQ(b.ask(kStatus), "810301440082028281830100B8020105");  // GET CHANNEL STATUS 1.3.1
  EXPECT_EQ(b.ask(kReceive), "810301420082028281830102B6020102B70100");
  EXPECT_EQ(b.ask(kReceive), "81030142008202828183023A02");
  EXPECT_EQ(b.ask(kSend), "81030143018202828183023A02");
  EXPECT_EQ(b.ask(kClose), "81030141008202828183023A02");
  EXPECT_EQ(b.ask(kStatus), "810301440082028281830100B8020000");
}

TEST(Bip, LosesLinksWithTheNetwork) {
  Bench b;
  b.ask(kBothEvents);
  b.ask(open_tcp());
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNoService, {}}));
  EXPECT_TRUE(b.links.at(0).closed);
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.card.last_envelope(), "D60B99010A82028281B8020105");
  EXPECT_THAT(b.ask(open_tcp()), EndsWith("83022004")) << "no service";
}

TEST(Bip, ALinkThatBreaksWhileSending) {
  Bench b;
  b.ask(kBothEvents);
  b.ask(open_tcp());
  b.links.at(0).broken = true;
  EXPECT_EQ(b.ask(kSend), "81030143018202828183023A02");
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.card.last_envelope(), "D60B99010A82028281B8020105");
}

TEST(Bip, OnDemandAndInTheBackground) {
  Bench b;
  b.ask(kBothEvents);
  EXPECT_THAT(b.ask(open_tcp("00")), testing::HasSubstr("38020100")) << "no link yet";
  EXPECT_TRUE(b.links.links.empty());
  EXPECT_EQ(b.ask(kSend), "810301430182028281830100B701FF");
  EXPECT_EQ(b.links.links.size(), 1u);
  EXPECT_THAT(b.ask(open_tcp("05")), testing::HasSubstr("38020200"));
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.card.last_envelope(), "D60B99010A82028281B8028200") << "the link is there";
  b.links.unreachable = true;
  b.ask(open_tcp("05"));
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.card.last_envelope(), "D60B99010A82028281B8020305");
  b.ask(open_tcp("00"));
  EXPECT_EQ(b.ask("D013810301430182028124B6080001020304050607"), "81030143018202828183023A07");
}

TEST(Bip, RefusesWhatItCannotOpen) {
  Bench b;
  b.links.unreachable = true;
  EXPECT_EQ(b.ask(open_tcp()), "81030140018202828183023A0735010339020578");
  EXPECT_EQ(b.ask(kStatus), "810301440082028281830100B8020000");
  b.links.unreachable = false;
  EXPECT_THAT(b.ask(open_tcp("01", "350101")), StartsWith("810301400182028281830130")) << "CSD";
  EXPECT_THAT(b.ask(open_tcp("01", "3503046789")), StartsWith("810301400182028281830130")) << "a local link";
  // TCP server; no transport level at all; no address; an address of a kind that is not known.
  EXPECT_THAT(b.ask("D01C8103014001820281823501033902057"
                    "83C03031F90"
                    "3E05217F000001"),
              StartsWith("81030140018202828183023A06"));
  EXPECT_THAT(b.ask("D010810301400182028182350103"
                    "39020578"),
              StartsWith("81030140018202828183023A06"));
  EXPECT_THAT(b.ask("D015810301400182028182350103"
                    "39020578"
                    "3C03021F90"),
              StartsWith("810301400182028281830136"));
  EXPECT_THAT(b.ask("D01C810301400182028182350103"
                    "39020578"
                    "3C03021F90"
                    "3E05227F000001"),
              StartsWith("810301400182028281830132"));
  EXPECT_THAT(b.ask("D00C810301400182028182350103"), EndsWith("830136")) << "no buffer size";
  // More than this terminal has: performed with modification, and it says how much.
  EXPECT_THAT(b.ask(open_tcp("01", "350103", "3902FFFF")), EndsWith("83010738028100350103390205DC"));
}

TEST(Bip, HasSevenChannels) {
  Bench b;
  for (int i = 0; i < 7; ++i) b.ask(open_tcp());
  EXPECT_EQ(b.ask(open_tcp()), "81030140018202828183023A0135010339020578");
  EXPECT_THAT(b.ask(kStatus), EndsWith("830100B8028100B8028200B8028300B8028400B8028500B8028600B8028700"));
  EXPECT_EQ(b.ask("D009810301410082028124"), "810301410082028281830100");
  EXPECT_THAT(b.ask(open_tcp()), testing::HasSubstr("38028400"));
  EXPECT_THAT(b.ask("D009810301410082028182"), EndsWith("83023A03")) << "to the terminal";
  EXPECT_THAT(b.ask("D009810301410082028128"), EndsWith("83023A03"));
}

TEST(Bip, AResetClosesEverything) {
  Bench b;
  b.ask(open_tcp());
  b.ask("D009810301010482028182");
  EXPECT_TRUE(b.links.at(0).closed);
  EXPECT_FALSE(b.terminal->channels_open());
  EXPECT_EQ(b.ask(kSend), "81030143018202828183023A03");
}

TEST(Bip, WithoutAPortThereIsNone) {
  Bench b;
  Terminal terminal(b.card, b.clock);
  b.card.will_ask(kStatus);
  ASSERT_TRUE(terminal.session(0x910B));
  EXPECT_THAT(b.card.last_response(), EndsWith("830130"));
  EXPECT_EQ(terminal.profile().channels(), 0);
}

}  // namespace eider::device
