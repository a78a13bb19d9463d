// Sequences with a number are those of 3GPP TS 31.124 (the same stand in ETSI TS 102 384), section 27.22: the
// commands, and the TERMINAL RESPONSE or ENVELOPE that they expect.
#include "device/terminal.hpp"

#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using test::Bench;
using testing::ElementsAre;
using testing::EndsWith;
}  // namespace

TEST(Terminal, PowersACardOn) {
  Bench b;
  const auto on = b.terminal->power_on();
  ASSERT_TRUE(on);
  EXPECT_EQ(b.card.resets, 1);
  ASSERT_TRUE(on->parsed);
  EXPECT_EQ(on->parsed->speed(), 0x96);
  EXPECT_EQ(on->profile_sw, 0x9000);
  // TERMINAL CAPABILITY first: A9 with 81, 82 and the eUICC bits in 83 (SGP.22 section 3.4.2).
  EXPECT_THAT(b.card.others, ElementsAre("80AA00000AA9088100820101830107"));
}

// ISO 7816-3 section 9: FF 10 96 and the exclusive-or of them, for TA1 96.
TEST(Terminal, ExchangesPps) {
  Bench b;
  const auto on = b.terminal->power_on();
  ASSERT_TRUE(on && on->pps);
  EXPECT_THAT(b.card.pps_requests, ElementsAre("FF109679"));
  EXPECT_EQ(to_hex(on->pps->response), "FF109679");
  ASSERT_TRUE(on->pps->agreed);
  EXPECT_EQ(on->pps->agreed->speed, 0x96);
  Bench slow;
  slow.card.pps = "FF00FF";
  const auto at_default = slow.terminal->power_on();
  ASSERT_TRUE(at_default && at_default->pps && at_default->pps->agreed);
  EXPECT_FALSE(at_default->pps->agreed->speed);
  EXPECT_EQ(slow.card.resets, 1);
}

TEST(Terminal, LeavesPpsToAReader) {
  Bench b;
  b.card.pps = "reader";
  const auto on = b.terminal->power_on();
  ASSERT_TRUE(on && on->pps);
  EXPECT_TRUE(on->pps->by_reader);
  EXPECT_EQ(b.card.resets, 1);
}

// Section 9.3: a response that does not fit, or none, ends in a reset; the session then begins without PPS.
TEST(Terminal, ResetsACardThatDoesNotAgreeToPps) {
  for (const auto* response : {"mute", "FF109678", "FF119678", "FF10957A", "00", ""}) {
    Bench b;
    b.card.pps = *response ? response : "FF";
    const auto on = b.terminal->power_on();
    ASSERT_TRUE(on && on->pps) << response;
    EXPECT_FALSE(on->pps->agreed) << response;
    EXPECT_FALSE(on->pps->by_reader) << response;
    EXPECT_EQ(b.card.resets, 2) << response;
    EXPECT_EQ(b.card.pps_requests.size(), 1u) << response;
    EXPECT_EQ(on->profile_sw, 0x9000) << response;
  }
}

// TS 102 223 section 5.2, read off its table bit by bit: octet 1 profile download, SMS-PP, timer expiration;
// 3 MORE TIME, POLL INTERVAL, POLLING OFF, REFRESH; 4 SEND SHORT MESSAGE, PROVIDE LOCAL INFORMATION; and so
// on.
TEST(Terminal, SaysWhatItCanDo) {
  Bench b;
  ASSERT_TRUE(b.terminal->power_on());
  EXPECT_EQ(b.card.profile,
            "3301E84211"
            "1C0007800000"
            "1FE260000043400000000000005000000000080000"
            "0020");
  TerminalConfig quiet;
  quiet.capabilities = Capabilities::none();
  quiet.capabilities.refresh = true;
  Bench q({}, quiet);
  ASSERT_TRUE(q.terminal->power_on());
  EXPECT_EQ(q.card.profile, "010080");
}

TEST(Terminal, RunsTheSessionThatFollowsTheProfile) {
  Bench b({"D009810301020082028182", "D009810301040082028182"});  // MORE TIME, POLLING OFF
  const auto on = b.terminal->power_on();
  ASSERT_TRUE(on);
  EXPECT_EQ(on->session.commands, 2);
  EXPECT_THAT(b.card.responses, ElementsAre("810301020082028281830100", "810301040082028281830100"));
}

