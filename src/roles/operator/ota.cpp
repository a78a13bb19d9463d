#include "roles/operator/ota.hpp"

#include "channel/sms.hpp"

namespace eider::mno {
namespace {
namespace scp80 = channel::scp80;
using Check = VerificationFault::Check;

}  // namespace

Result<std::uint64_t> MemoryOtaCounters::next(const std::string& key_set, std::uint64_t lowest) {
  auto& last = last_[key_set];
  if (std::max(last + 1, lowest) > etsi::kCounterMax) return fail_local("the counter is used up");
  return last = std::max(last + 1, lowest);
}

std::uint64_t MemoryOtaCounters::last(const std::string& key_set) const {
  const auto found = last_.find(key_set);
  return found == last_.end() ? 0 : found->second;
}

std::optional<Bytes> response_packet(const std::vector<etsi::InformationElement>& elements, Bytes payload) {
  const bool here =
      std::ranges::any_of(elements, [](const auto& e) { return e.identifier == etsi::kIeiResponsePacket; });
  return here ? std::optional(std::move(payload)) : std::nullopt;
}

Result<OtaPath::Arrived> TerminalPath::carry(const std::vector<Bytes>& user_data,
                                             const etsi::SmsAddress& sender, OtaOutcome& outcome) {
  Arrived out;
  channel::SmsReassembler answers;
  for (const auto& part : user_data) {
    etsi::SmsDeliver message;
    message.has_header = true;
    message.originator = sender;
    message.protocol_identifier = etsi::kPidDataDownload;
    message.data_coding_scheme = etsi::kDcsClass2;
    message.user_data = part;
    EIDER_TRY(delivery, terminal_.deliver(message));
    ++outcome.messages;
    outcome.sw = delivery.sw;
    if (delivery.sw != 0x9000 && delivery.sw >> 8 != 0x91) return fail(StatusWord{delivery.sw});
    if (!delivery.report.empty()) {
      EIDER_TRY(data, etsi::UserData::decode(delivery.report));
      out.report = response_packet(data.elements, std::move(data.payload));
    }
    for (const auto& sms : delivery.sent) {
      if (!sms.has_header || sms.destination != sender) continue;
      EIDER_TRY(whole, answers.add(sms.destination, sms.user_data));
      if (whole) out.submit = response_packet(whole->elements, std::move(whole->payload));
    }
  }
  return out;
}

Result<scp80::OpenedResponse> OtaServer::open(ByteView packet, const scp80::CommandPacket& command) const {
  EIDER_TRY(out, scp80::open_response(packet, scp80::ResponseProtection::of(command), settings_.keys,
                                      settings_.policy));
  if (out.packet.tar != command.tar)
    return fail_verification(Check::kBinding, "the response is from another application");
  if (out.protected_as_asked && out.packet.counter != command.counter)
    return fail_verification(Check::kBinding, "the response is to another message");
  return out;
}

Result<OtaOutcome> OtaServer::send(const OtaMessage& message) {
  OtaOutcome out;
  if (message.spi.counter != etsi::CounterMode::kNone) {
    EIDER_TRY(counter, counters_.next(settings_.key_set_name, message.lowest_counter));
    out.counter = counter;
  }
  const scp80::CommandPacket command{
      message.spi,   settings_.keys.kic_use(), settings_.keys.kid_use(), message.tar, out.counter,
      message.script};
  EIDER_TRY(packet, scp80::seal_command(command, settings_.keys, settings_.policy));
  out.packet = std::move(packet);
  EIDER_TRY(parts, channel::segment_packet(out.packet, etsi::kIeiCommandPacket,
                                           static_cast<std::uint8_t>(out.counter)));
  EIDER_TRY(arrived, path_.carry(parts, settings_.sender, out));
  auto answer = std::move(arrived.report);
  if (answer) {
    EIDER_TRY(report, open(*answer, command));
    if (report.packet.status != etsi::ResponseStatus::kActualResponseBySubmit) arrived.submit.reset();
    out.response = std::move(report);
  }
  if (arrived.submit) {
    EIDER_TRY(submitted, open(*arrived.submit, command));
    out.response = std::move(submitted);
    out.by_submit = true;
  }
  if (out.response && out.response->packet.status == etsi::ResponseStatus::kOk &&
      !out.response->packet.data.empty()) {
    EIDER_TRY(script,
              etsi::ScriptResponse::decode(out.response->packet.data, etsi::script_format(message.script)));
    out.script = std::move(script);
  }
  return out;
}

namespace {
Bytes select(ByteView path) {
  return CommandApdu{0x00, 0xA4, 0x08, 0x0C, to_bytes(path), {}}.encode();
}
std::uint8_t high(std::uint16_t n) {
  return static_cast<std::uint8_t>(n >> 8);
}
std::uint8_t low(std::uint16_t n) {
  return static_cast<std::uint8_t>(n);
}
// Le 00 stands for 256.
std::uint32_t le(std::uint8_t length) {
  return length == 0 ? 256u : length;
}
}  // namespace

std::vector<Bytes> read_binary_script(ByteView path, std::uint16_t offset, std::uint8_t length) {
  return {select(path), CommandApdu{0x00, 0xB0, high(offset), low(offset), {}, le(length)}.encode()};
}
std::vector<Bytes> update_binary_script(ByteView path, std::uint16_t offset, ByteView data) {
  return {select(path), CommandApdu{0x00, 0xD6, high(offset), low(offset), to_bytes(data), {}}.encode()};
}
std::vector<Bytes> read_record_script(ByteView path, std::uint8_t record, std::uint8_t length) {
  return {select(path), CommandApdu{0x00, 0xB2, record, 0x04, {}, le(length)}.encode()};
}
std::vector<Bytes> update_record_script(ByteView path, std::uint8_t record, ByteView data) {
  return {select(path), CommandApdu{0x00, 0xDC, record, 0x04, to_bytes(data), {}}.encode()};
}

}  // namespace eider::mno
