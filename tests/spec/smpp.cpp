// SMPP v3.4 PDUs. Octets marked "cloudhopper" are those of the decoder tests of Twitter's cloudhopper-smpp
// 5.0 (captures of several SMSCs), "issue 1.2" the example of section 3.2.3 of the specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/random.hpp"
#include "spec/smpp/pdu.hpp"
#include "spec/smpp/receipt.hpp"

namespace eider::smpp {
namespace {
using namespace std::chrono_literals;
using C = CommandId;
using S = CommandStatus;

Pdu decoded(std::string_view octets) {
  auto out = decode_pdu(hex(octets));
  EXPECT_TRUE(out) << octets << ": " << (out ? "" : Fault(out.error().fault).message());
  return out ? *out : Pdu{};
}

struct Known {
  const char* octets;
  C command;
};
constexpr Known kKnown[] = {
    // issue 1.2
    {"0000002F000000020000000000000001534D50503354455354007365637265743038005355424D4954310034010100",
     C::kBindTransmitter},
    // cloudhopper
    {"00000023000000090000000000039951414C4C5F545700414C4C5F5457000034010200", C::kBindTransceiver},
    {"00000025000000010000000000039961747769747465720074776974746572000034000000", C::kBindReceiver},
    {"0000001D800000090000000000039943536D7363204757000210000134", C::kBindTransceiverResp},
    {"00000015800000090000000E00004DB3534D534300", C::kBindTransceiverResp},
    {"00000039000000040000000000004FE800010134303430340001013434393531333631393230000000000000010000000840242"
     "32125"
     "262F3A",
     C::kSubmitSm},
    {"0000001C80000004000000000A342EE1393432353834333135393400", C::kSubmitSmResp},
    {"0000004000000005000000000000000300020138373635343332310004093430343034000000000000000000000840242321252"
     "62F3A"
     "000E0001010006000101",
     C::kDeliverSm},
    {"000000BA00000005000000000000000200010134343935313336313932300001013430343034000400000000000000006E69643"
     "A3030"
     "3539313133393738207375623A30303120646C7672643A303031207375626D697420646174653A3130303231303137333020646"
     "F6E65"
     "20646174653A3130303231303137333120737461743A44454C49565244206572723A30303020746578743A4024232125262F3A0"
     "00E00"
     "01010006000101001E000833383630316661000427000102",
     C::kDeliverSm},
    {"000000640000000500000000000547EB0002013434393531333631393200040934303430340000000000000000000000000E000"
     "10100"
     "0600010104240026404D616964656E6D616E363634207761732069742073617070793F2026526F6D616E7469633F",
     C::kDeliverSm},
    {"0000001C800000050000000000116AC7393432353834333135393400", C::kDeliverSmResp},
    {"0000001C800001030000000000116AC7393432353834333135393400", C::kDataSmResp},
    {"0000001000000015000000000A342EE7", C::kEnquireLink},
    {"0000001080000015000000000A342EED", C::kEnquireLinkResp},
    {"00000010000000060000000000000001", C::kUnbind},
    {"00000010800000060000000000000001", C::kUnbindResp},
    {"00000010800000000000000100082A77", C::kGenericNack},
};
}  // namespace

TEST(SmppPdu, KnownAnswersBothWays) {
  for (const auto& k : kKnown) {
    const auto pdu = decoded(k.octets);
    EXPECT_EQ(pdu.command, k.command);
    const auto again = pdu.encode();
    ASSERT_TRUE(again) << k.octets;
    EXPECT_EQ(to_hex(*again), k.octets);
  }
}

TEST(SmppPdu, FieldsOfABind) {
  const auto pdu = decoded(kKnown[0].octets);
  EXPECT_EQ(pdu.sequence, 1u);
  const auto* bind = pdu.as<Bind>();
  ASSERT_TRUE(bind);
  EXPECT_EQ(bind->system_id, "SMPP3TEST");
  EXPECT_EQ(as_text(bind->password.view()), "secret08");
  EXPECT_EQ(bind->system_type, "SUBMIT1");
  EXPECT_EQ(bind->interface_version, kVersion34);
  EXPECT_EQ(bind->address_range, (Address{1, 1, ""}));
  EXPECT_EQ(decoded(kKnown[3].octets).number(tag::kScInterfaceVersion), 0x34u);
}

TEST(SmppPdu, FieldsOfMessages) {
  const auto submit = decoded(kKnown[5].octets);
  const auto* sm = submit.as<ShortMessage>();
  ASSERT_TRUE(sm);
  EXPECT_EQ(sm->source, (Address{1, 1, "40404"}));
  EXPECT_EQ(sm->destination, (Address{1, 1, "44951361920"}));
  EXPECT_EQ(sm->registered_delivery, 1);
  EXPECT_EQ(to_hex(message_octets(submit)), "4024232125262F3A");
  const auto payload = decoded(kKnown[9].octets);
  EXPECT_TRUE(payload.as<ShortMessage>()->short_message.empty());
  EXPECT_EQ(as_text(message_octets(payload)), "@Maidenman664 was it sappy? &Romantic?");
}

TEST(SmppPdu, ResponsesWithoutABody) {
  // cloudhopper; a message_id that is missing without an error is refused where it is used.
  EXPECT_TRUE(decode_pdu(hex("00000010800000050000000000116AC7")));
  EXPECT_TRUE(decode_pdu(hex("0000001080000004000000580A342EE1")));
  EXPECT_FALSE(decode_pdu(hex("0000001080000004000000000A342EE1")));
  const auto nothing = response(decoded(kKnown[5].octets), S::kThrottled);
  EXPECT_EQ(to_hex(*nothing.encode()), "00000010800000040000005800004FE8");
  EXPECT_EQ(to_hex(*response(decoded(kKnown[5].octets), S::kOk, "7").encode()),
            "00000012800000040000000000004FE83700");
}

TEST(SmppPdu, UnknownParametersAreKept) {
  auto p = decoded(kKnown[6].octets);
  p.add(0x1400, hex("0102"));
  const auto again = decode_pdu(*p.encode());
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->find(0x1400));
  EXPECT_EQ(again->number(0x1400), 0x0102u);
}

