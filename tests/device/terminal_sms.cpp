// Short messages in and out. Sequences with a number are those of 3GPP TS 31.124.
#include "channel/sms.hpp"
#include "device/scripted_card.hpp"
#include "device/short_messages.hpp"

namespace eider::device {
namespace {
using test::Bench;
using testing::EndsWith;

struct Centre final : SmsPort {
  SmsOutcome outcome;
  std::vector<std::string> centres, tpdus;
  SmsOutcome send(ByteView centre, ByteView tpdu) override {
    centres.push_back(to_hex(centre));
    tpdus.push_back(to_hex(tpdu));
    return outcome;
  }
};
struct SmsBench : Bench {
  Centre centre;
  explicit SmsBench(TerminalConfig c = {}) : Bench({}, c) {
    terminal = std::make_unique<Terminal>(card, clock, config, TerminalPorts{nullptr, &centre, nullptr});
  }
};
// 27.22.4.10, sequence 1.8 (no alpha identifier), and 1.2 with packing.
constexpr const char* kSendShortMessage =
    "D02E81030113008202818386099111223344556677F88B180100099110325476F840F40C54657374204D657373616765";
constexpr const char* kSendPacked =
    "D032810301130182028183850753656E6420534D86099111223344556677F88B130100099110325476F840F40753656E6420534"
    "D";
}  // namespace

TEST(TerminalSms, SendsAsItIs) {
  SmsBench b;
  EXPECT_EQ(b.ask(kSendShortMessage), "810301130082028281830100");
  EXPECT_THAT(b.centre.centres, testing::ElementsAre("9111223344556677F8"));
  EXPECT_THAT(b.centre.tpdus, testing::ElementsAre("0100099110325476F840F40C54657374204D657373616765"));
  const auto sent = b.terminal->take_sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].destination.digits, "012345678");
  EXPECT_EQ(as_text(sent[0].user_data), "Test Message");
  EXPECT_TRUE(b.terminal->take_sent().empty());
}

// The packed text is that of sequence 1.3, which a card packs itself: 0D 53F45B4E0735CBF379F85C06.
TEST(TerminalSms, PacksWhenAsked) {
  const auto packed = pack_submit(hex("0100099110325476F840F40D53686F7274204D657373616765"));
  ASSERT_TRUE(packed);
  EXPECT_EQ(to_hex(*packed), "0100099110325476F840F00D53F45B4E0735CBF379F85C06");
  SmsBench b;
  EXPECT_EQ(b.ask(kSendPacked), "810301130182028281830100");
  EXPECT_THAT(b.centre.tpdus[0], testing::StartsWith("0100099110325476F840F007"));
  // With a validity period in front of the length; other alphabets stay.
  EXPECT_EQ(to_hex(*pack_submit(hex("1100039121F300F4A70141"))), "1100039121F300F0A70141");
  EXPECT_EQ(to_hex(*pack_submit(hex("0100039121F3000802"
                                    "0041"))),
            "0100039121F30008020041");
  EXPECT_FALSE(pack_submit(hex("0100")));
}

TEST(TerminalSms, SaysWhatTheNetworkSays) {
  SmsBench b;
  b.centre.outcome = {SmsOutcome::Kind::kRpError, 0x2A};  // congestion (TS 24.011)
  EXPECT_EQ(b.ask(kSendShortMessage), "8103011300820282818302352A");
  b.centre.outcome = {SmsOutcome::Kind::kNetworkUnable, 0x00};
  EXPECT_EQ(b.ask(kSendShortMessage), "81030113008202828183022100");
  EXPECT_TRUE(b.terminal->take_sent().empty());
  ASSERT_TRUE(b.terminal->set_network({LocationStatus::kNoService, {}}));
  EXPECT_EQ(b.ask(kSendShortMessage), "81030113008202828183022004");
  EXPECT_EQ(b.centre.tpdus.size(), 2u);
}

TEST(TerminalSms, RefusesWhatIsNoMessage) {
  SmsBench b;
  EXPECT_THAT(b.ask("D00B8103011300820281838B00"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D00D8103011300820281838B020100"), EndsWith("830132"));
  EXPECT_THAT(b.ask("D009810301130082028183"), EndsWith("830136"));
  TerminalConfig without;
  without.capabilities.short_messages = false;
  SmsBench n(without);
  EXPECT_THAT(n.ask(kSendShortMessage), EndsWith("830130"));
}

// 27.22.5, sequence 1.6.1: the envelope of a class 2 message with data download.
TEST(TerminalSms, DeliversSmsPp) {
  TerminalConfig c;
  c.service_centre = "112233445566778";
  SmsBench b(c);
  const auto message =
      etsi::SmsDeliver::decode(hex("04049121437FF6891010000000000D53686F7274204D657373616765"));
  ASSERT_TRUE(message);
  b.card.will_ask(kSendShortMessage);
  const auto d = b.terminal->deliver(*message);
  ASSERT_TRUE(d);
  EXPECT_EQ(b.card.last_envelope(),
            "D12D8202838106099111223344556677F88B1C04049121437FF6891010000000000D53686F7274204D657373616765");
  EXPECT_EQ(d->session.commands, 1);
  ASSERT_EQ(d->sent.size(), 1u) << "what the card sent in return";
  EXPECT_TRUE(b.terminal->take_sent().empty());
}

TEST(TerminalSms, LongMessagesAreCutAndJoined) {
  etsi::SmsDeliver head;
  head.originator = {0x91, "12345"};
  head.data_coding_scheme = 0xF6;
  Bytes payload(400);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i);
  const auto parts = split_message(head, payload, 7);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 3u);
  // TS 23.040 section 9.2.3.24.1: 05 00 03, reference, parts, number.
  EXPECT_EQ(to_hex(ByteView((*parts)[1].user_data).first(6)), "050003070302");
  EXPECT_TRUE((*parts)[0].more_messages);
  EXPECT_FALSE((*parts)[2].more_messages);
  channel::SmsReassembler join;
  for (const auto& p : *parts) {
    EXPECT_TRUE(p.encode());
    const auto whole = join.add(p.originator, p.user_data);
    ASSERT_TRUE(whole);
    if (*whole) {
      EXPECT_EQ((*whole)->payload, payload);
    }
    EXPECT_EQ(whole->has_value(), &p == &parts->back());
  }
  EXPECT_EQ(split_message(head, ByteView(payload).first(140), 7)->size(), 1u);
  EXPECT_FALSE(split_message(head, Bytes(140 * 256), 7));
}

}  // namespace eider::device