// 27.22.4.15, sequences 1.1 to 1.17.
TEST(Terminal, ProvidesLocalInformation) {
  TerminalConfig c;
  c.imei = "123456789012345";
  c.software_version = "06";
  Bench b({}, c);
  // 1.2.1: the vector has the IMEI 123456789012345.
  EXPECT_EQ(b.ask("D009810301260182028182"), "81030126018202828183010094081A32547698103254");
  // 1.9.1, with the software version 06 in place of 56: the vector's 16 digits are 1234567890123456.
  EXPECT_EQ(b.ask("D009810301260882028182"), "810301260882028281830100E2091332547698103204F6");
  // 1.4.1: 2007-02-14 18:07:17; the time zone of this terminal is UTC.
  EXPECT_EQ(b.ask("D009810301260382028182"),
            "810301260382028281830100A6077020418170710"
            "0");
  // Without service: terminal unable, no service.
  EXPECT_EQ(b.ask("D009810301260082028182"), "81030126008202828183022004");
  EXPECT_EQ(b.ask("D009810301260682028182"), "81030126068202828183022004");
  ASSERT_TRUE(
      b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 1, 1, AccessTechnology::kGsm}}));
  EXPECT_EQ(b.ask("D009810301260082028182"), "810301260082028281830100930700F11000010001");  // 1.1.1 a
  EXPECT_EQ(b.ask("D009810301260682028182"), "8103012606820282818301003F0100");
  ASSERT_TRUE(
      b.terminal->set_network({LocationStatus::kNormal, Cell{"001011", 1, 1, AccessTechnology::kGsm}}));
  EXPECT_EQ(b.ask("D009810301260082028182"), "810301260082028281830100930700111000010001");  // 1.1.1 b
  ASSERT_TRUE(
      b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 1, 1, AccessTechnology::kUtran}}));
  EXPECT_EQ(b.ask("D009810301260682028182"), "8103012606820282818301003F0103");  // 1.7.1
  ASSERT_TRUE(
      b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 1, 1, AccessTechnology::kEutran}}));
  EXPECT_EQ(b.ask("D009810301260082028182"), "810301260082028281830100930900F11000010000001F");  // 1.17.1
  EXPECT_EQ(b.ask("D009810301260682028182"), "8103012606820282818301003F0108");                  // 1.14.1
  for (const auto* refused : {"02", "04", "05", "07", "09", "0A", "1A", "FF"})
    EXPECT_THAT(b.ask("D00981030126" + std::string(refused) + "82028182"), EndsWith("830130")) << refused;
}

