// The service centre between an ESME and devices, under simulated time.
#include "roles/smsc/centre.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/short_messages.hpp"
#include "roles/smsc/local_link.hpp"
#include "spec/etsi/scp80.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::smsc {
namespace {
using namespace std::chrono_literals;
using channel::SmppBind;
using channel::SmppSession;
using smpp::CommandId;
using smpp::CommandStatus;
using smpp::MessageState;
using testing::ElementsAre;

constexpr const char* kDevice = "4917000001";
constexpr const char* kEsme = "12345";

CentreConfig config_of(std::uint64_t seed = 1) {
  CentreConfig c;
  c.seed = seed;
  c.accounts.push_back({"smsr", Secret(as_bytes("secret")), {kEsme, "999*"}});
  c.accounts.push_back({"other", Secret(as_bytes("secret2")), {"777"}});
  return c;
}

struct Submission {
  Bytes data = hex("0270004142");
  std::uint8_t receipts = 0, coding = 0xF6, esm_class = smpp::esm::kUdhi;
  std::string validity, to = kDevice;
  std::vector<smpp::Tlv> tlvs;
};
smpp::Pdu submit_sm(const Submission& s = {}) {
  smpp::ShortMessage sm;
  sm.source = {1, 1, kEsme};
  sm.destination = {1, 1, s.to};
  sm.esm_class = s.esm_class;
  sm.protocol_id = 0x7F;
  sm.data_coding = s.coding;
  sm.registered_delivery = s.receipts;
  sm.validity_period = s.validity;
  smpp::Pdu out{CommandId::kSubmitSm, CommandStatus::kOk, 0, {}, s.tlvs};
  if (s.data.size() > smpp::kMaxShortMessage)
    out.add(smpp::tag::kMessagePayload, s.data);
  else
    sm.short_message = s.data;
  out.body = std::move(sm);
  return out;
}

// An ESME in the same process.
struct Esme {
  Esme(Centre& at, ManualClock& time, const char* id = "smsr", const char* password = "secret",
       SmppBind kind = SmppBind::kTransceiver)
      : centre(at), clock(time), session({}, clock.now()), number(centre.esme_connected(clock.now())) {
    smpp::Bind bind;
    bind.system_id = id;
    bind.password = Secret(as_bytes(password));
    session.bind(kind, bind, clock.now());
    run();
  }
  // Until nothing goes any more; deliver_sm is answered with `answer`.
  void run() {
    while (true) {
      session.tick(clock.now());
      centre.esme_received(number, session.output(), clock.now());
      const auto back = centre.esme_output(number);
      session.receive(back, clock.now());
      bool more = !back.empty();
      while (const auto e = session.next_event()) {
        more = true;
        using K = SmppSession::Event::Kind;
        if (e->kind == K::kBindRefused) refused = e->pdu.status;
        if (e->kind == K::kAnswer) answers.push_back(e->pdu);
        if (e->kind == K::kLost) ++lost;
        if (e->kind != K::kRequest) continue;
        delivered.push_back(e->pdu);
        session.answer(e->pdu, answer, clock.now());
      }
      if (!more) return;
    }
  }
  // The message_id, or the name of the status.
  std::string submit(const smpp::Pdu& pdu) {
    const auto before = answers.size();
    EXPECT_TRUE(session.request(pdu, clock.now()));
    run();
    if (answers.size() == before) return "no answer";
    const auto& a = answers.back();
    if (a.status != CommandStatus::kOk) return std::string(smpp::status_name(a.status));
    const auto* body = a.as<smpp::MessageIdResp>();
    return body ? body->message_id : "";
  }
  std::vector<smpp::Receipt> receipts() const {
    std::vector<smpp::Receipt> out;
    for (const auto& d : delivered)
      if (auto r = smpp::Receipt::read(d)) out.push_back(*r);
    return out;
  }

