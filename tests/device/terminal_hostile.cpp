// Cards that do not behave: whatever they send has an answer, and no session goes on for ever.
#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using test::Bench;
using test::ScriptedCard;
using testing::EndsWith;
}  // namespace

TEST(TerminalHostile, MalformedCommandsHaveTheirAnswer) {
  Bench b;
  // Details that cannot be read are zero in the answer (TS 102 223 section 6.8.1).
  EXPECT_EQ(b.ask("00"), "810300000082028281830132");
  EXPECT_EQ(b.ask("D000"), "810300000082028281830136");
  EXPECT_EQ(b.ask("D0038101FF"), "810300000082028281830132");
  EXPECT_EQ(b.ask("D00481030199"), "810300000082028281830132");
  EXPECT_EQ(b.ask("D009810305FE0082028182"), "810305FE0082028281830131");
  EXPECT_EQ(b.ask("D009810305030082028182"), "810305030082028281830136");
  EXPECT_EQ(b.ask("D00A810305020082028182"), "810305020082028281830132");
  EXPECT_EQ(b.ask("D00C810305020082028182D90100"), "810305020082028281830132");
  EXPECT_EQ(b.ask("D00C810305020082028182590100"), "810305020082028281830101") << "partial comprehension";
  EXPECT_TRUE(b.terminal->session(0x9000)) << "and the terminal goes on";
}

TEST(TerminalHostile, AnEndlessSessionIsCutOff) {
  Bench b({"D009810301020082028182"});
  b.card.endless = true;
  const auto end = b.terminal->session(0x910B);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->cut_off);
  EXPECT_EQ(end->commands, 300);
  EXPECT_EQ(b.card.fetched, 300);
}

TEST(TerminalHostile, ARefreshThatNeverEndsIsCutOff) {
  Bench b({"D009810301010482028182"});
  b.card.endless = true;
  ASSERT_TRUE(b.terminal->power_on());
  EXPECT_EQ(b.card.resets, 4) << "once, and three times by REFRESH";
}

TEST(TerminalHostile, EndlessAnswersAreNotFollowed) {
  struct Endless final : CardPort {
    Bytes answer;
    int commands = 0;
    Result<Bytes> reset() override { return hex("3B00"); }
    Result<Bytes> transmit(ByteView) override { return ++commands, answer; }
  } card;
  ManualClock clock{Time{}};
  Terminal terminal(card, clock);
  for (const auto* answer : {"6100", "6C05", "9F10", "00006110"}) {
    card.answer = hex(answer);
    card.commands = 0;
    EXPECT_FALSE(terminal.power_on()) << answer;
    EXPECT_LE(card.commands, 1100) << answer;
  }
  for (const auto* answer : {"", "90", "6E00"}) {
    card.answer = hex(answer);
    EXPECT_FALSE(terminal.power_on()) << answer;
  }
}

TEST(TerminalHostile, AFetchThatIsRefusedEndsTheSession) {
  Bench b;
  const auto end = b.terminal->session(0x910B);  // and nothing is there: 6F00
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().as<StatusWord>()->sw, 0x6F00);
}

TEST(TerminalHostile, AMuteCardIsATransportFault) {
  Bench b;
  b.card.mute = true;
  EXPECT_TRUE(b.terminal->power_on().error().not_reached());
  etsi::SmsDeliver message;
  message.data_coding_scheme = 0xF6;
  EXPECT_TRUE(b.terminal->deliver(message).error().not_reached());
}

TEST(TerminalHostile, AnAtrThatIsMalformedDoesNotStopIt) {
  struct Odd final : CardPort {
    Result<Bytes> reset() override { return hex("3B9F"); }
    Result<Bytes> transmit(ByteView) override { return hex("9000"); }
  } card;
  ManualClock clock{Time{}};
  Terminal terminal(card, clock);
  const auto on = terminal.power_on();
  ASSERT_TRUE(on);
  EXPECT_FALSE(on->parsed);
}

}  // namespace eider::device
