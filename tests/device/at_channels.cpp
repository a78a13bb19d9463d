// The driver for AT modems against the emulated one, without a device between them.
#include "device/at_channels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/apdu.hpp"
#include "device/at_modem.hpp"

namespace eider::device {
namespace {
using testing::HasSubstr;

const Bytes kIsdR = hex("A0000005591010FFFFFFFF8900000100");

// Three channels, an ISD-R, and 61xx for everything longer than asked for.
class ChannelsUicc final : public CardPort {
 public:
  Result<Bytes> reset() override {
    open.fill(false);
    return hex("3B9F96801F878031E073FE211B674A4C753034054BA9");
  }
  Result<Bytes> transmit(ByteView apdu) override {
    commands.push_back(to_hex(apdu));
    const auto c = parse_command(apdu);
    if (!c) return hex("6700");
    const auto channel = static_cast<std::size_t>(channel_of(c->cla).value_or(0));
    if (channel > 3 || !open[channel])
      return channel == 0 && c->ins != 0x70 ? hex("9000") : manage(*c, channel);
    if (c->ins == 0xA4) return equal(c->data, kIsdR) ? hex("6F00 9000") : hex("6A82");
    if (c->ins == 0xE2) return hex(next);
    if (c->ins == 0xC0) return hex("BF3C009000");
    return hex("6D00");
  }
  std::array<bool, 4> open{};
  std::vector<std::string> commands;
  const char* next = "9000";

 private:
  Bytes manage(const CommandView& c, std::size_t channel) {
    if (channel != 0) return hex("6881");
    if (c.p1 == 0x80) {
      if (c.p2 == 0 || c.p2 > 3 || !open[c.p2]) return hex("6881");
      open[c.p2] = false;
      return hex("9000");
    }
    for (std::uint8_t n = 1; n < open.size(); ++n)
      if (!std::exchange(open[n], true)) return Bytes{n, 0x90, 0x00};
    return hex("6A81");
  }
};

// The wire, and what went over it.
class LoopLine final : public AtLine {
 public:
  explicit LoopLine(AtModem& modem) : modem_(modem) {}
  Result<at::Reply> exchange(const std::string& command, Duration) override {
    sent.push_back(command);
    if (!canned.empty()) {
      const auto text = std::exchange(canned.front(), {});
      canned.erase(canned.begin());
      return read(command, text);
    }
    return read(command, modem_.receive(as_bytes(command + "\r")));
  }
  void wait(Duration time) override { waited += time; }
  std::vector<std::string> sent, canned;
  Duration waited{0};