  Centre& centre;
  ManualClock& clock;
  SmppSession session;
  int number;
  std::vector<smpp::Pdu> answers, delivered;
  std::optional<CommandStatus> refused;
  int lost = 0;
  CommandStatus answer = CommandStatus::kOk;
};

struct Bench {
  ManualClock clock{*parse_time("2026-01-01T00:00:00Z")};
  Centre centre;
  explicit Bench(CentreConfig c = config_of()) : centre(std::move(c)) {}
  void advance(Duration d) {
    clock.advance(d);
    centre.tick(clock.now());
  }
  std::unique_ptr<LocalLink> device(const std::string& number = kDevice) {
    auto link = LocalLink::attach(centre, clock, number);
    EXPECT_TRUE(link);
    return *std::move(link);
  }
  // The user data of everything that has come, each answered.
  std::vector<std::string> take(LocalLink& link, device::SmsReceipt answer = {}) {
    std::vector<std::string> out;
    while (true) {
      const auto sms = link.receive();
      if (!sms || !*sms) return out;
      out.push_back(to_hex((*sms)->message.user_data));
      EXPECT_TRUE(link.answer((*sms)->reference, answer));
    }
  }
};

Bytes numbered(int n) {
  return Bytes{0x02, 0x70, 0x00, static_cast<std::uint8_t>(n)};
}
}  // namespace

TEST(Smsc, CarriesToADeviceAndReports) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  const auto id = esme.submit(submit_sm({.receipts = smpp::registered::kFinal}));
  EXPECT_EQ(id, "0000000000000001");
  const auto sms = link->receive();
  ASSERT_TRUE(sms && *sms);
  // TS 23.040: SMS-DELIVER with TP-UDHI, from +12345, 7F F6, 2026-01-01 00:00:00 UTC.
  EXPECT_EQ(to_hex(*(*sms)->message.encode()), "4405912143F57FF662101000000000050270004142");
  EXPECT_TRUE(esme.delivered.empty());
  b.advance(2min);
  esme.run();
  ASSERT_TRUE(link->receive());
  // It was given up by then, and has come again.
  b.advance(1min);
  const auto again = link->receive();
  ASSERT_TRUE(again && *again);
  ASSERT_TRUE(link->answer((*again)->reference, {}));
  esme.run();
  const auto receipts = esme.receipts();
  ASSERT_EQ(receipts.size(), 1u);
  EXPECT_EQ(receipts[0].message_id, id);
  EXPECT_EQ(receipts[0].state, MessageState::kDelivered);
  EXPECT_EQ(b.centre.counters().stored, 0u);
}

TEST(Smsc, CarriesFromADeviceToTheAccountOfTheNumber) {
  Bench b;
  Esme esme(b.centre, b.clock), other(b.centre, b.clock, "other", "secret2");
  const auto link = b.device();
  etsi::SmsSubmit sms;
  sms.has_header = true;
  sms.destination = {0x91, "999123"};
  sms.protocol_identifier = 0x7F;
  sms.data_coding_scheme = 0xF6;
  sms.user_data = hex("0271004344");
  EXPECT_EQ(link->send({}, *sms.encode()).kind, device::SmsOutcome::Kind::kSent);
  esme.run();
  other.run();
  ASSERT_EQ(esme.delivered.size(), 1u);
  EXPECT_TRUE(other.delivered.empty());
  const auto* sm = esme.delivered[0].as<smpp::ShortMessage>();
  EXPECT_EQ(sm->source, (smpp::Address{1, 1, kDevice}));
  EXPECT_EQ(sm->destination, (smpp::Address{1, 1, "999123"}));
  EXPECT_EQ(sm->esm_class, smpp::esm::kUdhi);
  EXPECT_EQ(sm->protocol_id, 0x7F);
  EXPECT_EQ(sm->data_coding, 0xF6);
  EXPECT_EQ(to_hex(sm->short_message), "0271004344");
  // A number of nobody's, a TPDU that is none, the seven-bit alphabet (TS 24.011 section 8.2.5.4).
  sms.destination.digits = "888";
  EXPECT_EQ(link->send({}, *sms.encode()).cause, 1);
  EXPECT_EQ(link->send({}, hex("01")).cause, 95);
  EXPECT_EQ(link->send({}, hex("0100039121F300000141")).cause, 69);
}

TEST(Smsc, KeepsForWhoIsNotThere) {
  Bench b;
  Esme esme(b.centre, b.clock);
  EXPECT_EQ(esme.submit(submit_sm()), "0000000000000001");
  EXPECT_EQ(b.centre.counters().stored, 1u);
  const auto link = b.device();
  EXPECT_THAT(b.take(*link), ElementsAre("0270004142"));
  EXPECT_EQ(b.centre.counters().stored, 0u);
  // What a device had not answered when it went comes again.
  esme.submit(submit_sm());
  {
    const auto second = b.device("4917000002");
    esme.submit(submit_sm({.to = "4917000002"}));
    ASSERT_TRUE(*second->receive());
  }
  const auto second = b.device("4917000002");
  EXPECT_THAT(b.take(*second), ElementsAre("0270004142"));
}

