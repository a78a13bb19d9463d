// How a device in another process reaches its service centre: frames over TCP, and what stands in them. Pure
// functions over received octets.
#pragma once
#include <optional>

#include "device/sms_link.hpp"

namespace eider::net {

// A frame is: type (1 octet), length of the payload (2 octets, big-endian), payload. A device sends kAttach
// (version, then its number) and gets kAttached. From then on each side sends what it has: a kDeliver is
// answered by kDelivered and a kSubmit by kSubmitted, with its reference (4 octets). kCommand (text) may come
// instead of kAttach and is answered by kDone. After kFault (text) the connection ends.
enum class SmsFrameType : std::uint8_t {
  kAttach = 0x01,
  kDelivered = 0x02,
  kSubmit = 0x03,
  kCommand = 0x04,
  kAttached = 0x81,
  kDeliver = 0x82,
  kSubmitted = 0x83,
  kDone = 0x84,
  kFault = 0xFF,
};
constexpr std::uint8_t kSmsProtocolVersion = 1;
constexpr std::size_t kMaxSmsFrame = 1024;  // of payload

struct SmsFrame {
  SmsFrameType type{};
  ByteView payload;          // a view of the input
  std::size_t consumed = 0;  // octets of the input that the frame takes
};
// The frame at the start of `received`; nothing yet when it is incomplete. DecodeFault on an unknown type or
// a payload that is too long or too short, as soon as the header shows it.
Result<std::optional<SmsFrame>> decode_sms_frame(ByteView received);
Bytes encode_sms_frame(SmsFrameType type, ByteView payload);

// The payloads that begin with a reference; decode_sms_frame() has seen to their lengths.
struct SmsTransfer {  // kDeliver, kSubmit: a TPDU; kDelivered: kind, cause, report; kSubmitted: kind, cause
  std::uint32_t reference = 0;
  ByteView rest;
};
SmsTransfer read_transfer(ByteView payload);
Bytes encode_transfer(SmsFrameType type, std::uint32_t reference, ByteView rest);

Bytes encode_receipt(std::uint32_t reference, const device::SmsReceipt& receipt);
// DecodeFault: a kind that is none.
Result<device::SmsReceipt> read_receipt(ByteView rest);
Bytes encode_outcome(std::uint32_t reference, const device::SmsOutcome& outcome);
Result<device::SmsOutcome> read_outcome(ByteView rest);

}  // namespace eider::net
