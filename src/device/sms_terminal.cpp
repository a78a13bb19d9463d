#include "device/sms_terminal.hpp"

#include "codec/apdu.hpp"
#include "codec/comprehension_tlv.hpp"
#include "codec/tlv.hpp"

namespace eider {
namespace {
constexpr std::uint8_t kSendShortMessage = 0x13, kPerformed = 0x00, kBeyondCapabilities = 0x30;
constexpr int kMaxCommands = 300;  // of one proactive session: no card needs as many
}  // namespace

Status SmsTerminal::introduce() {
  // TS 31.111 section 5.2: profile download, SMS-PP data download; in the fourth octet SEND SHORT MESSAGE.
  const CommandApdu profile{0x80, 0x10, 0x00, 0x00, {0x03, 0x00, 0x00, 0x02}, {}};
  EIDER_TRY(answer, transmit(profile.encode()));
  if (answer.sw != 0x9000 && answer.sw >> 8 != 0x91) return fail(StatusWord{answer.sw});
  return {};
}

Result<SmsTerminal::Answer> SmsTerminal::transmit(ByteView command) {
  EIDER_TRY(octets, card_.transmit(command));
  EIDER_TRY(response, parse_response(octets));
  Answer out{std::move(response.data), response.sw};
  // A card that never comes to an end is not followed.
  for (int i = 0; i < 256 && (out.sw >> 8 == 0x61 || out.sw >> 8 == 0x9F); ++i) {
    const Bytes more = {0x00, 0xC0, 0x00, 0x00, static_cast<std::uint8_t>(out.sw)};
    EIDER_TRY(rest, card_.transmit(more));
    EIDER_TRY(part, parse_response(rest));
    append(out.data, part.data);
    out.sw = part.sw;
  }
  return out;
}

Result<SmsTerminal::Delivery> SmsTerminal::deliver(const etsi::SmsDeliver& message) {
  EIDER_TRY(tpdu, message.encode());
  // Device identities: network to UICC.
  Bytes content = {0x82, 0x02, 0x83, 0x81};
  append_tlv(content, 0x8B, tpdu);
  const CommandApdu envelope{0x80, 0xC2, 0x00, 0x00, make_tlv(0xD1, content), {}};
  EIDER_TRY(answer, transmit(envelope.encode()));
  Delivery out{answer.sw, std::move(answer.data), {}};
  EIDER_CHECK(proactive_session(out));
  return out;
}

Status SmsTerminal::proactive_session(Delivery& delivery) {
  auto sw = delivery.sw;
  for (int i = 0; i < kMaxCommands && sw >> 8 == 0x91; ++i) {
    const Bytes fetch = {0x80, 0x12, 0x00, 0x00, static_cast<std::uint8_t>(sw)};
    EIDER_TRY(command, transmit(fetch));
    if (command.sw != 0x9000) return fail(StatusWord{command.sw});
    Bytes details;
    EIDER_TRY(result, carry_out(command.data, delivery, details));
    Bytes response = concat({details, Bytes{0x82, 0x02, 0x82, 0x81, 0x83, 0x01, result}});
    EIDER_TRY(done, transmit(CommandApdu{0x80, 0x14, 0x00, 0x00, std::move(response), {}}.encode()));
    sw = done.sw;
  }
  return {};
}

Result<std::uint8_t> SmsTerminal::carry_out(ByteView command, Delivery& delivery, Bytes& details) const {
  const auto d0 = read_single_tlv(command, false);
  const auto members = d0 && d0->tag == 0xD0 ? read_comprehension_tlvs(d0->value) : std::nullopt;
  const auto* number = members ? find_comprehension_tlv(*members, 0x01) : nullptr;
  if (!number || number->value.size() != 3)
    return fail(DecodeFault{"proactive command", 0, "there are no command details"});
  details = make_tlv(0x81, number->value);
  const auto* tpdu = find_comprehension_tlv(*members, 0x0B);
  if (number->value[1] != kSendShortMessage || !tpdu) return kBeyondCapabilities;
  EIDER_TRY(message, etsi::SmsSubmit::decode(tpdu->value));
  delivery.sent.push_back(std::move(message));
  return kPerformed;
}

}  // namespace eider
