// SMPP sessions: two of them across a simulated line, under simulated time.
#include "channel/smpp_session.hpp"

#include <gtest/gtest.h>
#include <map>

#include "base/random.hpp"

namespace eider::channel {
namespace {
using namespace std::chrono_literals;
using smpp::CommandId;
using smpp::CommandStatus;
using Event = SmppSession::Event;
using Kind = Event::Kind;

const Time kStart = *parse_time("2026-01-01T00:00:00Z");

smpp::Bind credentials() {
  smpp::Bind out;
  out.system_id = "smsr";
  out.password = Secret(as_bytes("secret"));
  return out;
}
smpp::Pdu submit_sm(const std::string& text) {
  smpp::ShortMessage sm;
  sm.destination = {1, 1, "4917000"};
  sm.short_message = to_bytes(as_bytes(text));
  return {CommandId::kSubmitSm, CommandStatus::kOk, 0, sm, {}};
}
std::string text_of(const smpp::Pdu& pdu) {
  return std::string(as_text(smpp::message_octets(pdu)));
}

struct SmppPair {
  explicit SmppPair(SmppSessionConfig config = {})
      : esme(config, kStart), smsc(smsc_config(config), kStart) {}
  static SmppSessionConfig smsc_config(SmppSessionConfig c) {
    c.side = SmppSide::kSmsc;
    return c;
  }
  // Until nothing more goes.
  void exchange() {
    while (true) {
      const auto there = esme.output();
      smsc.receive(there, now);
      const auto back = smsc.output();
      esme.receive(back, now);
      if (there.empty() && back.empty()) return;
    }
  }
  void bind(SmppBind kind = SmppBind::kTransceiver) {
    esme.bind(kind, credentials(), now);
    exchange();
    const auto request = smsc.next_event();
    ASSERT_TRUE(request && request->kind == Kind::kBindRequest);
    smsc.answer_bind(request->pdu, CommandStatus::kOk, "smsc", now);
    exchange();
    const auto bound = esme.next_event();
    ASSERT_TRUE(bound && bound->kind == Kind::kBound);
  }
  void advance(Duration d) {
    now += d;
    esme.tick(now);
    smsc.tick(now);
  }
  Time now = kStart;
  SmppSession esme, smsc;
};

// The status of the answer to a raw PDU.
CommandStatus answer_to(SmppSession& session, ByteView octets, Time now) {
  session.output();
  session.receive(octets, now);
  const auto out = session.output();
  const auto pdu = smpp::decode_pdu(out);
  EXPECT_TRUE(pdu) << to_hex(out);
  return pdu ? pdu->status : CommandStatus::kUnknownError;
}
}  // namespace

TEST(SmppSession, BindsSubmitsDeliversUnbinds) {
  SmppPair p;
  p.bind();
  EXPECT_TRUE(p.esme.bound() && p.smsc.bound());
  const auto ticket = p.esme.request(submit_sm("one"), p.now);
  ASSERT_TRUE(ticket);
  p.exchange();
  auto event = p.smsc.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kRequest);
  EXPECT_EQ(text_of(event->pdu), "one");
  p.smsc.answer(event->pdu, CommandStatus::kOk, p.now, "ID1");
  p.exchange();
  event = p.esme.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kAnswer);
  EXPECT_EQ(event->ticket, *ticket);
  EXPECT_EQ(event->pdu.as<smpp::MessageIdResp>()->message_id, "ID1");

  auto deliver = submit_sm("two");
  deliver.command = CommandId::kDeliverSm;
  ASSERT_TRUE(p.smsc.request(deliver, p.now));
  p.exchange();
  event = p.esme.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kRequest);
  // An unbind waits for the answers that are due.
  p.smsc.unbind(p.now);
  p.exchange();
  EXPECT_FALSE(p.smsc.over());
  p.esme.answer(event->pdu, CommandStatus::kOk, p.now);
  p.exchange();
  EXPECT_TRUE(p.smsc.over() && p.esme.over());
  EXPECT_FALSE(p.esme.request(submit_sm("late"), p.now));
}

TEST(SmppSession, TheWindowHoldsAndKeepsTheOrder) {
  SmppSessionConfig config;
  config.window = 3;
  SmppPair p(config);
  p.bind();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(p.esme.request(submit_sm(std::to_string(i)), p.now));
  for (int i = 0; i < 10; ++i) {
    p.exchange();
    EXPECT_EQ(p.esme.in_flight(), std::min<std::size_t>(3, 10u - static_cast<std::size_t>(i)));
    const auto event = p.smsc.next_event();
    ASSERT_TRUE(event);
    EXPECT_EQ(text_of(event->pdu), std::to_string(i));
    p.smsc.answer(event->pdu, CommandStatus::kOk, p.now, "x");
  }
}

