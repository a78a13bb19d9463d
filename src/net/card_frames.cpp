#include "net/card_frames.hpp"

#include <stdexcept>

namespace eider::net {
namespace {

constexpr std::size_t kHeader = 4, kVpcdHeader = 2;
constexpr std::size_t kMaxFaultText = 1024;

struct Range {
  std::size_t least, most;
};

std::optional<Range> allowed(CardFrameType type) {
  switch (type) {
    case CardFrameType::kReset:
      return Range{1, 1};
    case CardFrameType::kCommand:
      return Range{4, kMaxCommandApdu};
    case CardFrameType::kChoose:
      return Range{4, 16};
    case CardFrameType::kChosen:
      return Range{16, 16};
    case CardFrameType::kPps:
      return Range{3, kMaxPps};
    case CardFrameType::kPpsResponse:
      return Range{0, kMaxPps};
    case CardFrameType::kAtr:
      return Range{2, 33};  // ISO 7816-3 section 8.2.1
    case CardFrameType::kResponse:
      return Range{2, kMaxResponseApdu};
    case CardFrameType::kFault:
      return Range{0, kMaxFaultText};
  }
  return std::nullopt;
}

tl::unexpected<Fault> bad(const char* path, std::size_t offset, const char* what) {
  return fail(DecodeFault{path, offset, what});
}

}  // namespace

Result<std::optional<CardFrame>> decode_card_frame(ByteView received) {
  if (received.empty()) return std::nullopt;
  const auto type = static_cast<CardFrameType>(received[0]);
  const auto range = allowed(type);
  if (!range) return bad("CardFrame.type", 0, "unknown");
  if (received.size() < kHeader) return std::nullopt;
  const std::size_t length =
      std::size_t{received[1]} << 16 | std::size_t{received[2]} << 8 | std::size_t{received[3]};
  if (length < range->least || length > range->most)
    return bad("CardFrame.length", 1, "not allowed for the type");
  if (received.size() - kHeader < length) return std::nullopt;
  return CardFrame{type, received.subspan(kHeader, length), kHeader + length};
}

Bytes encode_card_frame(CardFrameType type, ByteView payload) {
  const auto range = allowed(type);
  if (!range || payload.size() < range->least || payload.size() > range->most) {
    throw std::invalid_argument("encode_card_frame: payload size");
  }
  const std::size_t n = payload.size();
  Bytes out{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(n >> 16),
            static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
  append(out, payload);
  return out;
}

Bytes encode_card_choice(const CardChoice& choice) {
  if (const auto* eid = std::get_if<sgp22::Eid>(&choice)) return to_bytes(*eid);
  const auto n = std::get<std::uint32_t>(choice);
  return {static_cast<std::uint8_t>(n >> 24), static_cast<std::uint8_t>(n >> 16),
          static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
}

std::optional<CardChoice> decode_card_choice(ByteView payload) {
  if (payload.size() == 16) return *sgp22::Eid::from(payload);
  if (payload.size() != 4) return std::nullopt;
  return std::uint32_t{payload[0]} << 24 | std::uint32_t{payload[1]} << 16 | std::uint32_t{payload[2]} << 8 |
         std::uint32_t{payload[3]};
}

Result<std::optional<VpcdMessage>> decode_vpcd(ByteView received) {
  using Kind = VpcdMessage::Kind;
  if (received.size() < kVpcdHeader) return std::nullopt;
  const std::size_t length = std::size_t{received[0]} << 8 | std::size_t{received[1]};
  if (length == 0) return bad("VpcdMessage.length", 0, "zero");
  if (received.size() - kVpcdHeader < length) return std::nullopt;
  const ByteView body = received.subspan(kVpcdHeader, length);
  VpcdMessage message{Kind::kCommand, body, kVpcdHeader + length};
  if (length > 1) return message;
  message.command = {};
  switch (body[0]) {
    case 0:
      message.kind = Kind::kPowerOff;
      return message;
    case 1:
      message.kind = Kind::kPowerOn;
      return message;
    case 2:
      message.kind = Kind::kReset;
      return message;
    case 4:
      message.kind = Kind::kGetAtr;
      return message;
    default:
      return bad("VpcdMessage.control", kVpcdHeader, "unknown");
  }
}

Bytes encode_vpcd(ByteView body) {
  if (body.size() > 0xFFFF) throw std::invalid_argument("encode_vpcd: body size");
  Bytes out{static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size())};
  append(out, body);
  return out;
}

}  // namespace eider::net
