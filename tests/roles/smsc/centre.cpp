// The service centre between an ESME and devices.
#include <gmock/gmock.h>

#include "roles/smsc/bench.hpp"

namespace eider::smsc {
namespace {
using namespace test;
using testing::ElementsAre;
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

TEST(Smsc, TakesDataSm) {
  Bench b;
  Esme esme(b.centre, b.clock);
  const auto link = b.device();
  smpp::DataSm data;
  data.source = {1, 1, kEsme};
  data.destination = {1, 1, kDevice};
  data.data_coding = 0x04;
  smpp::Pdu pdu{CommandId::kDataSm, CommandStatus::kOk, 0, data, {}};
  pdu.add(smpp::tag::kMessagePayload, hex("0102"));
  EXPECT_EQ(esme.submit(pdu), "0000000000000001");
  EXPECT_THAT(b.take(*link), ElementsAre("0102"));
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

}  // namespace eider::smsc