// 27.22.4.21, sequences 1.1, 1.3, 1.4, 1.5.
TEST(Terminal, ManagesTimers) {
  using namespace std::chrono_literals;
  Bench b;
  EXPECT_EQ(b.ask("D011810301270082028182A40101A503005000"), "810301270082028281830100A40101");
  b.clock.advance(1min + 1s);
  EXPECT_EQ(b.ask("D00C810301270282028182A40101"),
            "810301270282028281830100A40101A503003095");  // 1.1.2: 3:59
  EXPECT_EQ(b.ask("D011810301270082028182A40101A503001003"), "810301270082028281830100A40101");  // 1 min 30 s
  b.clock.advance(31s);
  EXPECT_EQ(b.ask("D00C810301270182028182A40101"), "810301270182028281830100A40101A503000095");  // 59 s left
  EXPECT_EQ(b.ask("D00C810301270282028182A40101"), "810301270282028281830124A40101");            // 1.4.1 a
  EXPECT_EQ(b.ask("D00C810301270182028182A40108"), "810301270182028281830124A40108");
  // What is no timer and no time.
  EXPECT_THAT(b.ask("D00C810301270182028182A40109"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D00C810301270182028182A40100"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D00C810301270382028182A40101"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D00C810301270082028182A40101"), EndsWith("830136"));
  EXPECT_THAT(b.ask("D011810301270082028182A40101A503000006"), EndsWith("830132"));  // 60 seconds
  EXPECT_THAT(b.ask("D011810301270082028182A40101A50300000A"), EndsWith("830132"));
}

// 27.22.6, sequence 2.1: ten seconds; 2.2: 30 seconds, and the envelope again when the card was busy.
TEST(Terminal, TellsOfTimersThatRunOut) {
  using namespace std::chrono_literals;
  Bench b;
  b.ask("D011810301270082028182A40101A503000001");
  b.clock.advance(9s);
  EXPECT_EQ(b.poll(), 0);
  EXPECT_EQ(*b.terminal->next_timer(), b.clock.now() + 1s);
  b.clock.advance(1s);
  EXPECT_EQ(b.poll(), 1);
  EXPECT_THAT(b.card.envelopes, ElementsAre("D70C82028281A40101A503000001"));
  EXPECT_EQ(b.poll(), 0);

  b.ask("D011810301270082028182A40101A503000003");
  b.clock.advance(30s);
  b.card.busy = 1;
  EXPECT_EQ(b.poll(), 0);
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.card.envelopes.size(), 3u);
  EXPECT_EQ(b.card.last_envelope(), "D70C82028281A40101A503000003");
}

TEST(Terminal, AllEightTimersAtOnce) {
  using namespace std::chrono_literals;
  Bench b;
  for (int id = 8; id >= 1; --id)
    b.ask("D011810301270082028182A4010" + std::to_string(id) + "A5030000" + std::to_string(id) + "0");
  b.clock.advance(1h);
  EXPECT_EQ(b.poll(), 8);
  EXPECT_EQ(b.card.envelopes.front().substr(16, 2), "01") << "the longest overdue first";
  EXPECT_FALSE(b.terminal->next_timer());
}

// 27.22.4.6: POLL INTERVAL of one minute is answered with the interval; STATUS follows in its time.
TEST(Terminal, Polls) {
  using namespace std::chrono_literals;
  Bench b;
  EXPECT_EQ(b.ask("D00D81030103008202818284020001"), "81030103008202828183010084020001");
  EXPECT_EQ(b.poll(), 0);
  b.clock.advance(60s);
  b.card.will_ask("D009810301040082028182");
  EXPECT_EQ(b.poll(), 2) << "STATUS, and the command that came of it";
  EXPECT_EQ(b.card.statuses, 1);
  b.clock.advance(60s);
  EXPECT_EQ(b.poll(), 0) << "POLLING OFF";
  // Too short for this terminal; units and values that are none.
  EXPECT_EQ(b.ask("D00D81030103008202818284020201"), "81030103008202828183010084020101");
  EXPECT_THAT(b.ask("D00D81030103008202818284020301"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D00D81030103008202818284020000"), EndsWith("830132"));
}

// 27.22.7.4.1 and 27.22.7.11: what the card has asked for, and nothing else.
TEST(Terminal, TellsOfLocationAndAccessTechnology) {
  Bench b;
  const Cell home{"00101", 2, 0x10002, AccessTechnology::kUtran};
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNormal, home}));
  EXPECT_EQ(b.poll(), 0) << "nobody has asked";
  EXPECT_EQ(b.ask("D00D8103010500820281829902030B"), "810301050082028281830100");
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNoService, std::nullopt}));
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 2, 0x10001, home.technology}}));
  b.poll();
  EXPECT_THAT(b.card.envelopes,
              ElementsAre("D60A990103820282819B0102", "D615990103820282819B0100130900F110000200010001",
                          "D60A99010B82028281BF0103"));
  // 1.1.1 has the status alone, 1.1.2 a the location of UTRAN (the vectors end in an octet too many).
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 2, 0x10001, home.technology}}));
  EXPECT_EQ(b.poll(), 0) << "nothing has changed";
  ASSERT_TRUE(
      b.terminal->set_network({LocationStatus::kNormal, Cell{"00101", 2, 2, AccessTechnology::kEutran}}));
  b.poll();
  EXPECT_EQ(b.card.last_envelope(), "D60A99010B82028281BF0108");
  EXPECT_FALSE(b.terminal->set_network({LocationStatus::kNormal, Cell{"0010", 1, 1, home.technology}}));
}

