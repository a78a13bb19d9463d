#include "net/sms_frames.hpp"

#include <stdexcept>

namespace eider::net {
namespace {
constexpr std::size_t kSmsHeader = 3, kReference = 4;

struct TypeRow {
  SmsFrameType type;
  std::size_t min, max;
};
using T = SmsFrameType;
constexpr TypeRow kTypes[] = {
    {T::kAttach, 2, 21},
    {T::kDelivered, kReference + 2, kReference + 2 + etsi::kMaxUserData},
    {T::kSubmit, kReference + 1, kReference + 256},
    {T::kCommand, 1, 200},
    {T::kAttached, 0, 0},
    {T::kDeliver, kReference + 1, kReference + 256},
    {T::kSubmitted, kReference + 2, kReference + 2},
    {T::kDone, 0, kMaxSmsFrame},
    {T::kFault, 0, kMaxSmsFrame},
};
const TypeRow* find_type(std::uint8_t type) {
  const auto* row = std::ranges::find(kTypes, SmsFrameType{type}, &TypeRow::type);
  return row == std::end(kTypes) ? nullptr : row;
}
template <class Kind>
Result<Kind> kind_of(std::uint8_t octet) {
  if (octet > 2) return fail(DecodeFault{"SMS frame.kind", kSmsHeader + kReference, "is none of 0 to 2"});
  return static_cast<Kind>(octet);
}
}  // namespace

Result<std::optional<SmsFrame>> decode_sms_frame(ByteView received) {
  if (received.empty()) return std::nullopt;
  const auto* row = find_type(received[0]);
  if (!row) return fail(DecodeFault{"SMS frame.type", 0, "is not known"});
  if (received.size() < kSmsHeader) return std::nullopt;
  const std::size_t length = static_cast<std::size_t>(received[1]) << 8 | received[2];
  if (length < row->min || length > row->max)
    return fail(DecodeFault{"SMS frame.length", 1, "is not one that the type has"});
  if (received.size() < kSmsHeader + length) return std::nullopt;
  return SmsFrame{row->type, received.subspan(kSmsHeader, length), kSmsHeader + length};
}

Bytes encode_sms_frame(SmsFrameType type, ByteView payload) {
  const auto* row = find_type(static_cast<std::uint8_t>(type));
  if (!row || payload.size() < row->min || payload.size() > row->max)
    throw std::invalid_argument("SMS frame: length of the payload");
  Bytes out = {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(payload.size() >> 8),
               static_cast<std::uint8_t>(payload.size())};
  append(out, payload);
  return out;
}

SmsTransfer read_transfer(ByteView payload) {
  SmsTransfer out{0, payload.subspan(kReference)};
  for (const auto o : payload.first(kReference)) out.reference = out.reference << 8 | o;
  return out;
}

Bytes encode_transfer(SmsFrameType type, std::uint32_t reference, ByteView rest) {
  Bytes payload;
  for (int shift = 24; shift >= 0; shift -= 8)
    payload.push_back(static_cast<std::uint8_t>(reference >> shift));
  append(payload, rest);
  return encode_sms_frame(type, payload);
}

Bytes encode_receipt(std::uint32_t reference, const device::SmsReceipt& receipt) {
  const Bytes head = {static_cast<std::uint8_t>(receipt.kind), receipt.cause};
  return encode_transfer(T::kDelivered, reference, concat({head, receipt.report}));
}
Result<device::SmsReceipt> read_receipt(ByteView rest) {
  EIDER_TRY(kind, kind_of<device::SmsReceipt::Kind>(rest[0]));
  return device::SmsReceipt{kind, rest[1], to_bytes(rest.subspan(2))};
}
Bytes encode_outcome(std::uint32_t reference, const device::SmsOutcome& outcome) {
  return encode_transfer(T::kSubmitted, reference,
                         Bytes{static_cast<std::uint8_t>(outcome.kind), outcome.cause});
}
Result<device::SmsOutcome> read_outcome(ByteView rest) {
  EIDER_TRY(kind, kind_of<device::SmsOutcome::Kind>(rest[0]));
  return device::SmsOutcome{kind, rest[1]};
}

}  // namespace eider::net