namespace {
struct Wrong {
  const char* octets;
  C answer;
  S status;
  const char* path;
  std::size_t offset;
};
constexpr Wrong kWrong[] = {
    // Lengths.
    {"0000000F0000001500000000000000", C::kGenericNack, S::kInvalidCommandLength, "PDU.command_length", 0},
    {"F000001100000110000000000A342EE7", C::kGenericNack, S::kInvalidCommandLength, "PDU.command_length", 0},
    {"0000001100000015000000000A342EE7", C::kGenericNack, S::kInvalidCommandLength, "PDU.command_length", 0},
    // cloudhopper: command_id 00000110.
    {"0000001000000110000000000A342EE7", C::kGenericNack, S::kInvalidCommandId, "PDU.command_id", 4},
    {"0000001000000021000000000A342EE7", C::kGenericNack, S::kInvalidCommandId, "submit_multi.command_id", 4},
    // cloudhopper: no 00 behind the message_id.
    {"0000001180000004000000000A342EE139", C::kGenericNack, S::kInvalidCommandLength,
     "submit_sm_resp.message_id", 16},
    // A system_id of 16 characters, a password of 9.
    {"0000002F000000020000000000000001414141414141414141414141414141410073656372657430380000340000"
     "00",
     C::kBindTransmitterResp, S::kInvalidSystemId, "bind_transmitter.system_id", 16},
    {"00000022000000090000000000000001410041414141414141414100003400000000", C::kBindTransceiverResp,
     S::kInvalidPassword, "bind_transceiver.password", 18},
    // sm_length says one more octet than there are.
    {"0000003A000000040000000000004FE800010134303430340001013434393531333631393230000000000000010000000A40242"
     "32125"
     "262F3A00",
     C::kSubmitSmResp, S::kInvalidCommandLength, "submit_sm.short_message", 49},
    // receipted_message_id without its 00; with one inside; message_state of two octets.
    {"00000018800000000000000100082A77001E0004"
     "31323334",
     C::kGenericNack, S::kInvalidParameterLength, "generic_nack.receipted_message_id", 16},
    {"00000018800000000000000100082A77001E0004"
     "31003300",
     C::kGenericNack, S::kInvalidParameterLength, "generic_nack.receipted_message_id", 16},
    {"00000016000000060000000000000001042700020102", C::kUnbindResp, S::kInvalidParameterLength,
     "unbind.message_state", 16},
    // A parameter that is longer than the PDU; half a header; one that comes twice.
    {"00000015000000060000000000000001042700020"
     "1",
     C::kUnbindResp, S::kInvalidOptionalStream, "unbind.message_state", 16},
    {"00000013000000060000000000000001042700", C::kUnbindResp, S::kInvalidOptionalStream,
     "unbind.optional parameters", 16},
    {"0000001A0000000600000000000000010427000101042700010"
     "1",
     C::kUnbindResp, S::kInvalidOptionalStream, "unbind.message_state", 21},
    // short_message and message_payload.
    {"0000003E000000040000000000004FE800010134303430340001013434393531333631393230000000000000010000000840242"
     "32125"
     "262F3A0424000141",
     C::kSubmitSmResp, S::kInvalidMessageLength, "submit_sm.message_payload", 62},
};
}  // namespace

