// How APDUs travel over TCP: Eider's own frames, and those of vpcd. Pure functions over received octets.
#pragma once
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "device/card_rack.hpp"

namespace eider::net {

constexpr std::size_t kMaxCommandApdu = 4 + 3 + 65535 + 2;  // ISO 7816-4 section 5.1, extended lengths
constexpr std::size_t kMaxResponseApdu = 65536 + 2;
constexpr std::size_t kMaxPps = 6;  // ISO 7816-3 section 9.2

// A frame is: type (1 octet), length of the payload (3 octets, big-endian), payload. A client sends kReset
// with the protocol version (one octet, 01) and gets kAtr; then kCommand frames, each answered by kResponse.
// Before the first of them kPps may carry a PPS request, answered by kPpsResponse: the card's, or empty
// octets when the server's reader does PPS by itself. Where many cards stand behind one port, kChoose comes
// first: an EID (16 octets) or the number of a card (4, big-endian), answered by kChosen with the EID; the
// connection has this card until it ends. Instead of an answer kFault may come, with a text: the card could
// not be reached. Anything else ends the connection.
enum class CardFrameType : std::uint8_t {
  kReset = 0x01,
  kCommand = 0x02,
  kChoose = 0x03,
  kPps = 0x04,
  kAtr = 0x81,
  kResponse = 0x82,
  kChosen = 0x83,
  kPpsResponse = 0x84,
  kFault = 0xFF,
};
constexpr std::uint8_t kCardProtocolVersion = 1;

struct CardFrame {
  CardFrameType type{};
  ByteView payload;          // a view of the input
  std::size_t consumed = 0;  // octets of the input that the frame takes
};
// The frame at the start of `received`; nothing yet when it is incomplete. Fault: DecodeFault on an unknown
// type or a payload length outside what the type allows, as soon as the header shows it.
Result<std::optional<CardFrame>> decode_card_frame(ByteView received);
// Requires a payload of a size that the type allows.
Bytes encode_card_frame(CardFrameType type, ByteView payload);

Bytes encode_card_choice(const CardChoice& choice);
// Nothing: the payload has neither length.
std::optional<CardChoice> decode_card_choice(ByteView payload);

// vpcd: length (2 octets, big-endian), body. A body of one octet is a control code, any other is a command
// APDU. Only kGetAtr and kCommand are answered, by length and body.
struct VpcdMessage {
  enum class Kind : std::uint8_t { kPowerOff, kPowerOn, kReset, kGetAtr, kCommand };
  Kind kind{};
  ByteView command;  // a view of the input
  std::size_t consumed = 0;
};
// As decode_card_frame. Fault: DecodeFault on an empty body or an unknown control code.
Result<std::optional<VpcdMessage>> decode_vpcd(ByteView received);
// Requires at most 65535 octets.
Bytes encode_vpcd(ByteView body);

}  // namespace eider::net
