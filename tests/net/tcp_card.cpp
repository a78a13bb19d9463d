#include "net/tcp_card.hpp"

#include <gtest/gtest.h>
#include <thread>

#include "net/card_frames.hpp"
#include "net/support/echo_card.hpp"
#include "net/support/raw_client.hpp"

namespace eider::net {
namespace {

using test::EchoCard;
using test::RawClient;

TEST(CardFrames, KnownOctets) {
  EXPECT_EQ(encode_card_frame(CardFrameType::kReset, hex("01")), hex("01 000001 01"));
  EXPECT_EQ(encode_card_frame(CardFrameType::kCommand, hex("00A40400")), hex("02 000004 00A40400"));
  EXPECT_EQ(encode_card_frame(CardFrameType::kResponse, hex("9000")), hex("82 000002 9000"));
  const Bytes largest(kMaxCommandApdu, 0x11);
  const Bytes frame = encode_card_frame(CardFrameType::kCommand, largest);
  const auto decoded = decode_card_frame(frame);
  ASSERT_TRUE(decoded && *decoded);
  EXPECT_EQ((*decoded)->consumed, frame.size());
  EXPECT_EQ(to_bytes((*decoded)->payload), largest);
}

TEST(CardFrames, IncompleteIsNothingYet) {
  const Bytes frame = encode_card_frame(CardFrameType::kCommand, hex("00A4040000"));
  for (std::size_t n = 0; n < frame.size(); ++n) {
    const auto decoded = decode_card_frame(ByteView(frame).first(n));
    ASSERT_TRUE(decoded) << n;
    EXPECT_FALSE(*decoded) << n;
  }
}

TEST(CardFrames, Refuses) {
  EXPECT_FALSE(decode_card_frame(hex("00")));            // unknown type, at once
  EXPECT_FALSE(decode_card_frame(hex("05 000004")));     // unknown type
  EXPECT_FALSE(decode_card_frame(hex("03 000003")));     // shorter than any choice of a card
  EXPECT_FALSE(decode_card_frame(hex("04 000002")));     // shorter than any PPS request
  EXPECT_FALSE(decode_card_frame(hex("84 000007")));     // longer than any PPS response
  EXPECT_FALSE(decode_card_frame(hex("01 000000")));     // reset without a version
  EXPECT_FALSE(decode_card_frame(hex("02 000003")));     // shorter than any APDU
  EXPECT_FALSE(decode_card_frame(hex("02 FFFFFF")));     // longer than any APDU
  EXPECT_FALSE(decode_card_frame(hex("81 000022")));     // longer than any ATR
  EXPECT_FALSE(decode_card_frame(hex("82 000001 90")));  // half a status word
  EXPECT_THROW(encode_card_frame(CardFrameType::kCommand, hex("00")), std::invalid_argument);
}

struct ServedCard {
  explicit ServedCard(TcpCardServerConfig config = {}) : server(card, config) {
    const auto status = server.start();
    EXPECT_TRUE(status) << status.error().message();
  }
  TcpCardConfig client() const { return {.port = server.port()}; }
  EchoCard card;
  TcpCardServer server;
};

TEST(TcpCard, RoundTrip) {
  ServedCard served;
  TcpCard card(served.client());
  const auto unready = card.transmit(hex("00A40400"));
  ASSERT_FALSE(unready);
  EXPECT_FALSE(unready.error().as<TransportFault>()->sent);
  ASSERT_EQ(card.reset().value(), served.card.atr());
  EXPECT_EQ(card.transmit(hex("80E2910000")).value(), hex("80E29100009000"));
  Bytes largest(kMaxCommandApdu, 0xA5);
  const auto echo = card.transmit(largest);
  ASSERT_FALSE(echo);  // the echo with a status word is longer than any response
  ASSERT_EQ(card.reset().value(), served.card.atr());
  largest.resize(kMaxResponseApdu - 2 - 100);
  const auto large = card.transmit(largest);
  ASSERT_TRUE(large) << large.error().message();
  EXPECT_EQ(large->size(), largest.size() + 2);
  EXPECT_EQ(served.card.resets, 2);
  EXPECT_TRUE(card.transmit(hex("00A4")).error().as<LocalFault>());
}

TEST(TcpCard, CarriesPps) {
  ServedCard served;
  TcpCard card(served.client());
  EXPECT_FALSE(card.exchange_pps(hex("FF00FF")));  // not connected
  ASSERT_TRUE(card.reset());
  served.card.pps = hex("FF109679");
  EXPECT_EQ(card.exchange_pps(hex("FF109679")).value(), hex("FF109679"));
  served.card.pps = std::nullopt;
  EXPECT_EQ(card.exchange_pps(hex("FF109679")).value(), std::nullopt) << "the reader there does it";
  EXPECT_TRUE(card.exchange_pps(hex("FF00")).error().as<LocalFault>());
  EXPECT_TRUE(card.transmit(hex("00A40400")));
  served.card.mute = true;
  EXPECT_TRUE(card.exchange_pps(hex("FF00FF")).error().as<TransportFault>());
}

TEST(TcpCard, ManyCommands) {
  ServedCard served;
  TcpCard card(served.client());
  ASSERT_TRUE(card.reset());
  for (int i = 0; i < 500; ++i) {
    const Bytes command{0x00, 0xB0, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 0x00};
    const auto response = card.transmit(command);
    ASSERT_TRUE(response);
    ASSERT_TRUE(equal(ByteView(*response).first(5), command));
  }
}

TEST(TcpCard, OneClientAtATime) {
  ServedCard served;
  TcpCard first(served.client()), second(served.client());
  ASSERT_TRUE(first.reset());
  const auto refused = second.reset();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("in use"), std::string::npos) << refused.error().message();
  EXPECT_TRUE(first.transmit(hex("00A40400")));
}

TEST(TcpCard, ReconnectsAtReset) {
  ServedCard served;
  TcpCard card(served.client());
  ASSERT_TRUE(card.reset());
  served.card.mute = true;
  const auto fault = card.transmit(hex("00A40400"));
  ASSERT_FALSE(fault);
  EXPECT_TRUE(fault.error().as<TransportFault>()->sent);
  served.card.mute = false;
  EXPECT_FALSE(card.transmit(hex("00A40400")).error().as<TransportFault>()->sent);
  EXPECT_TRUE(card.reset());
  EXPECT_TRUE(card.transmit(hex("00A40400")));
}

TEST(TcpCard, SlowCardTimesOutAndItsLateAnswerIsNotTaken) {
  ServedCard served;
  served.card.delay_ms = 400;
  auto config = served.client();
  config.response_timeout = Duration{100};
  TcpCard card(config);
  ASSERT_TRUE(card.reset());
  const auto late = card.transmit(hex("00000001"));
  ASSERT_FALSE(late);
  EXPECT_TRUE(late.error().as<TransportFault>()->sent);
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  served.card.delay_ms = 0;
  ASSERT_TRUE(card.reset());
  EXPECT_EQ(card.transmit(hex("00000002")).value(), hex("000000029000"));
}

TEST(TcpCard, NobodyThere) {
  std::uint16_t port = 0;
  {
    const ServedCard served;
    port = served.server.port();
  }
  TcpCard card({.port = port});
  const auto status = card.reset();
  ASSERT_FALSE(status);
  EXPECT_FALSE(status.error().as<TransportFault>()->sent);
}

TEST(TcpCardServer, DropsMalformedClients) {
  ServedCard served({.frame_timeout = Duration{200}});
  const auto dropped = [&](const Bytes& octets) {
    return test::dropped_after(served.server.port(), as_text(octets));
  };
  EXPECT_TRUE(dropped(hex("00")));
  EXPECT_TRUE(dropped(hex("02 FFFFFF")));
  EXPECT_TRUE(dropped(hex("474554202F20485454502F312E310D0A")));
  EXPECT_TRUE(dropped(hex("02 000010 00A4")));  // never completed
  EXPECT_EQ(served.card.commands, 0);

  RawClient client(served.server.port());
  client.send(as_text(hex("01 000001 02")));
  EXPECT_NE(client.read_until("known").find("version"), std::string::npos);
  client.send(as_text(hex("02 000004 00A40400")));
  EXPECT_NE(client.read_until("first").find("reset the card first"), std::string::npos);
  client.send(as_text(hex("82 000002 9000")));
  EXPECT_NE(client.read_until("only").find("reset, PPS and command"), std::string::npos);
  EXPECT_EQ(served.card.commands, 0);
}

TEST(TcpCardServer, FramesArriveInPieces) {
  ServedCard served;
  RawClient client(served.server.port());
  for (const auto octet : hex("01 000001 01 02 000004 00A40400")) {
    client.send(std::string_view(reinterpret_cast<const char*>(&octet), 1));
  }
  const Bytes wanted = hex("81 000004 3B800181 82 000006 00A404009000");
  EXPECT_EQ(client.read_until(as_text(ByteView(wanted).last(4))), as_text(wanted));
}

TEST(TcpCardServer, LoopbackOnlyAndCleanStop) {
  EchoCard card;
  EXPECT_FALSE(TcpCardServer(card, {.address = "0.0.0.0"}).start());
  EXPECT_FALSE(TcpCardServer(card, {.address = "localhost"}).start());
  TcpCardServer server(card, {});
  ASSERT_TRUE(server.start());
  EXPECT_FALSE(server.start());
  EXPECT_FALSE(TcpCardServer(card, {.port = server.port()}).start());
  RawClient client(server.port());
  server.stop();
  EXPECT_TRUE(client.closed_within(2000));
  server.stop();
}

}  // namespace
}  // namespace eider::net