TEST(SmppPdu, RefusesPrecisely) {
  for (const auto& w : kWrong) {
    const auto pdu = decode_pdu(hex(w.octets));
    ASSERT_FALSE(pdu) << w.octets;
    EXPECT_EQ(pdu.error().command, w.answer) << w.octets;
    EXPECT_EQ(pdu.error().status, w.status) << w.octets;
    EXPECT_EQ(pdu.error().fault.path, w.path) << w.octets;
    EXPECT_EQ(pdu.error().fault.offset, w.offset) << w.octets;
  }
}

TEST(SmppPdu, RefusesToWriteWhatCannotBeRead) {
  Pdu p{C::kSubmitSm, S::kOk, 1, ShortMessage{}, {}};
  auto& sm = std::get<ShortMessage>(p.body);
  sm.short_message = Bytes(255, 0x41);
  EXPECT_FALSE(p.encode());
  sm.short_message = Bytes(254, 0x41);
  EXPECT_TRUE(p.encode());
  p.add(tag::kMessagePayload, hex("41"));
  EXPECT_FALSE(p.encode());
  p.tlvs.clear();
  sm.source.digits = std::string(21, '1');
  EXPECT_FALSE(p.encode());
  sm.source.digits = std::string("1\0", 2);
  EXPECT_FALSE(p.encode());
  p.body = BindResp{};
  EXPECT_FALSE(p.encode());
  EXPECT_FALSE((Pdu{C::kSubmitMulti, S::kOk, 1, NoBody{}, {}}).encode());
}

TEST(SmppPdu, LengthComesFirst) {
  const auto whole = hex(kKnown[0].octets);
  for (std::size_t n = 0; n < 4; ++n) EXPECT_EQ(pdu_length(ByteView(whole).first(n)).value(), std::nullopt);
  EXPECT_EQ(pdu_length(whole).value(), whole.size());
  EXPECT_FALSE(pdu_length(hex("00020000")));
}

// Every octet of every known PDU changed: what is read is written again as it was.
TEST(SmppPdu, MutationsAreReadOrRefused) {
  SeededRandom random(20);
  for (const auto& k : kKnown) {
    const auto original = hex(k.octets);
    for (std::size_t at = 4; at < original.size(); ++at)
      for (int i = 0; i < 8; ++i) {
        auto octets = original;
        octets[at] = static_cast<std::uint8_t>(random.next());
        const auto pdu = decode_pdu(octets);
        if (!pdu) continue;
        const auto again = pdu->encode();
        ASSERT_TRUE(again) << to_hex(octets) << ": " << again.error().message();
        EXPECT_EQ(to_hex(*again), to_hex(octets));
      }
    for (std::size_t n = 0; n < original.size(); ++n) EXPECT_FALSE(decode_pdu(ByteView(original).first(n)));
  }
}