// 27.22.7.15, sequences 1.1 and 1.2 (E-UTRAN).
TEST(Terminal, TellsOfNetworkRejection) {
  Bench b;
  ASSERT_TRUE(b.terminal->network_rejects({Cell{"00101", 1, 0, AccessTechnology::kEutran}, 0x09, 0x0B}));
  EXPECT_EQ(b.poll(), 0);
  b.ask("D00C810301050082028182990112");
  ASSERT_TRUE(b.terminal->network_rejects({Cell{"00101", 1, 0, AccessTechnology::kEutran}, 0x09, 0x0B}));
  ASSERT_TRUE(b.terminal->network_rejects({Cell{"00101", 1, 0, AccessTechnology::kEutran}, 0x0B, 0x0C}));
  b.poll();
  EXPECT_THAT(b.card.envelopes, ElementsAre("D617990112820283817D0500F1100001BF0108F40109F5010B",
                                            "D617990112820283817D0500F1100001BF0108F4010BF5010C"));
}

TEST(Terminal, EventListsReplaceEachOther) {
  Bench b;
  const Cell one{"00101", 1, 1, AccessTechnology::kGsm}, two{"00101", 1, 2, AccessTechnology::kGsm};
  b.ask("D00C810301050082028182990103");
  // User activity is not for a terminal without keys: refused as a whole, and the list before it stays.
  EXPECT_THAT(b.ask("D00D81030105008202818299020304"), EndsWith("830130"));
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNormal, one}));
  EXPECT_EQ(b.poll(), 1);
  EXPECT_EQ(b.ask("D00B8103010500820281829900"), "810301050082028281830100");  // 1.3.2: the list is emptied
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNormal, two}));
  EXPECT_EQ(b.poll(), 0);
}

// A terminal without display and keypad has none of these.
TEST(Terminal, DeclinesWhatNeedsAUser) {
  Bench b;
  for (const auto* c : {"D01A8103012180820281028D0F04546F6F6C6B697420546573742031",          // DISPLAY TEXT
                        "D0158103012200820281828D0A04456E74657220222B22",                    // GET INKEY
                        "D0168103012300820281828D0704456E7465723A91020505",                  // GET INPUT
                        "D0158103012400820281828F07014974656D20318F0101",                    // SELECT ITEM
                        "D01281030125008202818285024D658F0301312E",                          // SET UP MENU
                        "D01E81030110008202818385084E6F7420627573798609911032042143651C2C",  // SET UP CALL
                        "D01A8103012800820281828D0F0449646C65204D6F64652054657874",  // SET UP IDLE MODE TEXT
                        "D0188103011500820281823100050B44656661756C742055524C"})     // LAUNCH BROWSER
    EXPECT_THAT(b.ask(c), EndsWith("82028281830130")) << c;
}

TEST(Terminal, KeepsAMenuForACallerThatShowsIt) {
  TerminalConfig c;
  c.capabilities.menu = true;
  Bench b({}, c);
  EXPECT_EQ(
      b.ask("D03B810301250082028182850C546F6F6C6B6974204D656E758F07014974656D20318F07024974656D20328F07034974"
            "656D20338F07044974656D2034"),
      "810301250082028281830100");  // SET UP MENU 1.1.1
  ASSERT_TRUE(b.terminal->menu());
  ASSERT_EQ(b.terminal->menu()->items.size(), 4u);
  EXPECT_EQ(as_text(b.terminal->menu()->items[1].text), "Item 2");
  ASSERT_TRUE(b.terminal->select_menu_item(2));
  EXPECT_EQ(b.card.last_envelope(), "D30782020181900102");  // menu selection 1.1.1
  ASSERT_TRUE(b.terminal->select_menu_item(2, true));
  EXPECT_EQ(b.card.last_envelope(), "D309820201819001021500");
  EXPECT_FALSE(b.terminal->select_menu_item(9));
  b.ask("D00F81030125008202818285024D658F00");
  EXPECT_FALSE(b.terminal->menu());
}

TEST(Terminal, CommandsOfItsCallerLeadToSessions) {
  Bench b;
  b.card.will_ask("D009810301020082028182");
  const auto r = b.terminal->command({0x00, 0xA4, 0x00, 0x04, hex("3F00"), {}});
  ASSERT_TRUE(r);
  EXPECT_EQ(r->session.commands, 1);
  EXPECT_EQ(b.card.responses.size(), 1u);
}

}  // namespace eider::device
