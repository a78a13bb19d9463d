#include "device/uicc_client.hpp"

namespace eider {
namespace {
constexpr std::size_t kChunk = 255;  // octets of content in one short APDU
constexpr int kMaxParts = 512;       // of one answer

std::uint8_t high(std::size_t n) {
  return static_cast<std::uint8_t>(n >> 8);
}
std::uint8_t low(std::size_t n) {
  return static_cast<std::uint8_t>(n);
}
}  // namespace

Result<UiccClient::Answer> UiccClient::send(ByteView command) {
  EIDER_TRY(octets, card_.transmit(command));
  EIDER_TRY(response, parse_response(octets));
  Answer out{std::move(response.data), response.sw};
  if (out.sw >> 8 == 0x6C && command.size() >= 4) {  // the right Le; ISO 7816-4 section 5.6
    Bytes again(command.begin(), command.begin() + 4);
    if (command.size() > 5) append(again, command.subspan(4, std::size_t{1} + command[4]));
    again.push_back(low(out.sw));
    EIDER_TRY(repeated, card_.transmit(again));
    EIDER_TRY(parsed, parse_response(repeated));
    out = {std::move(parsed.data), parsed.sw};
  }
  for (int i = 0; i < kMaxParts && (out.sw >> 8 == 0x61 || out.sw >> 8 == 0x9F); ++i) {
    const Bytes more = {class_for_channel(channel_, false), 0xC0, 0x00, 0x00, low(out.sw)};
    EIDER_TRY(rest, card_.transmit(more));
    EIDER_TRY(part, parse_response(rest));
    append(out.data, part.data);
    out.sw = part.sw;
  }
  return out;
}

Result<UiccClient::Answer> UiccClient::send(const CommandApdu& command) {
  return send(ByteView(command.encode()));
}

Result<UiccClient::Answer> UiccClient::good(const CommandApdu& command) {
  EIDER_TRY(answer, send(command));
  if (!answer.good()) return fail(StatusWord{answer.sw});
  return answer;
}

CommandApdu UiccClient::make(std::uint8_t ins, std::uint8_t p1, std::uint8_t p2, ByteView data,
                             std::optional<std::uint32_t> le) const {
  return {class_for_channel(channel_, false), ins, p1, p2, to_bytes(data), le};
}

Result<etsi::Fcp> UiccClient::selected(const CommandApdu& command) {
  EIDER_TRY(answer, good(command));
  return etsi::Fcp::decode(answer.data);
}

Result<etsi::Fcp> UiccClient::select(std::uint16_t fid) {
  return selected(make(0xA4, 0x00, 0x04, Bytes{high(fid), low(fid)}));
}

Result<etsi::Fcp> UiccClient::select_path(ByteView path) {
  return selected(make(0xA4, 0x08, 0x04, path));
}

Result<etsi::Fcp> UiccClient::select_application(ByteView aid) {
  return selected(make(0xA4, 0x04, 0x04, aid));
}

Result<etsi::Fcp> UiccClient::status() {
  auto command = make(0xF2, 0x00, 0x00, {}, 256);
  command.cla = class_for_channel(channel_, true);
  return selected(command);
}

Result<Bytes> UiccClient::read_binary(const etsi::Fcp& fcp) {
  Bytes out;
  while (out.size() < fcp.size) {
    const auto n = std::min<std::size_t>(kChunk, fcp.size - out.size());
    EIDER_TRY(part, good(make(0xB0, high(out.size()), low(out.size()), {}, static_cast<std::uint32_t>(n))));
    if (part.data.size() != n) return fail(DecodeFault{"READ BINARY", out.size(), "less than was asked for"});
    append(out, part.data);
  }
  return out;
}

Result<Bytes> UiccClient::read_record(const etsi::Fcp& fcp, std::uint8_t record) {
  EIDER_TRY(answer, good(make(0xB2, record, 0x04, {}, fcp.record_size)));
  return std::move(answer.data);
}

Result<std::vector<Bytes>> UiccClient::read_all(const etsi::Fcp& fcp) {
  std::vector<Bytes> out;
  if (!fcp.has_records()) {
    EIDER_TRY(body, read_binary(fcp));
    out.push_back(std::move(body));
    return out;
  }
  for (int n = 1; n <= fcp.records; ++n) {
    EIDER_TRY(record, read_record(fcp, static_cast<std::uint8_t>(n)));
    out.push_back(std::move(record));
  }
  return out;
}

Status UiccClient::update_binary(std::uint16_t offset, ByteView content) {
  for (std::size_t at = 0; at < content.size(); at += kChunk) {
    const auto part = content.subspan(at, std::min(kChunk, content.size() - at));
    EIDER_CHECK(good(make(0xD6, high(offset + at), low(offset + at), part)));
  }
  return {};
}

Status UiccClient::update_record(std::uint8_t record, ByteView content) {
  EIDER_CHECK(good(make(0xDC, record, 0x04, content)));
  return {};
}

Status UiccClient::verify(std::uint8_t reference, ByteView code) {
  EIDER_CHECK(good(make(0x20, 0x00, reference, code)));
  return {};
}

Status UiccClient::change(std::uint8_t reference, ByteView old_code, ByteView new_code) {
  EIDER_CHECK(good(make(0x24, 0x00, reference, concat({old_code, new_code}))));
  return {};
}

Status UiccClient::unblock(std::uint8_t reference, ByteView puk, ByteView new_code) {
  EIDER_CHECK(good(make(0x2C, 0x00, reference, concat({puk, new_code}))));
  return {};
}

Status UiccClient::enable(std::uint8_t reference, ByteView code) {
  EIDER_CHECK(good(make(0x28, 0x00, reference, code)));
  return {};
}

Status UiccClient::disable(std::uint8_t reference, ByteView code) {
  EIDER_CHECK(good(make(0x26, 0x00, reference, code)));
  return {};
}

Result<std::optional<int>> UiccClient::attempts(std::uint8_t reference) {
  EIDER_TRY(answer, send(make(0x20, 0x00, reference)));
  if (answer.good()) return std::nullopt;
  if ((answer.sw & 0xFFF0) == 0x63C0) return answer.sw & 0x0F;
  if (answer.sw == 0x6983) return 0;
  return fail(StatusWord{answer.sw});
}

}  // namespace eider