TEST(SmppSession, CommandsNeedTheirBind) {
  SmppPair p;
  EXPECT_EQ(answer_to(p.smsc, *submit_sm("x").encode(), p.now), CommandStatus::kIncorrectBindStatus);
  p.bind(SmppBind::kReceiver);
  EXPECT_EQ(answer_to(p.smsc, *submit_sm("x").encode(), p.now), CommandStatus::kIncorrectBindStatus);
  EXPECT_EQ(answer_to(p.smsc, *smpp::Pdu{CommandId::kBindReceiver, {}, 9, credentials(), {}}.encode(), p.now),
            CommandStatus::kAlreadyBound);
  SmppPair t;
  t.bind(SmppBind::kTransmitter);
  auto deliver = submit_sm("x");
  deliver.command = CommandId::kDeliverSm;
  EXPECT_EQ(answer_to(t.esme, *deliver.encode(), t.now), CommandStatus::kIncorrectBindStatus);
  EXPECT_EQ(answer_to(t.smsc, *deliver.encode(), t.now), CommandStatus::kIncorrectBindStatus);
}

TEST(SmppSession, RefusedBindEnds) {
  SmppPair p;
  p.esme.bind(SmppBind::kTransceiver, credentials(), p.now);
  p.exchange();
  p.smsc.answer_bind(p.smsc.next_event()->pdu, CommandStatus::kInvalidPassword, "smsc", p.now);
  p.exchange();
  const auto event = p.esme.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kBindRefused);
  EXPECT_EQ(event->pdu.status, CommandStatus::kInvalidPassword);
  EXPECT_TRUE(p.esme.over() && p.smsc.over());
}

TEST(SmppSession, ThrottledRequestsComeAgainLater) {
  SmppPair p;
  p.bind();
  ASSERT_TRUE(p.esme.request(submit_sm("a"), p.now));
  ASSERT_TRUE(p.esme.request(submit_sm("b"), p.now));
  Duration waited{0}, last{0};
  for (int i = 0; i < 3; ++i) {  // 500 ms, 1 s, 2 s
    p.exchange();
    for (int n = 0; n < 2; ++n) {
      const auto event = p.smsc.next_event();
      ASSERT_TRUE(event) << i;
      p.smsc.answer(event->pdu, n == 0 ? CommandStatus::kThrottled : CommandStatus::kMessageQueueFull, p.now);
    }
    p.exchange();
    EXPECT_FALSE(p.esme.next_event());
    EXPECT_EQ(p.esme.in_flight(), 0u);
    last = std::chrono::duration_cast<Duration>(p.esme.next_tick() - p.now);
    EXPECT_EQ(last, Duration(500 << i));
    p.advance(last - 1ms);
    EXPECT_EQ(p.esme.in_flight(), 0u);
    p.advance(1ms);
    EXPECT_EQ(p.esme.in_flight(), 2u);
    waited += last;
  }
  p.exchange();
  EXPECT_EQ(text_of(p.smsc.next_event()->pdu), "a") << "in their order";
  EXPECT_EQ(text_of(p.smsc.next_event()->pdu), "b");
}

TEST(SmppSession, AThrottledRequestIsGivenBackInTheEnd) {
  SmppSessionConfig config;
  config.throttle_tries = 2;
  SmppPair p(config);
  p.bind();
  ASSERT_TRUE(p.esme.request(submit_sm("a"), p.now));
  for (int i = 0; i < 2; ++i) {
    p.exchange();
    p.smsc.answer(p.smsc.next_event()->pdu, CommandStatus::kThrottled, p.now);
    p.exchange();
    p.advance(10s);
  }
  const auto event = p.esme.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kAnswer);
  EXPECT_EQ(event->pdu.status, CommandStatus::kThrottled);
}

TEST(SmppSession, WhatIsNotAnsweredIsLostAndTheLinkIsTried) {
  SmppPair p;
  p.bind();
  ASSERT_TRUE(p.esme.request(submit_sm("a"), p.now));
  p.exchange();
  const auto request = *p.smsc.next_event();
  p.advance(10s);
  auto event = p.esme.next_event();
  ASSERT_TRUE(event && event->kind == Kind::kLost);
  p.exchange();  // enquire_link
  EXPECT_TRUE(p.esme.bound());
  p.smsc.answer(request.pdu, CommandStatus::kOk, p.now, "late");
  p.exchange();
  EXPECT_FALSE(p.esme.next_event()) << "a late answer is nobody's";
}