 private:
  static Result<at::Reply> read(const std::string& command, std::string_view text) {
    at::ReplyReader reader(command);
    EIDER_TRY(reply, reader.feed(as_bytes(text)));
    if (!reply) return fail(TransportFault{true, "no answer"});
    return *std::move(reply);
  }
  AtModem& modem_;
};

struct AtBench {
  ChannelsUicc card;
  SystemClock clock;
  ModemCard in_modem{card, clock};
  AtModem modem;
  LoopLine line{modem};
  std::unique_ptr<CardPort> port;
  explicit AtBench(AtModemStyle style = {}, AtOptions options = {}) : modem(in_modem, std::move(style)) {
    EXPECT_TRUE(in_modem.power_on());
    auto opened = open_at_card(line, options);
    EXPECT_TRUE(opened);
    if (opened) port = *std::move(opened);
    card.commands.clear();
    line.sent.clear();
  }
  std::string send(std::string_view apdu) {
    const auto r = port->transmit(hex(apdu));
    return r ? to_hex(*r) : r.error().message();
  }
  void open_isd_r() {
    ASSERT_EQ(send("0070000001"), "019000");
    const auto selected = send("01A4040010" + to_hex(kIsdR) + "00");
    ASSERT_TRUE(selected == "9000" || selected == "6F009000") << selected;  // AT+CCHO does not give the FCI
  }
};
AtModemStyle styled(void (*set)(AtModemStyle&)) {
  AtModemStyle out;
  set(out);
  return out;
}
}  // namespace

TEST(AtChannels, AChannelIsOpenedWithTheApplicationAndClosed) {
  AtBench b;
  b.open_isd_r();
  EXPECT_TRUE(b.card.open[1]);
  EXPECT_EQ(b.line.sent.back(), "AT+CCHO=\"" + to_hex(kIsdR) + "\"");
  EXPECT_EQ(b.send("81E2910003BF3C00"), "9000");
  EXPECT_EQ(b.line.sent.back(),
            "AT+CGLA=1,16,\"80E2910003BF3C00\"");  // section 8.45: the modem writes the channel
  EXPECT_EQ(b.card.commands.back(), "81E2910003BF3C00");
  EXPECT_EQ(b.send("00708001"), "9000");
  EXPECT_FALSE(b.card.open[1]);
  EXPECT_EQ(b.send("81E2910003BF3C00"), "6881");
}

TEST(AtChannels, TheChannelIsClosedWhateverHappens) {
  AtBench b;
  b.open_isd_r();
  b.port.reset();
  EXPECT_FALSE(b.card.open[1]);
}

TEST(AtChannels, AnotherAidIsTriedOnTheSameChannel) {
  AtBench b;
  ASSERT_EQ(b.send("0070000001"), "019000");
  EXPECT_THAT(b.send("01A4040010A0000005591010FFFFFFFF890005050000"), HasSubstr("not found"));
  EXPECT_EQ(b.send("01A4040010" + to_hex(kIsdR) + "00"), "9000");
  EXPECT_EQ(b.send("01A4040010" + to_hex(kIsdR) + "00"), "9000");  // again: the first one is closed
  EXPECT_EQ(std::ranges::count(b.card.open, true), 1);
}

TEST(AtChannels, NoChannelIsLeftAndALeakedOneIsClosed) {
  AtBench b;
  for (int n = 1; n <= 3; ++n) EXPECT_EQ(b.send("0070000001"), "0" + std::to_string(n) + "9000");
  EXPECT_EQ(b.send("0070000001"), "6A81");
  EXPECT_EQ(b.send("00708002"), "9000");
  EXPECT_EQ(b.send("00708002"), "6881");  // asked of the modem, which knows none
  EXPECT_EQ(b.line.sent.back(), "AT+CCHC=2");
  EXPECT_EQ(b.send("007080FF"), "6A86");
}

TEST(AtChannels, HandlesThatAreNoNumbers) {
  AtBench b(styled([](AtModemStyle& s) { s.long_handles = true; }));
  b.open_isd_r();
  EXPECT_EQ(b.send("81E2910003BF3C00"), "9000");
  EXPECT_EQ(b.line.sent.back(), "AT+CGLA=00000000038AA32F,16,\"80E2910003BF3C00\"");
}

TEST(AtChannels, AModemThatLeavesTheClassToOthers) {
  AtOptions options;
  options.class_names_channel = true;
  AtBench b(styled([](AtModemStyle& s) { s.writes_class = false; }), options);
  b.open_isd_r();
  EXPECT_EQ(b.send("81E2910003BF3C00"), "9000");
  EXPECT_EQ(b.card.commands.back(), "81E2910003BF3C00");
}

TEST(AtChannels, LongAnswersComeAsTheCardGivesThem) {
  AtBench b;
  b.open_isd_r();
  b.card.next = "6105";
  EXPECT_EQ(b.send("81E2910003BF3C00"), "6105");
  EXPECT_EQ(b.send("01C0000005"), "BF3C009000");
}

TEST(AtChannels, TheWayIsFound) {
  using Style = void (*)(AtModemStyle&);
  const auto first_command = [](Style set, AtWay way = AtWay::kAutomatic) {
    AtOptions options;
    options.way = way;
    AtBench b(styled(set), options);
    b.open_isd_r();
    return b.line.sent.back().substr(0, 7);
  };
  EXPECT_EQ(first_command([](AtModemStyle&) {}), "AT+CCHO");
  EXPECT_EQ(first_command([](AtModemStyle& s) { s.csim = false; }), "AT+CCHO");
  EXPECT_EQ(first_command([](AtModemStyle& s) { s.channels = false; }), "AT+CSIM");
  EXPECT_EQ(first_command([](AtModemStyle&) {}, AtWay::kCsim), "AT+CSIM");
  // Fibocom FG132-GL, Quectel EM05-G: tests are refused, commands are not.
  // github.com/estkme-group/lpac/issues/300
  EXPECT_EQ(first_command([](AtModemStyle& s) { s.tests = false; }), "AT+CCHO");
}

TEST(AtChannels, EveryStyleCarriesApdus) {
  using Style = void (*)(AtModemStyle&);
  for (const Style set :
       {Style([](AtModemStyle& s) { s.prefix = false; }), Style([](AtModemStyle& s) { s.space = false; }),
        Style([](AtModemStyle& s) { s.quotes = false; }), Style([](AtModemStyle& s) { s.lower_case = true; }),
        Style([](AtModemStyle& s) { s.unsolicited = "+CREG: 1"; })}) {
    for (const bool channels : {true, false}) {
      auto s = styled(set);
      s.channels = channels;
      AtBench b(s);
      b.open_isd_r();
      b.card.next = "BF3C03AABBCC9000";
      EXPECT_EQ(b.send("81E2910003BF3C00"), "BF3C03AABBCC9000");
    }
  }
}

TEST(AtChannels, ABusySimIsAskedAgainButNotForEver) {
  AtBench b;
  b.open_isd_r();
  b.line.canned = {"\r\n+CME ERROR: 14\r\n", "\r\n+CME ERROR: 14\r\n"};
  EXPECT_EQ(b.send("81E2910003BF3C00"), "9000");
  EXPECT_EQ(b.line.waited, Duration{600});
  b.line.canned.assign(20, "\r\n+CME ERROR: 14\r\n");
  EXPECT_THAT(b.send("81E2910003BF3C00"), HasSubstr("SIM busy"));
  EXPECT_EQ(b.line.canned.size(), 14u);
}

TEST(AtChannels, WhatIsNoAnswerIsATransportFault) {
  AtBench b;
  b.open_isd_r();
  for (const char* answer : {"\r\nOK\r\n", "\r\nERROR\r\n", "\r\n+CGLA: 6,\"9000\"\r\n\r\nOK\r\n",
                             "\r\n+CGLA: 2,\"90\"\r\nOK\r\n"}) {
    b.line.canned = {answer};
    const auto r = b.port->transmit(hex("81E2910003BF3C00"));
    ASSERT_FALSE(r) << answer;
    ASSERT_TRUE(r.error().as<TransportFault>()) << answer;
    EXPECT_TRUE(r.error().as<TransportFault>()->sent);
  }
}

TEST(AtChannels, TheBasicChannelNeedsCsim) {
  AtBench with;
  EXPECT_EQ(with.send("00A4000C023F00"), "9000");
  EXPECT_EQ(with.line.sent.back(), "AT+CSIM=14,\"00A4000C023F00\"");
  AtBench without(styled([](AtModemStyle& s) { s.csim = false; }));
  const auto r = without.port->transmit(hex("00A4000C023F00"));
  ASSERT_FALSE(r);
  EXPECT_TRUE(r.error().as<LocalFault>());
}

TEST(AtChannels, ResetWaitsForTheCard) {
  AtBench b;
  b.line.canned = {"\r\nOK\r\n", "\r\nOK\r\n", "\r\n+CME ERROR: 14\r\n", "\r\n+CME ERROR: 10\r\n"};
  const auto atr = b.port->reset();
  ASSERT_TRUE(atr);
  EXPECT_TRUE(atr->empty());
  EXPECT_EQ(b.line.waited, Duration{2000});
  EXPECT_EQ(b.line.sent[0], "AT+CFUN=0");
  EXPECT_EQ(b.line.sent[1], "AT+CFUN=1");
  AtOptions options;
  options.ready_timeout = Duration{1000};
  AtBench never({}, options);
  never.line.canned.assign(10, "\r\n+CME ERROR: 10\r\n");
  EXPECT_THAT(never.port->reset().error().message(), HasSubstr("SIM not inserted"));
}

TEST(AtModem, OffAndOnResetsTheCard) {
  AtBench b;
  b.open_isd_r();
  const auto says = [&](const std::string& command) { return b.modem.receive(as_bytes(command + "\r")); };
  EXPECT_EQ(says("AT+CFUN=0"), "\r\nOK\r\n");
  EXPECT_EQ(says("AT+CPIN?"), "\r\n+CME ERROR: 10\r\n");
  EXPECT_EQ(says("AT+CCHO=\"" + to_hex(kIsdR) + "\""), "\r\n+CME ERROR: 10\r\n");
  EXPECT_EQ(says("AT+CFUN?"), "\r\n+CFUN: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(says("AT+CFUN=1"), "\r\nOK\r\n");
  EXPECT_FALSE(b.card.open[1]);
  EXPECT_EQ(says("AT+CGLA=1,10,\"80F2000000\""), "\r\n+CME ERROR: 50\r\n");
}

TEST(AtModem, RefusesWhatIsNotRight) {
  AtBench b;
  const auto says = [&](const std::string& command) { return b.modem.receive(as_bytes(command + "\r")); };
  EXPECT_EQ(says("AT+CMEE=2"), "\r\nOK\r\n");
  EXPECT_EQ(says("AT+CGLA=7,10,\"80F2000000\""), "\r\n+CME ERROR: incorrect parameters\r\n");
  EXPECT_EQ(says("AT+CMEE=1"), "\r\nOK\r\n");
  EXPECT_EQ(says("AT+CSIM=12,\"80F2000000\""), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(says("AT+CSIM=4,\"80F2\""), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(says("AT+CCHO=\"XX\""), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(says("AT+CCHC=1"), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(says("AT+COPS?"), "\r\n+CME ERROR: 4\r\n");
  EXPECT_EQ(says("hello"), "");
  EXPECT_EQ(says(std::string(at::kMaxLine + 10, 'A')), "\r\n+CME ERROR: 50\r\n");
  EXPECT_EQ(says("AT+CMEE=0"), "\r\nOK\r\n");
  EXPECT_EQ(says("AT+COPS?"), "\r\nERROR\r\n");
  EXPECT_EQ(says("ATE1"), "\r\nOK\r\n");
  EXPECT_EQ(says("AT"), "AT\r\r\nOK\r\n");
}

}  // namespace eider::device