TEST(Smsc, ANewDeviceTakesTheNumberOver) {
  Bench b;
  const auto old = b.device();
  const auto link = b.device();
  EXPECT_FALSE(old->receive());
  EXPECT_TRUE(link->receive());
  for (const char* wrong : {"", "12a", "123456789012345678901", kEsme})
    EXPECT_FALSE(LocalLink::attach(b.centre, b.clock, wrong)) << wrong;
}

TEST(Smsc, ValidityEndsInAReceipt) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto id =
      esme.submit(submit_sm({.receipts = smpp::registered::kOnFailure, .validity = "000000000030000R"}));
  b.advance(29s);
  esme.run();
  EXPECT_TRUE(esme.receipts().empty());
  b.advance(1s);
  esme.run();
  ASSERT_EQ(esme.receipts().size(), 1u);
  EXPECT_EQ(esme.receipts()[0].state, MessageState::kExpired);
  EXPECT_EQ(esme.receipts()[0].message_id, id);
  const auto link = b.device();
  EXPECT_TRUE(b.take(*link).empty());
  // Delivered in time: this registered_delivery asks for no receipt.
  esme.submit(submit_sm({.receipts = smpp::registered::kOnFailure}));
  b.take(*link);
  esme.run();
  EXPECT_EQ(esme.receipts().size(), 1u);
}

TEST(Smsc, DevicesMayRefuse) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  esme.submit(submit_sm({.receipts = smpp::registered::kFinal}));
  EXPECT_EQ(b.take(*link, {device::SmsReceipt::Kind::kNotNow, 0xD4, {}}).size(), 1u);
  EXPECT_TRUE(b.take(*link).empty());
  b.advance(1s);
  EXPECT_EQ(b.take(*link, {device::SmsReceipt::Kind::kNever, 0xD5, {}}).size(), 1u);
  b.advance(1h);
  EXPECT_TRUE(b.take(*link).empty());
  esme.run();
  ASSERT_EQ(esme.receipts().size(), 1u);
  EXPECT_EQ(esme.receipts()[0].state, MessageState::kUndeliverable);
  EXPECT_EQ(esme.receipts()[0].network_error, 0xD5);
}

TEST(Smsc, ChecksWhoBinds) {
  Bench b;
  EXPECT_EQ(Esme(b.centre, b.clock, "nobody").refused, CommandStatus::kInvalidSystemId);
  EXPECT_EQ(Esme(b.centre, b.clock, "smsr", "wrong").refused, CommandStatus::kInvalidPassword);
  EXPECT_FALSE(Esme(b.centre, b.clock).refused);
}

TEST(Smsc, RefusesWhatItCannotCarry) {
  Bench b;
  Esme esme(b.centre, b.clock);
  EXPECT_EQ(esme.submit(submit_sm({.to = "abc"})), "ESME_RINVDSTADR");
  EXPECT_EQ(esme.submit(submit_sm({.validity = "nonsense"})), "ESME_RINVEXPIRY");
  EXPECT_EQ(esme.submit(submit_sm({.validity = "250101000000000+"})), "ESME_RINVEXPIRY");
  EXPECT_EQ(esme.submit(submit_sm({.data = Bytes(141, 1)})), "ESME_RINVMSGLEN") << "with a header already";
  Submission half;
  half.tlvs = {{smpp::tag::kSarReference, hex("0001")}};
  EXPECT_EQ(esme.submit(submit_sm(half)), "ESME_RMISSINGOPTPARAM");
  half.tlvs = {{smpp::tag::kSarReference, hex("0001")},
               {smpp::tag::kSarTotal, hex("02")},
               {smpp::tag::kSarSequence, hex("03")}};
  EXPECT_EQ(esme.submit(submit_sm(half)), "ESME_RINVOPTPARAMVAL");
  Bench full([] {
    auto c = config_of();
    c.max_messages = 1;
    c.session.throttle_tries = 1;
    return c;
  }());
  Esme second(full.centre, full.clock);
  EXPECT_EQ(second.submit(submit_sm()), "0000000000000001");
  EXPECT_EQ(second.submit(submit_sm()), "no answer") << "ESME_RMSGQFUL: the session tries again";
}

