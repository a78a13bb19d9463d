// REFRESH in its modes (ETSI TS 102 223 section 6.4.7; 3GPP TS 31.124 section 27.22.4.7).
#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using etsi::cat::RefreshMode;
using test::Bench;
using testing::ElementsAre;
using testing::EndsWith;

struct Told final : TerminalListener {
  bool may = true;
  std::vector<Refresh> refreshes;
  std::vector<std::string> answers;
  bool may_refresh(const Refresh&) override { return may; }
  void refreshed(const Refresh& r) override { refreshes.push_back(r); }
  void carried_out(ByteView, ByteView answer) override { answers.push_back(to_hex(answer)); }
};
struct RefreshBench : Bench {
  Told told;
  explicit RefreshBench(TerminalConfig c = {}) : Bench({}, c) {
    terminal = std::make_unique<Terminal>(card, clock, config, TerminalPorts{&links, nullptr, &told});
  }
};
std::string mode(std::string_view qualifier) {
  return "D00981030101" + std::string(qualifier) + "82028182";
}
}  // namespace

TEST(TerminalRefresh, InitialisationIsAnsweredAndTold) {
  RefreshBench b;
  for (const auto* q : {"00", "02", "03", "05", "06", "07"}) {
    EXPECT_EQ(b.ask(mode(q)), "81030101" + std::string(q) + "82028281830100");
    ASSERT_FALSE(b.told.refreshes.empty());
    EXPECT_EQ(static_cast<unsigned>(b.told.refreshes.back().mode), hex(q)[0]);
  }
  EXPECT_EQ(b.told.refreshes.size(), 6u);
  EXPECT_EQ(b.card.resets, 0);
}

TEST(TerminalRefresh, NamesTheFilesThatHaveChanged) {
  RefreshBench b;
  EXPECT_EQ(b.ask("D010810301010182028182920501"
                  "3F002FE2"),
            "810301010182028281830100");  // 1.2.1
  EXPECT_THAT(b.told.refreshes.back().files, ElementsAre(hex("3F002FE2")));
  b.ask(
      "D020810301010182028182"
      "920D023F007FFF6F073F007F106F3A"
      "AF06A00000008710");
  EXPECT_THAT(b.told.refreshes.back().files, ElementsAre(hex("3F007FFF6F07"), hex("3F007F106F3A")));
  EXPECT_EQ(to_hex(b.told.refreshes.back().aid), "A00000008710");
  EXPECT_THAT(b.ask(mode("01")), EndsWith("830136")) << "a file change without a file";
}

// 1.5.1: no TERMINAL RESPONSE, the card is powered off and on, and the terminal introduces itself again.
TEST(TerminalRefresh, AResetIsCarriedOut) {
  RefreshBench b;
  b.ask("D00D81030103008202818284020001");
  b.ask("D00C810301050082028182990103");
  EXPECT_EQ(b.ask(mode("04")), "none");
  EXPECT_EQ(b.card.resets, 1);
  EXPECT_FALSE(b.card.profile.empty());
  EXPECT_EQ(b.told.refreshes.back().mode, RefreshMode::kUiccReset);
  EXPECT_FALSE(b.terminal->next_timer()) << "what the card had set up is gone with it";
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNoService, {}}));
  EXPECT_EQ(b.poll(), 0);
}

// SGP.22 v2.6.1 section 5.7.16: answered first, and the card changes its Profile; then it is activated anew.
TEST(TerminalRefresh, AProfileStateChangeIsAnsweredAndResets) {
  RefreshBench b;
  b.ask(mode("09"));
  EXPECT_THAT(b.told.answers, ElementsAre("810301010982028281830100"));
  EXPECT_EQ(b.card.resets, 1);
  EXPECT_EQ(b.told.refreshes.size(), 1u);
}

// 2.4.1: a terminal that is busy says so.
TEST(TerminalRefresh, MayWait) {
  RefreshBench b;
  b.told.may = false;
  for (const auto* q : {"03", "04", "09"}) EXPECT_THAT(b.ask(mode(q)), EndsWith("83022000")) << q;
  EXPECT_EQ(b.card.resets, 0);
  EXPECT_TRUE(b.told.refreshes.empty());
}

TEST(TerminalRefresh, ModesThatItDoesNotHave) {
  RefreshBench b;
  for (const auto* q : {"08", "0B", "FF"}) EXPECT_THAT(b.ask(mode(q)), EndsWith("830130")) << q;
  TerminalConfig none;
  none.capabilities = Capabilities::none();
  RefreshBench n(none);
  EXPECT_THAT(n.ask(mode("04")), EndsWith("830130"));
}

TEST(TerminalRefresh, LeavesResetsToACallerThatWantsThem) {
  TerminalConfig c;
  c.resets_by_itself = false;
  Bench b({"D009810301010482028182"}, c);
  const auto end = b.terminal->session(0x910B);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->reset_due);
  EXPECT_FALSE(end->reset_done);
  EXPECT_EQ(b.card.resets, 0);
}

}  // namespace eider::device
