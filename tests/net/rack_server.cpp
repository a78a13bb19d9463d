// Many cards on one port: choosing, sharing, giving back.
#include "net/rack_server.hpp"

#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>

#include "net/support/echo_card.hpp"
#include "net/support/raw_client.hpp"
#include "net/tcp_card.hpp"

namespace eider::net {
namespace {
using test::RawClient;

sgp22::Eid eid(std::uint32_t number) {
  sgp22::Eid out{};
  for (std::size_t i = 0; i < 4; ++i) out[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return out;
}

// Cards 1 to `size`, each with its own EID at the end of every answer.
class EchoRack final : public CardRack {
 public:
  explicit EchoRack(std::uint32_t size) : size_(size) {}
  Result<Taken> take(const CardChoice& choice) override {
    const auto* number = std::get_if<std::uint32_t>(&choice);
    const auto wanted = number ? eid(*number) : std::get<sgp22::Eid>(choice);
    const std::lock_guard lock(mutex_);
    if (wanted < eid(1) || wanted > eid(size_)) return fail_local("there is no such card");
    if (!out_.insert(wanted).second) return fail_local("the card is in use");
    return Taken{wanted, std::make_unique<Card>(*this, wanted)};
  }
  std::size_t out() const {
    const std::lock_guard lock(mutex_);
    return out_.size();
  }
  std::atomic<int> delay_ms{0};

 private:
  class Card final : public CardPort {
   public:
    Card(EchoRack& rack, sgp22::Eid id) : rack_(rack), eid_(id) {}
    ~Card() override {
      const std::lock_guard lock(rack_.mutex_);
      rack_.out_.erase(eid_);
    }
    Result<Bytes> reset() override { return hex("3B00"); }
    Result<Bytes> transmit(ByteView command) override {
      std::this_thread::sleep_for(std::chrono::milliseconds(rack_.delay_ms));
      return concat({command, eid_, hex("9000")});
    }

   private:
    EchoRack& rack_;
    sgp22::Eid eid_;
  };
  std::uint32_t size_;
  mutable std::mutex mutex_;
  std::set<sgp22::Eid> out_;
};

struct ServedRack {
  explicit ServedRack(std::uint32_t cards, RackServerConfig config = {}) : rack(cards), server(rack, config) {
    const auto status = server.start();
    EXPECT_TRUE(status) << status.error().message();
  }
  TcpCardConfig client(CardChoice card) const { return {.port = server.port(), .card = card}; }
  bool all_back() const {
    for (int i = 0; i < 300 && rack.out() != 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return rack.out() == 0;
  }
  EchoRack rack;
  RackServer server;
};

TEST(CardFrames, ChoicesKnownOctets) {
  EXPECT_EQ(encode_card_choice(std::uint32_t{0x01020304}), hex("01020304"));
  const auto id = *sgp22::parse_eid("89049032000000000000000000000163");
  EXPECT_EQ(encode_card_choice(id), hex("89049032000000000000000000000163"));
  EXPECT_EQ(decode_card_choice(hex("01020304")), CardChoice(std::uint32_t{0x01020304}));
  EXPECT_EQ(decode_card_choice(id), CardChoice(id));
  EXPECT_FALSE(decode_card_choice(hex("0102030405")));
}

TEST(RackServer, AClientChoosesByEidOrNumber) {
  ServedRack served(10);
  TcpCard by_eid(served.client(eid(3))), by_number(served.client(std::uint32_t{4}));
  ASSERT_EQ(by_eid.reset().value(), hex("3B00"));
  ASSERT_TRUE(by_number.reset());
  EXPECT_EQ(by_eid.transmit(hex("00A40400")).value(), concat({hex("00A40400"), eid(3), hex("9000")}));
  EXPECT_EQ(by_number.transmit(hex("00A40400")).value(), concat({hex("00A40400"), eid(4), hex("9000")}));
  EXPECT_EQ(served.server.connections(), 2u);
  TcpCard same(served.client(std::uint32_t{3})), none(served.client(std::uint32_t{11}));
  EXPECT_NE(same.reset().error().message().find("in use"), std::string::npos);
  EXPECT_NE(none.reset().error().message().find("no such card"), std::string::npos);
  TcpCard nothing({.port = served.server.port()});
  EXPECT_NE(nothing.reset().error().message().find("choose one first"), std::string::npos);
}

TEST(RackServer, TheCardIsBackWhenTheConnectionEnds) {
  ServedRack served(1);
  for (int i = 0; i < 5; ++i) {
    {
      TcpCard card(served.client(std::uint32_t{1}));
      ASSERT_TRUE(card.reset());
      EXPECT_EQ(served.rack.out(), 1u);
    }
    EXPECT_TRUE(served.all_back());
  }
}

TEST(RackServer, TellsWhatIsOutOfTurn) {
  ServedRack served(3);
  RawClient client(served.server.port());
  client.send(as_text(hex("02 000004 00A40400")));
  EXPECT_NE(client.read_until("first").find("reset the card first"), std::string::npos);
  client.send(as_text(hex("03 000005 0000000001")));
  EXPECT_NE(client.read_until("4 octets").find("its EID"), std::string::npos);
  client.send(as_text(hex("03 000004 00000001")));
  EXPECT_EQ(client.read_until(as_text(eid(1))), std::string(as_text(concat({hex("83 000010"), eid(1)}))));
  client.send(as_text(hex("03 000004 00000002")));
  EXPECT_NE(client.read_until("before").find("chosen before"), std::string::npos);
}

TEST(RackServer, OneCardHasNothingToChoose) {
  test::EchoCard card;
  TcpCardServer server(card, {});
  ASSERT_TRUE(server.start());
  TcpCard client({.port = server.port(), .card = std::uint32_t{1}});
  EXPECT_NE(client.reset().error().message().find("nothing to choose"), std::string::npos);
}

TEST(RackServer, HundredsAtTheSameTime) {
  constexpr std::uint32_t kCards = 300;  // twice as many descriptors: what every system allows
  ServedRack served(kCards, {.threads = 4});
  std::vector<std::unique_ptr<TcpCard>> cards;
  for (std::uint32_t n = 1; n <= kCards; ++n) {
    cards.push_back(std::make_unique<TcpCard>(served.client(n)));
    ASSERT_TRUE(cards.back()->reset()) << n;
  }
  EXPECT_EQ(served.server.connections(), kCards);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (std::uint32_t t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int round = 0; round < 5; ++round)
        for (auto n = t; n < kCards; n += 8) {
          const auto answer = cards[n]->transmit(hex("00B00000"));
          wrong += !answer || *answer != concat({hex("00B00000"), eid(n + 1), hex("9000")});
        }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  cards.clear();
  EXPECT_TRUE(served.all_back());
}

TEST(RackServer, SlowCardsDoNotHoldOthersUp) {
  ServedRack served(8, {.threads = 8});
  served.rack.delay_ms = 200;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (std::uint32_t n = 1; n <= 8; ++n)
    threads.emplace_back([&, n] {
      TcpCard card(served.client(n));
      EXPECT_TRUE(card.reset());
      EXPECT_TRUE(card.transmit(hex("00B00000")));
    });
  for (auto& t : threads) t.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1200));
}

TEST(RackServer, EndsClientsThatHangOrSendNonsense) {
  ServedRack served(3, {.frame_timeout = Duration{200}});
  const auto dropped = [&](const Bytes& octets) {
    return test::dropped_after(served.server.port(), as_text(octets));
  };
  EXPECT_TRUE(dropped(hex("00")));
  EXPECT_TRUE(dropped(hex("02 FFFFFF")));
  EXPECT_TRUE(dropped(hex("02 000010 00A4")));  // never completed
  RawClient idle(served.server.port());
  EXPECT_FALSE(idle.closed_within(600));
}

TEST(RackServer, TakesFramesInPiecesAndSeveralAtOnce) {
  ServedRack served(3);
  RawClient client(served.server.port());
  for (const auto octet : hex("03 000004 00000002 01 000001 01"))
    client.send(std::string_view(reinterpret_cast<const char*>(&octet), 1));
  const auto ready = concat({hex("83 000010"), eid(2), hex("81 000002 3B00")});
  EXPECT_EQ(client.read_until(as_text(ByteView(ready).last(2))), as_text(ready));
  client.send(as_text(hex("02 000004 00B00000 02 000004 00B00001")));
  const auto answers =
      concat({hex("82 000016 00B00000"), eid(2), hex("9000 82 000016 00B00001"), eid(2), hex("9000")});
  std::string got;
  while (got.size() < answers.size()) {
    const auto more = client.read_until(as_text(hex("9000")));
    if (more.empty()) break;
    got += more;
  }
  EXPECT_EQ(got, as_text(answers));
}

TEST(RackServer, MoreThanItIsToldAreClosedAndStopsCleanly) {
  ServedRack served(5, {.connections = 2});
  TcpCard a(served.client(std::uint32_t{1})), b(served.client(std::uint32_t{2})),
      c(served.client(std::uint32_t{3}));
  EXPECT_TRUE(a.reset());
  EXPECT_TRUE(b.reset());
  EXPECT_FALSE(c.reset());
  EXPECT_FALSE(served.server.start());
  EXPECT_FALSE(RackServer(served.rack, {.address = "0.0.0.0"}).start());
  served.server.stop();
  EXPECT_EQ(served.rack.out(), 0u);
  EXPECT_FALSE(a.transmit(hex("00B00000")));
  served.server.stop();
}

}  // namespace
}  // namespace eider::net