TEST(Smsc, LongMessagesAndSegments) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  Submission s{.data = Bytes(300, 0x5A), .receipts = smpp::registered::kFinal, .esm_class = 0};
  esme.submit(submit_sm(s));
  const auto parts = b.take(*link);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].substr(0, 6), "050003");
  EXPECT_EQ(parts[2].substr(8, 4), "0303");
  esme.run();
  EXPECT_EQ(esme.receipts().size(), 1u);
  // SMPP v3.4 sections 5.3.2.22 to 24; TS 23.040 section 9.2.3.24.8.
  s = {};
  s.tlvs = {{smpp::tag::kSarReference, hex("0102")},
            {smpp::tag::kSarTotal, hex("02")},
            {smpp::tag::kSarSequence, hex("01")}};
  esme.submit(submit_sm(s));
  EXPECT_THAT(b.take(*link), ElementsAre("0870000804010202014142"));
}

TEST(Smsc, QueriesAndCancels) {
  Bench b;
  Esme esme(b.centre, b.clock), other(b.centre, b.clock, "other", "secret2");
  const auto id = esme.submit(submit_sm());
  const auto ask = [&](Esme& e, smpp::Body body, CommandId command) {
    e.submit({command, CommandStatus::kOk, 0, std::move(body), {}});
    return e.answers.back();
  };
  const auto state = [&] {
    const auto a = ask(esme, smpp::QuerySm{id, {}}, CommandId::kQuerySm);
    return MessageState{a.as<smpp::QuerySmResp>()->message_state};
  };
  EXPECT_EQ(state(), MessageState::kEnroute);
  EXPECT_EQ(ask(other, smpp::QuerySm{id, {}}, CommandId::kQuerySm).status, CommandStatus::kQueryFailed);
  EXPECT_EQ(ask(other, smpp::CancelSm{"", id, {}, {}}, CommandId::kCancelSm).status,
            CommandStatus::kCancelFailed);
  EXPECT_EQ(ask(esme, smpp::CancelSm{"", id, {}, {}}, CommandId::kCancelSm).status, CommandStatus::kOk);
  EXPECT_EQ(state(), MessageState::kDeleted);
  EXPECT_EQ(ask(esme, smpp::CancelSm{"", id, {}, {}}, CommandId::kCancelSm).status,
            CommandStatus::kCancelFailed);
}

TEST(Smsc, DeliversAgainToAnEsmeThatHasNoRoom) {
  Bench b;
  Esme esme(b.centre, b.clock), sender(b.centre, b.clock, "other", "secret2");
  esme.answer = CommandStatus::kTemporaryAppError;
  sender.submit(submit_sm({.to = kEsme}));
  esme.run();
  EXPECT_EQ(esme.delivered.size(), 1u);
  esme.answer = CommandStatus::kOk;
  b.advance(1s);
  esme.run();
  EXPECT_EQ(esme.delivered.size(), 2u);
  EXPECT_EQ(b.centre.counters().stored, 0u);
  // Its session goes while one is under way: the next session gets it.
  sender.submit(submit_sm({.to = kEsme}));
  b.centre.esme_gone(esme.number, b.clock.now());
  Esme again(b.centre, b.clock);
  b.advance(2s);
  again.run();
  EXPECT_EQ(again.delivered.size(), 1u);
}

// ---- Faults

TEST(SmscFaults, HoldsAndReleases) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  ASSERT_TRUE(b.centre.command("hold mt", b.clock.now()));
  esme.submit(submit_sm());
  b.advance(1h);
  EXPECT_TRUE(b.take(*link).empty());
  ASSERT_TRUE(b.centre.command("release", b.clock.now()));
  EXPECT_EQ(b.take(*link).size(), 1u);
}

TEST(SmscFaults, DelaysReordersDuplicatesLoses) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  const auto now = [&] { return b.clock.now(); };
  ASSERT_TRUE(b.centre.command("delay mt 500", now()));
  esme.submit(submit_sm());
  b.advance(499ms);
  EXPECT_TRUE(b.take(*link).empty());
  b.advance(1ms);
  EXPECT_EQ(b.take(*link).size(), 1u);

  ASSERT_TRUE(b.centre.command("clear", now()));
  ASSERT_TRUE(b.centre.command("reorder mt next 1", now()));
  esme.submit(submit_sm({.data = numbered(1)}));
  esme.submit(submit_sm({.data = numbered(2)}));
  b.advance(500ms);
  auto got = b.take(*link);
  b.advance(500ms);
  for (auto& s : b.take(*link)) got.push_back(s);
  EXPECT_THAT(got, ElementsAre("02700002", "02700001"));

  ASSERT_TRUE(b.centre.command("duplicate mt next 1", now()));
  esme.submit(submit_sm({.data = numbered(3), .receipts = smpp::registered::kFinal}));
  EXPECT_THAT(b.take(*link), ElementsAre("02700003", "02700003"));
  esme.run();
  EXPECT_EQ(esme.receipts().size(), 1u) << "one receipt for both";

  ASSERT_TRUE(b.centre.command("lose mt next 1", now()));
  EXPECT_EQ(esme.submit(submit_sm()).size(), 16u) << "taken";
  EXPECT_TRUE(b.take(*link).empty());
  EXPECT_EQ(b.centre.counters().lost, 1u);
  esme.submit(submit_sm());
  EXPECT_EQ(b.take(*link).size(), 1u) << "and only that one";
}