TEST(SmppSession, ADeadLinkEnds) {
  SmppPair p;
  p.bind();
  EXPECT_EQ(p.esme.next_tick(), p.now + 30s);
  p.now += 30s;
  p.esme.tick(p.now);
  EXPECT_EQ(to_hex(ByteView(p.esme.output()).subspan(4, 4)), "00000015");
  ASSERT_TRUE(p.esme.request(submit_sm("a"), p.now));
  p.now += 10s;
  p.esme.tick(p.now);
  EXPECT_TRUE(p.esme.over());
  EXPECT_EQ(p.esme.next_event()->kind, Kind::kLost);
  const auto over = p.esme.next_event();
  ASSERT_TRUE(over && over->kind == Kind::kOver);
  EXPECT_EQ(over->reason, "enquire_link was not answered");
  // A peer that never binds.
  SmppSession idle(SmppPair::smsc_config({}), kStart);
  idle.tick(kStart + 10s);
  EXPECT_TRUE(idle.over());
}

TEST(SmppSession, MalformedPdusAreAnswered) {
  SmppPair p;
  p.bind();
  EXPECT_EQ(answer_to(p.smsc, hex("0000001000000110000000000A342EE7"), p.now),
            CommandStatus::kInvalidCommandId);
  EXPECT_EQ(answer_to(p.smsc, hex("0000001100000004000000000000000741"), p.now),
            CommandStatus::kInvalidCommandLength);
  EXPECT_FALSE(p.smsc.over());
  EXPECT_EQ(answer_to(p.smsc, hex("F0000011"), p.now), CommandStatus::kInvalidCommandLength);
  EXPECT_TRUE(p.smsc.over());
}

TEST(SmppSession, TooManyAtOnceAreThrottled) {
  SmppSessionConfig config;
  config.window = 200;
  SmppPair p(config);
  p.bind();
  for (int i = 0; i < 101; ++i) ASSERT_TRUE(p.esme.request(submit_sm("x"), p.now));
  p.exchange();
  EXPECT_EQ(p.esme.queued(), 1u) << "the last one came back with ESME_RTHROTTLED";
}

// Whatever a line and a peer do: each request ends once, in the window, and what was not sent can be sent on.
TEST(SmppSession, EveryRequestEndsOnce) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SeededRandom random(seed);
    SmppSessionConfig config;
    config.window = 1 + random.below(8);
    config.response_timeout = 2s;
    SmppPair p(config);
    p.bind();
    std::map<SmppSession::Ticket, int> ends;
    std::size_t asked = 0, answered = 0;
    Bytes there, back;
    const auto some = [&](Bytes& line) {  // a piece of what is under way
      const auto n = line.empty() ? 0 : random.below(line.size() + 1);
      Bytes out(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(n));
      line.erase(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(n));
      return out;
    };
    for (int step = 0; step < 400; ++step) {
      if (random.below(3) == 0 && asked < 60) {
        const auto ticket = p.esme.request(submit_sm(std::to_string(asked)), p.now);
        if (ticket) ends[*ticket] = 0, ++asked;
      }
      append(there, p.esme.output());
      p.smsc.receive(some(there), p.now);
      while (const auto e = p.smsc.next_event()) {
        if (e->kind != Kind::kRequest) continue;
        const auto luck = random.below(10);
        if (luck == 0) continue;  // never answered
        p.smsc.answer(e->pdu, luck == 1 ? CommandStatus::kThrottled : CommandStatus::kOk, p.now, "1");
        ++answered;
      }
      append(back, p.smsc.output());
      p.esme.receive(some(back), p.now);
      while (const auto e = p.esme.next_event())
        if (e->kind == Kind::kAnswer || e->kind == Kind::kLost) ++ends.at(e->ticket);
      ASSERT_LE(p.esme.in_flight(), config.window) << seed;
      ASSERT_GE(p.esme.next_tick(), p.esme.over() ? p.now : Time{}) << seed;
      p.advance(Duration(random.below(300)));
    }
    p.esme.disconnected(p.now, "end");
    while (const auto e = p.esme.next_event())
      if (e->kind == Kind::kAnswer || e->kind == Kind::kLost) ++ends.at(e->ticket);
    for (const auto& [ticket, pdu] : p.esme.take_unsent()) ++ends.at(ticket);
    for (const auto& [ticket, count] : ends) EXPECT_EQ(count, 1) << "seed " << seed << ", ticket " << ticket;
    EXPECT_GT(answered, 0u);
  }
}

}  // namespace eider::channel
