// A card that runs a script of proactive commands, and remembers what the terminal said.
#pragma once
#include <deque>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/apdu.hpp"
#include "device/terminal.hpp"

namespace eider::device::test {

class ScriptedCard final : public CardPort {
 public:
  // D0 and so on in hexadecimal, fetched one after the other.
  explicit ScriptedCard(std::initializer_list<std::string_view> script = {}) {
    for (const auto s : script) waiting.push_back(hex(s));
  }
  Result<Bytes> reset() override {
    ++resets;
    return hex("3B9F96801F878031E073FE211B674A4C753034054BA9");
  }
  Result<Bytes> transmit(ByteView apdu) override {
    if (mute) return fail(TransportFault{true, "mute"});
    const auto c = parse_command(apdu);
    if (!c) return hex("6700");
    switch (c->ins) {
      case 0x10:
        profile = to_hex(c->data);
        return done();
      case 0x12: {
        if (waiting.empty()) return hex("6F00");
        const auto command = endless ? waiting.front() : std::exchange(waiting.front(), {});
        if (!endless) waiting.pop_front();
        ++fetched;
        return concat({command, hex("9000")});
      }
      case 0x14:
        responses.push_back(to_hex(c->data));
        return done();
      case 0xC2:
        envelopes.push_back(to_hex(c->data));
        if (busy > 0) return --busy, hex("9300");
        return done();
      case 0xF2:
        ++statuses;
        return done();
      default:
        others.push_back(to_hex(apdu));
        return done();
    }
  }
  Result<std::optional<Bytes>> exchange_pps(ByteView request) override {
    pps_requests.push_back(to_hex(request));
    if (pps == "reader") return std::optional<Bytes>();
    if (pps == "mute") return fail(TransportFault{true, "mute"});
    return std::optional(pps.empty() ? to_bytes(request) : hex(pps));
  }
  void will_ask(std::string_view command) { waiting.push_back(hex(command)); }
  std::string last_response() const { return responses.empty() ? "none" : responses.back(); }
  std::string last_envelope() const { return envelopes.empty() ? "none" : envelopes.back(); }

  std::deque<Bytes> waiting;
  std::vector<std::string> responses, envelopes, others;
  std::string profile;
  std::string pps;  // its response in hexadecimal; empty: what was asked; "reader", "mute"
  std::vector<std::string> pps_requests;
  int resets = 0, fetched = 0, statuses = 0, busy = 0;
  bool endless = false, mute = false;

 private:
  Bytes done() const {
    if (waiting.empty()) return hex("9000");
    return {0x91, static_cast<std::uint8_t>(waiting.front().size())};
  }
};

// A network of links that the test holds the other end of.
class FakeLinks final : public BipPort {
 public:
  struct Link {
    BipEndpoint endpoint;
    std::vector<Bytes> sent;
    std::deque<Bytes> incoming;
    bool broken = false, closed = false;
  };
  Result<int> open(const BipEndpoint& endpoint) override {
    if (unreachable) return fail(TransportFault{false, "nobody there"});
    links.push_back({endpoint, {}, {}, false, false});
    return static_cast<int>(links.size() - 1);
  }
  Status send(int link, ByteView data) override {
    auto& l = at(link);
    if (l.broken) return fail(TransportFault{true, "broken"});
    l.sent.push_back(to_bytes(data));
    return {};
  }
  Result<std::optional<Bytes>> receive(int link, std::size_t most) override {
    auto& l = at(link);
    if (l.incoming.empty()) {
      if (l.broken) return fail(TransportFault{true, "broken"});
      return std::optional<Bytes>();
    }
    auto& first = l.incoming.front();
    Bytes out(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(std::min(most, first.size())));
    if (l.endpoint.tcp && out.size() < first.size()) {
      first.erase(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(out.size()));
    } else {
      l.incoming.pop_front();
    }
    return std::optional(std::move(out));
  }
  void close(int link) override { at(link).closed = true; }
  Link& at(int link) { return links.at(static_cast<std::size_t>(link)); }

  std::vector<Link> links;
  bool unreachable = false;
};

inline ManualClock& fixed_clock() {
  static ManualClock clock{*parse_time("2026-03-01T12:34:56Z")};
  return clock;
}

// A terminal on a scripted card under a clock of its own.
struct Bench {
  ScriptedCard card;
  ManualClock clock{*parse_time("2007-02-14T18:07:17Z")};
  FakeLinks links;
  TerminalConfig config;
  std::unique_ptr<Terminal> terminal;

  explicit Bench(std::initializer_list<std::string_view> script = {}, TerminalConfig c = {})
      : card(script), config(std::move(c)) {
    terminal = std::make_unique<Terminal>(card, clock, config, TerminalPorts{&links, nullptr, nullptr});
  }
  // Has the card ask one thing, and gives the TERMINAL RESPONSE.
  std::string ask(std::string_view command) {
    card.responses.clear();
    card.will_ask(command);
    const auto end = terminal->session(0x9100 | static_cast<std::uint16_t>(hex(command).size() & 0xFF));
    EXPECT_TRUE(end) << end.error().message();
    return card.last_response();
  }
  int poll() {
    const auto n = terminal->poll();
    EXPECT_TRUE(n) << n.error().message();
    return n.value_or(-1);
  }
};

}  // namespace eider::device::test