TEST(SmscFaults, RefusesThrottlesAndKeepsSilent) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  ASSERT_TRUE(b.centre.command("refuse mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "ESME_RSUBMITFAIL");
  ASSERT_TRUE(b.centre.command("throttle mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "no answer");
  b.advance(500ms);
  esme.run();
  EXPECT_EQ(b.take(*link).size(), 1u) << "the session waited and sent it again";
  ASSERT_TRUE(b.centre.command("mute mt next 1", b.clock.now()));
  EXPECT_EQ(esme.submit(submit_sm()), "no answer");
  EXPECT_EQ(b.take(*link).size(), 1u) << "it was taken all the same";
  b.advance(10s);
  esme.run();
  EXPECT_EQ(esme.lost, 1);
  ASSERT_TRUE(b.centre.command("refuse mo 100%", b.clock.now()));
  etsi::SmsSubmit sms;
  sms.destination = {0x91, kEsme};
  sms.data_coding_scheme = 0xF6;
  EXPECT_EQ(link->send({}, *sms.encode()).cause, 21);
  // A lost receipt is not missed by anybody but the ESME.
  ASSERT_TRUE(b.centre.command("clear", b.clock.now()));
  ASSERT_TRUE(b.centre.command("lose receipts 100%", b.clock.now()));
  esme.submit(submit_sm({.receipts = smpp::registered::kFinal}));
  EXPECT_EQ(b.take(*link).size(), 1u);
  b.advance(1min);
  esme.run();
  EXPECT_TRUE(esme.receipts().empty());
}

TEST(SmscFaults, UnderstandsRulesAndNothingElse) {
  Faults faults(1);
  for (const char* rule : {"lose mt 10%", "lose 0%", "duplicate mo next 3", "delay receipts 200-900",
                           "delay 5", "hold", "release mo", "clear", "  mute\t100% "})
    EXPECT_TRUE(faults.command(rule)) << rule;
  EXPECT_EQ(faults.rules(Flow::kReceipt).mute.percent, 100u);
  for (const char* rule : {"", "lose", "lose 101%", "lose mt", "lose mt 10", "steal 10%", "delay 9-1",
                           "delay 1-", "hold 5", "hold up", "lose next", "lose next -1", "delay 99999999999"})
    EXPECT_FALSE(faults.command(rule)) << rule;
  EXPECT_EQ(faults.rules(Flow::kReceipt).mute.percent, 100u) << "a wrong rule changes nothing";
}

TEST(SmscFaults, AreTheSameWithTheSameSeed) {
  const auto run = [](std::uint64_t seed) {
    Bench b(config_of(seed));
    Esme esme(b.centre, b.clock);
    const auto link = b.device();
    for (const char* rule : {"lose mt 20%", "duplicate mt 20%", "reorder mt 30%", "delay mt 0-2000"})
      EXPECT_TRUE(b.centre.command(rule, b.clock.now()));
    std::vector<std::string> got;
    for (int i = 0; i < 60; ++i) {
      esme.submit(submit_sm({.data = numbered(i)}));
      b.advance(Duration(100));
      for (auto& s : b.take(*link)) got.push_back(s);
    }
    b.advance(10s);
    for (auto& s : b.take(*link)) got.push_back(s);
    const auto c = b.centre.counters();
    EXPECT_EQ(c.stored, 0u);
    EXPECT_EQ(c.submitted, 60u);
    EXPECT_GT(c.lost, 0u);
    EXPECT_GE(got.size(), 60u - c.lost);
    return got;
  };
  EXPECT_EQ(run(7), run(7));
  EXPECT_NE(run(7), run(8));
}

}  // namespace eider::smsc
