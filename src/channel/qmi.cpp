#include "channel/qmi.hpp"

namespace eider::qmi {
namespace {
constexpr std::uint8_t kMarker = 0x01;
constexpr std::size_t kQmuxHeader = 6;
constexpr std::uint8_t kResultTlv = 0x02;

void put_u16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}
std::uint16_t get_u16(ByteView octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] | octets[at + 1] << 8);
}
DecodeFault bad_frame(std::size_t offset, std::string what) {
  return {"QMUX", offset, std::move(what)};
}

Result<Message> decode(ByteView frame) {
  Message out;
  out.from_device = (frame[3] & 0x80) != 0;
  out.service = frame[4];
  out.client = frame[5];
  // The control service counts transactions in one octet.
  const std::size_t wide = out.service == kControl ? 0 : 1;
  const auto sdu = frame.subspan(kQmuxHeader);
  if (sdu.size() < 6 + wide) return fail(bad_frame(kQmuxHeader, "no message header"));
  out.flags = sdu[0];
  out.transaction = wide == 0 ? sdu[1] : get_u16(sdu, 1);
  out.id = get_u16(sdu, 2 + wide);
  const std::size_t length = get_u16(sdu, 4 + wide);
  auto rest = sdu.subspan(6 + wide);
  if (length != rest.size())
    return fail(bad_frame(kQmuxHeader + 4 + wide, "a message of another length than its frame"));
  while (!rest.empty()) {
    if (rest.size() < 3 || rest.size() - 3 < get_u16(rest, 1))
      return fail(bad_frame(frame.size() - rest.size(), "a TLV that goes beyond the message"));
    const std::size_t size = get_u16(rest, 1);
    out.tlvs[rest[0]] = to_bytes(rest.subspan(3, size));
    rest = rest.subspan(3 + size);
  }
  return out;
}
}  // namespace

std::optional<std::uint8_t> Message::octet(std::uint8_t tlv) const {
  const auto found = tlvs.find(tlv);
  if (found == tlvs.end() || found->second.size() != 1) return std::nullopt;
  return found->second[0];
}

std::optional<Bytes> Message::counted(std::uint8_t tlv, std::size_t width) const {
  const auto found = tlvs.find(tlv);
  if (found == tlvs.end() || found->second.size() < width) return std::nullopt;
  const ByteView value = found->second;
  const std::size_t count = width == 1 ? value[0] : get_u16(value, 0);
  if (count != value.size() - width) return std::nullopt;
  return to_bytes(value.subspan(width));
}

void Message::put_counted(std::uint8_t tlv, std::size_t width, ByteView octets) {
  Bytes value;
  if (width == 1)
    value.push_back(static_cast<std::uint8_t>(octets.size()));
  else
    put_u16(value, octets.size());
  append(value, octets);
  tlvs[tlv] = std::move(value);
}

Bytes encode(const Message& message) {
  Bytes values;
  for (const auto& [type, value] : message.tlvs) {
    values.push_back(type);
    put_u16(values, value.size());
    append(values, value);
  }
  const bool wide = message.service != kControl;
  Bytes out{kMarker};
  put_u16(out, kQmuxHeader - 1 + (wide ? 7 : 6) + values.size());
  out.push_back(message.from_device ? 0x80 : 0x00);
  out.push_back(message.service);
  out.push_back(message.client);
  out.push_back(message.flags);
  if (wide)
    put_u16(out, message.transaction);
  else
    out.push_back(static_cast<std::uint8_t>(message.transaction));
  put_u16(out, message.id);
  put_u16(out, values.size());
  append(out, values);
  return out;
}

Message response_to(const Message& request, Error error) {
  Message out;
  out.service = request.service;
  out.client = request.client;
  out.from_device = true;
  out.flags = request.service == kControl ? 0x01 : 0x02;
  out.transaction = request.transaction;
  out.id = request.id;
  Bytes result;
  put_u16(result, error == Error::kNone ? 0 : 1);
  put_u16(result, static_cast<std::size_t>(error));
  out.tlvs[kResultTlv] = std::move(result);
  return out;
}

Result<std::vector<Message>> Reader::feed(ByteView octets) {
  append(buffer_, octets);
  std::vector<Message> out;
  std::size_t used = 0;
  while (buffer_.size() - used >= kQmuxHeader) {
    const auto rest = ByteView(buffer_).subspan(used);
    if (rest[0] != kMarker) return fail(bad_frame(used, "no QMUX frame"));
    const std::size_t length = std::size_t{1} + get_u16(rest, 1);
    if (length < kQmuxHeader) return fail(bad_frame(used + 1, "a frame without its header"));
    if (rest.size() < length) break;
    EIDER_TRY(message, decode(rest.first(length)));
    used += length;
    out.push_back(std::move(message));
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(used));
  return out;
}

}  // namespace eider::qmi