// Names and values as SMPP v3.4 has them, read off the definitions of node-smpp 0.5.1 and naz 0.8.1 as well.
TEST(SmppTables, NamesAndNumbers) {
  EXPECT_EQ(command_name(C::kAlertNotification), "alert_notification");
  EXPECT_EQ(command_name(CommandId{0x7}), "replace_sm");
  EXPECT_EQ(command_name(CommandId{0x99}), "");
  EXPECT_EQ(status_name(S::kThrottled), "ESME_RTHROTTLED");
  EXPECT_EQ(status_name(CommandStatus{0x400}), "reserved");
  EXPECT_EQ(command_statuses().size(), 48u);
  EXPECT_EQ(optional_parameters().size(), 44u);
  std::set<std::uint32_t> values;
  for (const auto& row : command_statuses()) {
    EXPECT_TRUE(values.insert(row.value).second) << row.name;
    EXPECT_FALSE(row.meaning.empty());
  }
  std::set<std::uint16_t> tags;
  for (const auto& row : optional_parameters()) {
    EXPECT_TRUE(tags.insert(row.tag).second) << row.name;
    EXPECT_LE(row.min, row.max);
  }
  EXPECT_EQ(find_tlv(0x0427)->name, "message_state");
  EXPECT_EQ(find_tlv(0x0423)->max, 3u);
  EXPECT_EQ(state_text(MessageState::kUndeliverable), "UNDELIV");
}

TEST(SmppReceipt, IsReadFromACapture) {
  const auto receipt = Receipt::read(decoded(kKnown[8].octets));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->message_id, "38601fa") << "the parameter, not the text";
  EXPECT_EQ(receipt->state, MessageState::kDelivered);
  EXPECT_EQ(format_time(receipt->submitted), "2010-02-10T17:30:00Z");
  EXPECT_EQ(format_time(receipt->done), "2010-02-10T17:31:00Z");
  auto text_only = decoded(kKnown[8].octets);
  text_only.tlvs.clear();
  EXPECT_EQ(Receipt::read(text_only)->message_id, "0059113978");
  EXPECT_FALSE(Receipt::read(decoded(kKnown[7].octets)));
}

TEST(SmppReceipt, BothWays) {
  const Time time = *eider::parse_time("2026-03-04T05:06:00Z");
  Pdu pdu{C::kDeliverSm, S::kOk, 1, ShortMessage{}, {}};
  Receipt{"000000000000002A", MessageState::kUndeliverable, time, time + 2min, 0x0145}.write(pdu);
  EXPECT_EQ(as_text(message_octets(pdu)),
            "id:000000000000002A sub:001 dlvrd:000 submit date:2603040506 done date:2603040508 stat:UNDELIV "
            "err:325 text:");
  const auto again = Receipt::read(decoded(to_hex(*pdu.encode())));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->message_id, "000000000000002A");
  EXPECT_EQ(again->state, MessageState::kUndeliverable);
  EXPECT_EQ(again->submitted, time);
  EXPECT_EQ(again->done, time + 2min);
  EXPECT_EQ(again->network_error, 0x0145);
}

TEST(SmppTime, AbsoluteAndRelative) {
  const Time now = *eider::parse_time("2026-01-31T12:00:00Z");
  EXPECT_EQ(parse_time("", now).value(), std::nullopt);
  // Section 7.1.1: three quarters of a day ahead; the same moment in UTC.
  EXPECT_EQ(format_time(**parse_time("260304050607008+", now)), "2026-03-04T03:06:07Z");
  EXPECT_EQ(format_time(**parse_time("260304050607004-", now)), "2026-03-04T06:06:07Z");
  EXPECT_EQ(**parse_time("000001000000000R", now), now + 24h);
  EXPECT_EQ(**parse_time("000000000130000R", now), now + 90s);
  EXPECT_EQ(format_absolute(now + 1500ms), "260131120001500+");
  EXPECT_EQ(**parse_time(format_absolute(now), now), now);
  EXPECT_EQ(format_relative(26h + 1ms), "000001020001000R");
  for (const Duration d : {Duration(0), Duration(90s), Duration(99 * 24h)})
    EXPECT_EQ(**parse_time(format_relative(d), now), now + d);
  for (const char* wrong : {"1", "260304050607008", "260304050607049+", "261304050607000+",
                            "260304250607000+", "26030405060700 +", "00000100000000xR", "260304050607000?"})
    EXPECT_FALSE(parse_time(wrong, now)) << wrong;
}

}  // namespace eider::smpp
