// A modem registers by the IMSI of the card, and anew after a reset of the card.
#include "device/modem.hpp"

#include <map>

#include "device/scripted_card.hpp"

namespace eider::device {
namespace {
using test::FakeLinks;
using test::ScriptedCard;
using testing::ElementsAre;
using testing::IsEmpty;

// A scripted card with a USIM in it, of which only EF.IMSI can be read.
struct SimCard final : CardPort {
  ScriptedCard toolkit;
  std::string imsi_file = "080910101032547698";  // 001010123456789
  Result<Bytes> reset() override { return toolkit.reset(); }
  Result<Bytes> transmit(ByteView apdu) override {
    const auto c = parse_command(apdu);
    if (!c || (c->cla & 0xFC) != 0x00 || imsi_file.empty()) return toolkit.transmit(apdu);
    if (c->ins == 0xA4)
      return hex(to_hex(c->data).starts_with("A0000000871002") ? "6207820278218A01059000"
                                                               : "620B82024121800200098A01059000");
    if (c->ins == 0xB0) return concat({hex(imsi_file), hex("9000")});
    return toolkit.transmit(apdu);
  }
};

struct Numbers final : Subscriptions {
  std::map<std::string, std::string> known{{"001010123456789", "4917000001"}};
  std::optional<std::string> number_of(const std::string& imsi) override {
    const auto at = known.find(imsi);
    return at == known.end() ? std::nullopt : std::optional(at->second);
  }
};

// What a link of one number has sent, and what waits for it.
struct Post {
  std::vector<std::string> attached, sent;
  std::deque<etsi::SmsDeliver> waiting;
  std::vector<SmsReceipt> receipts;
  bool down = false;
  std::function<void()> on_arrival;
};
struct Link final : SmsLink {
  explicit Link(Post& p) : post(p) {}
  Post& post;
  SmsOutcome send(ByteView, ByteView tpdu) override {
    post.sent.push_back(to_hex(tpdu));
    return {};
  }
  Result<std::optional<ArrivedSms>> receive() override {
    if (post.down) return fail(TransportFault{true, "gone"});
    if (post.waiting.empty()) return std::nullopt;
    ArrivedSms out{7, post.waiting.front()};
    post.waiting.pop_front();
    if (post.on_arrival) post.on_arrival();
    return out;
  }
  Status answer(std::uint32_t, const SmsReceipt& receipt) override {
    post.receipts.push_back(receipt);
    return {};
  }
};

struct ModemBench : testing::Test {
  SimCard card;
  ManualClock clock{*parse_time("2026-03-01T12:00:00Z")};
  Numbers numbers;
  Post post;
  FakeLinks links;
  Modem modem{card,
              clock,
              numbers,
              {&links, nullptr, [this](const std::string& number) -> Result<std::unique_ptr<SmsLink>> {
                 post.attached.push_back(number);
                 if (post.down) return fail(TransportFault{false, "no centre"});
                 return std::make_unique<Link>(post);
               }}};
  int poll() {
    const auto n = modem.poll();
    EXPECT_TRUE(n) << n.error().message();
    return n.value_or(-1);
  }
};
using ModemTest = ModemBench;

constexpr const char* kEvents = "D00D81030105008202818299020312";
constexpr const char* kReset = "D009810301010482028182";
// 27.22.4.10 of 3GPP TS 31.124, sequence 1.8.
constexpr const char* kSendFromModem =
    "D02E81030113008202818386099111223344556677F88B180100099110325476F840F40C54657374204D657373616765";
}  // namespace

TEST_F(ModemTest, RegistersByTheImsiOfTheCard) {
  ASSERT_TRUE(modem.power_on());
  EXPECT_EQ(modem.imsi(), "001010123456789");
  EXPECT_EQ(modem.registration(), Registration::kRegistered);
  EXPECT_EQ(modem.number(), "4917000001");
  EXPECT_THAT(post.attached, ElementsAre("4917000001"));
}

TEST_F(ModemTest, ACardWithoutAUsimHasNoNetwork) {
  card.imsi_file.clear();
  ASSERT_TRUE(modem.power_on());
  EXPECT_EQ(modem.registration(), Registration::kNone);
  EXPECT_EQ(poll(), 0);
  EXPECT_THAT(post.attached, IsEmpty());
}

TEST_F(ModemTest, TheCardHearsThatItIsRefusedAndLaterThatItIsNot) {
  numbers.known.clear();
  card.toolkit.will_ask(kEvents);
  ASSERT_TRUE(modem.power_on());
  EXPECT_EQ(modem.registration(), Registration::kRefused);
  poll();
  EXPECT_THAT(card.toolkit.last_envelope(), testing::HasSubstr("990112"));
  EXPECT_THAT(card.toolkit.last_envelope(), testing::EndsWith("0102")) << "cause 2: IMSI unknown in HSS";
  numbers.known["001010123456789"] = "4917000002";
  EXPECT_EQ(poll(), 0) << "it tries again after a while";
  clock.advance(Duration(1500));
  EXPECT_GT(poll(), 0);
  EXPECT_EQ(modem.number(), "4917000002");
  EXPECT_THAT(card.toolkit.last_envelope(), testing::HasSubstr("9B0100")) << "normal service";
}

TEST_F(ModemTest, AResetEndsTheRegistrationAndAnotherProfileRegistersAnew) {
  ASSERT_TRUE(modem.power_on());
  numbers.known["001010123456780"] = "4917000003";
  card.toolkit.will_ask(kReset);
  card.toolkit.will_ask(kSendFromModem);  // before there is a network again
  card.imsi_file = "080910101032547608";
  ASSERT_TRUE(modem.terminal().session(0x910B));
  EXPECT_EQ(card.toolkit.resets, 2);
  EXPECT_THAT(card.toolkit.last_response(), testing::EndsWith("83022004")) << "no service";
  EXPECT_THAT(post.sent, IsEmpty());
  EXPECT_GT(poll(), 0);
  EXPECT_EQ(modem.imsi(), "001010123456780");
  EXPECT_THAT(post.attached, ElementsAre("4917000001", "4917000003"));
  card.toolkit.will_ask(kSendFromModem);
  ASSERT_TRUE(modem.terminal().session(0x9130));
  EXPECT_EQ(post.sent.size(), 1u);
}

// The message that made the card reset itself is acknowledged on the link that it came by.
TEST_F(ModemTest, AMessageIsAcknowledgedAlthoughTheCardResetsItself) {
  ASSERT_TRUE(modem.power_on());
  etsi::SmsDeliver message;
  message.originator = {0x91, "12345"};
  message.data_coding_scheme = 0xF6;
  message.user_data = hex("027000AA");
  post.waiting.push_back(message);
  card.toolkit.will_ask(kReset);
  EXPECT_GT(poll(), 0);
  ASSERT_EQ(post.receipts.size(), 1u);
  EXPECT_EQ(post.receipts[0].kind, SmsReceipt::Kind::kAccepted);
  EXPECT_GT(poll(), 0);
  EXPECT_EQ(modem.registration(), Registration::kRegistered);
}

TEST_F(ModemTest, ANetworkThatDropsTheSubscriberIsNoService) {
  card.toolkit.will_ask(kEvents);
  ASSERT_TRUE(modem.power_on());
  poll();
  numbers.known.clear();
  EXPECT_GT(poll(), 0);
  EXPECT_THAT(card.toolkit.last_envelope(), testing::HasSubstr("9B0102")) << "no service";
  EXPECT_EQ(modem.registration(), Registration::kRefused);
  EXPECT_EQ(modem.number(), "");
}

// Whoever takes a subscription away, and then sends to it, reaches nobody: however busy the modem is.
TEST_F(ModemTest, AMessageAfterTheSubscriptionHasGoneReachesNobody) {
  ASSERT_TRUE(modem.power_on());
  etsi::SmsDeliver message;
  message.originator = {0x91, "12345"};
  message.data_coding_scheme = 0xF6;
  message.user_data = hex("027000AA");
  post.waiting.push_back(message);
  post.on_arrival = [&] { numbers.known.clear(); };
  const auto before = card.toolkit.envelopes.size();
  EXPECT_EQ(poll(), 0);
  EXPECT_EQ(card.toolkit.envelopes.size(), before);
  EXPECT_THAT(post.receipts, IsEmpty()) << "the centre keeps it for later";
  EXPECT_GT(poll(), 0);
  EXPECT_EQ(modem.registration(), Registration::kRefused);
}

TEST_F(ModemTest, ACentreThatGoesIsSoughtAgain) {
  ASSERT_TRUE(modem.power_on());
  post.down = true;
  poll();
  EXPECT_EQ(modem.registration(), Registration::kRefused);
  clock.advance(Duration(1500));
  poll();
  EXPECT_EQ(modem.registration(), Registration::kRefused);
  post.down = false;
  clock.advance(Duration(1500));
  poll();
  EXPECT_EQ(modem.registration(), Registration::kRegistered);
  EXPECT_EQ(post.attached.size(), 3u);
}

}  // namespace eider::device
