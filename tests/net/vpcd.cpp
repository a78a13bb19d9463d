// The vpcd client against a small vpcd of the test's own, and against Debian's in a pcscd that the test
// starts.
#include "net/vpcd.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

#include "net/card_frames.hpp"
#include "net/detail/wire.hpp"
#include "net/pcsc_port.hpp"
#include "net/support/echo_card.hpp"
#include "support/pcscd.hpp"

namespace eider::net {
namespace {

using detail::after;
using test::EchoCard;
using Kind = VpcdMessage::Kind;

TEST(VpcdMessages, KnownOctets) {
  const auto kind = [](const char* octets) {
    const Bytes input = hex(octets);
    const auto message = decode_vpcd(input);
    EXPECT_TRUE(message && *message) << octets;
    return (*message)->kind;
  };
  EXPECT_EQ(kind("0001 00"), Kind::kPowerOff);
  EXPECT_EQ(kind("0001 01"), Kind::kPowerOn);
  EXPECT_EQ(kind("0001 02"), Kind::kReset);
  EXPECT_EQ(kind("0001 04"), Kind::kGetAtr);
  EXPECT_EQ(kind("0004 00A40400"), Kind::kCommand);
  EXPECT_EQ(encode_vpcd(hex("9000")), hex("0002 9000"));
  EXPECT_FALSE(decode_vpcd(hex("0000")));
  EXPECT_FALSE(decode_vpcd(hex("0001 03")));
  EXPECT_FALSE(decode_vpcd(hex("0001 FF")));
  EXPECT_FALSE(decode_vpcd(hex("00")).value());
  EXPECT_FALSE(decode_vpcd(hex("0005 00A40400")).value());
  EXPECT_THROW(encode_vpcd(Bytes(65536)), std::invalid_argument);
}

// What Debian's driver does at its end of the connection.
class FakeVpcd {
 public:
  explicit FakeVpcd(std::uint16_t port = 0) : port_(port) {
    auto made = detail::listen_on_loopback("127.0.0.1", port_);
    EXPECT_TRUE(made) << made.error().message();
    listener_ = *std::move(made);
  }
  bool accept(int ms = 5000) {
    if (detail::wait_ready(listener_.get(), POLLIN, after(Duration{ms}), nullptr) != detail::Ready::kYes)
      return false;
    wire_ = detail::Wire(detail::FileHandle(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK)));
    return wire_.open();
  }
  void send(ByteView octets) { EXPECT_TRUE(wire_.write(octets, after(Duration{2000}), nullptr)); }
  // One answer; nothing when the client closed the connection or `ms` passed.
  std::optional<Bytes> read(int ms = 3000) {
    while (true) {
      const auto in = wire_.received();
      if (in.size() >= 2 && in.size() >= 2u + (in[0] << 8 | in[1])) {
        const std::size_t n = static_cast<std::size_t>(in[0] << 8 | in[1]);
        Bytes out = to_bytes(in.subspan(2, n));
        wire_.consume(2 + n);
        return out;
      }
      if (!wire_.read_more(after(Duration{ms}), nullptr)) return std::nullopt;
    }
  }
  std::optional<Bytes> ask(const char* body) {
    send(encode_vpcd(hex(body)));
    return read();
  }
  void drop() { wire_.close(); }
  void delay_small_writes() {
    const int off = 0;
    ASSERT_EQ(::setsockopt(wire_.fd(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off), 0);
  }
  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  detail::FileHandle listener_;
  detail::Wire wire_;
};

VpcdConfig config_for(const FakeVpcd& vpcd) {
  return {.port = vpcd.port(), .retry_delay = Duration{50}, .message_timeout = Duration{300}};
}

// Debian's driver writes length and message apart, with Nagle's algorithm: each message waits for the
// acknowledgement of its length, which a receiver delays by 40 ms when nobody tells it not to. Then these
// would take four seconds.
TEST(Vpcd, DoesNotDelayAcknowledgements) {
  FakeVpcd vpcd;
  EchoCard card;
  VpcdClient client(card, config_for(vpcd));
  client.start();
  ASSERT_TRUE(vpcd.accept());
  vpcd.delay_small_writes();
  const auto message = encode_vpcd(hex("00A4040000"));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) {
    vpcd.send(ByteView(message).first(2));
    vpcd.send(ByteView(message).subspan(2));
    ASSERT_EQ(vpcd.read(), hex("00A40400009000"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Vpcd, SpeaksTheProtocol) {
  FakeVpcd vpcd;
  EchoCard card;
  VpcdClient client(card, config_for(vpcd));
  EXPECT_FALSE(client.attached());
  client.start();
  ASSERT_TRUE(vpcd.accept());
  EXPECT_TRUE(client.wait_attached(Duration{2000}));
  EXPECT_EQ(vpcd.ask("04"), card.atr());  // presence, before any power
  vpcd.send(encode_vpcd(hex("01")));
  EXPECT_EQ(vpcd.ask("04"), card.atr());
  EXPECT_EQ(card.resets, 2);
  EXPECT_EQ(vpcd.ask("00A4040000"), hex("00A40400009000"));
  vpcd.send(encode_vpcd(hex("02")));
  EXPECT_EQ(vpcd.ask("04"), card.atr());
  EXPECT_EQ(card.resets, 3);
  vpcd.send(encode_vpcd(hex("00")));
  EXPECT_EQ(vpcd.ask("04"), card.atr());
  EXPECT_EQ(card.resets, 3);
  EXPECT_EQ(vpcd.ask("00A4"), hex("6700"));  // shorter than any APDU
  EXPECT_EQ(card.commands, 1);
}

TEST(Vpcd, MessagesInPiecesAndTogether) {
  FakeVpcd vpcd;
  EchoCard card;
  VpcdClient client(card, config_for(vpcd));
  client.start();
  ASSERT_TRUE(vpcd.accept());
  for (const auto octet : hex("0004 00A40400")) vpcd.send(ByteView(&octet, 1));
  EXPECT_EQ(vpcd.read(), hex("00A404009000"));
  vpcd.send(hex("0001 04 0004 00B00000 0001 04"));
  EXPECT_EQ(vpcd.read(), card.atr());
  EXPECT_EQ(vpcd.read(), hex("00B000009000"));
  EXPECT_EQ(vpcd.read(), card.atr());
}

TEST(Vpcd, ConnectsAgain) {
  EchoCard card;
  std::uint16_t port = 0;
  std::optional<FakeVpcd> vpcd(std::in_place);
  port = vpcd->port();
  VpcdClient client(card, config_for(*vpcd));
  client.start();
  ASSERT_TRUE(vpcd->accept());
  EXPECT_EQ(vpcd->ask("04"), card.atr());
  vpcd.reset();  // pcscd ends
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_FALSE(client.attached());
  vpcd.emplace(port);  // and starts again
  ASSERT_TRUE(vpcd->accept());
  EXPECT_EQ(vpcd->ask("04"), card.atr());
}

TEST(Vpcd, NonsenseAndSilenceEndTheConnection) {
  FakeVpcd vpcd;
  EchoCard card;
  VpcdClient client(card, config_for(vpcd));
  client.start();
  for (const char* octets : {"0000", "0001 07", "0005 00A404"}) {
    ASSERT_TRUE(vpcd.accept()) << octets;
    vpcd.send(hex(octets));
    EXPECT_EQ(vpcd.read(), std::nullopt) << octets;
    vpcd.drop();
  }
  ASSERT_TRUE(vpcd.accept());
  EXPECT_EQ(vpcd.ask("04"), card.atr());
}

TEST(Vpcd, MuteCardIsTakenOut) {
  FakeVpcd vpcd;
  EchoCard card;
  VpcdClient client(card, config_for(vpcd));
  client.start();
  ASSERT_TRUE(vpcd.accept());
  EXPECT_EQ(vpcd.ask("04"), card.atr());
  card.mute = true;
  EXPECT_EQ(vpcd.ask("00A40400"), std::nullopt);
  vpcd.drop();
  card.mute = false;
  ASSERT_TRUE(vpcd.accept());
  EXPECT_EQ(vpcd.ask("04"), card.atr());
}

TEST(Vpcd, StopsAtOnce) {
  EchoCard card;
  FakeVpcd vpcd;
  const auto timed_stop = [](VpcdClient& client) {
    const auto start = std::chrono::steady_clock::now();
    client.stop();
    return std::chrono::steady_clock::now() - start;
  };
  VpcdClient attached(card, config_for(vpcd));
  attached.start();
  ASSERT_TRUE(vpcd.accept());
  EXPECT_LT(timed_stop(attached), std::chrono::seconds(1));
  VpcdConfig nobody{.port = 1, .retry_delay = Duration{60000}};
  VpcdClient waiting(card, nobody);
  waiting.start();
  EXPECT_LT(timed_stop(waiting), std::chrono::seconds(1));
}

// The whole way: test → libpcsclite → pcscd → vpcd's driver → TCP → VpcdClient → card.
class PcscdLoop : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Protocols, PcscdLoop, testing::Values(false, true),
                         [](const auto& p) { return p.param ? "T1" : "T0"; });

TEST_P(PcscdLoop, EchoThroughPcsc) {
  test::Pcscd pcscd;
  if (!pcscd.running()) GTEST_SKIP() << pcscd.why_not();
  EchoCard card(GetParam());
  VpcdClient client(card, {.port = pcscd.port(), .retry_delay = Duration{50}});
  client.start();
  ASSERT_TRUE(client.wait_attached(Duration{5000}));

  const auto readers = list_pcsc_readers();
  ASSERT_TRUE(readers) << readers.error().message();
  ASSERT_EQ(readers->size(), 2u);
  EXPECT_TRUE(PcscPort::open("").error().as<LocalFault>());  // which of the two?
  EXPECT_TRUE(PcscPort::open("no such").error().as<LocalFault>());

  auto port = test::eventually_open("Virtual PCD 00 00");
  ASSERT_TRUE(port) << port.error().message();
  EXPECT_EQ((*port)->is_t0(), !GetParam());
  const auto atr = (*port)->reset();
  ASSERT_TRUE(atr) << atr.error().message();
  EXPECT_EQ(*atr, card.atr());
  EXPECT_EQ((*port)->transmit(hex("80E2910003AABBCC")).value(), hex("80E2910003AABBCC9000"));
  const auto case4 = (*port)->transmit(hex("80E2910003AABBCC00")).value();
  EXPECT_EQ(case4, GetParam() ? hex("80E2910003AABBCC009000") : hex("80E2910003AABBCC9000"));
  const int before = card.resets;
  ASSERT_TRUE((*port)->reset());
  EXPECT_GT(card.resets, before);
  EXPECT_TRUE(PcscPort::open("Virtual PCD 00 00").error().as<LocalFault>());  // in use

  if (GetParam()) {
    Bytes extended = hex("80E29100 000100");
    extended.resize(extended.size() + 256, 0x5A);
    EXPECT_EQ((*port)->transmit(extended).value().size(), extended.size() + 2);
  }
  client.stop();
  const auto removed = (*port)->transmit(hex("00A40400"));
  ASSERT_FALSE(removed);
  EXPECT_TRUE(removed.error().not_reached()) << removed.error().message();
}

TEST(PcscdRestart, CardComesBack) {
  EchoCard card;
  std::uint16_t port = 0;
  VpcdConfig config{.retry_delay = Duration{50}};
  std::optional<VpcdClient> client;
  for (int round = 0; round < 2; ++round) {
    test::Pcscd pcscd(port);
    if (!pcscd.running()) GTEST_SKIP() << pcscd.why_not();
    port = config.port = pcscd.port();
    if (!client) client.emplace(card, config).start();
    ASSERT_TRUE(client->wait_attached(Duration{5000})) << round;
    auto reader = test::eventually_open("Virtual PCD 00 00");
    ASSERT_TRUE(reader) << round << reader.error().message();
    EXPECT_EQ((*reader)->transmit(hex("00A40400")).value(), hex("00A404009000"));
  }
}

TEST(PcscdAbsent, IsALocalFault) {
  const test::PcscdSocket nowhere("/nonexistent/pcscd.comm");
  const auto readers = list_pcsc_readers();
  ASSERT_FALSE(readers);
  ASSERT_TRUE(readers.error().as<LocalFault>()) << readers.error().message();
  EXPECT_EQ(readers.error().as<LocalFault>()->remedy, "start pcscd");
}

}  // namespace
}  // namespace eider::net
