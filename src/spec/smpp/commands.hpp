// Numbers of the Short Message Peer to Peer protocol, SMPP v3.4 Issue 1.2: commands (section 5.1.2.1),
// command status (5.1.3), optional parameters (5.3), and what values of the fields mean (5.2).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace eider::smpp {

constexpr std::uint32_t kResponseBit = 0x80000000;

enum class CommandId : std::uint32_t {
  kBindReceiver = 0x01,
  kBindTransmitter = 0x02,
  kQuerySm = 0x03,
  kSubmitSm = 0x04,
  kDeliverSm = 0x05,
  kUnbind = 0x06,
  kReplaceSm = 0x07,
  kCancelSm = 0x08,
  kBindTransceiver = 0x09,
  kOutbind = 0x0B,
  kEnquireLink = 0x15,
  kSubmitMulti = 0x21,
  kAlertNotification = 0x102,
  kDataSm = 0x103,
  kGenericNack = kResponseBit,
  kBindReceiverResp = kResponseBit | 0x01,
  kBindTransmitterResp = kResponseBit | 0x02,
  kQuerySmResp = kResponseBit | 0x03,
  kSubmitSmResp = kResponseBit | 0x04,
  kDeliverSmResp = kResponseBit | 0x05,
  kUnbindResp = kResponseBit | 0x06,
  kReplaceSmResp = kResponseBit | 0x07,
  kCancelSmResp = kResponseBit | 0x08,
  kBindTransceiverResp = kResponseBit | 0x09,
  kEnquireLinkResp = kResponseBit | 0x15,
  kSubmitMultiResp = kResponseBit | 0x21,
  kDataSmResp = kResponseBit | 0x103,
};
constexpr bool is_response(CommandId id) {
  return (static_cast<std::uint32_t>(id) & kResponseBit) != 0;
}
constexpr CommandId response_to(CommandId id) {
  return CommandId{static_cast<std::uint32_t>(id) | kResponseBit};
}
// "submit_sm"; empty: not assigned.
std::string_view command_name(CommandId id);

// Those that this program sends or acts upon; any other value may come.
enum class CommandStatus : std::uint32_t {
  kOk = 0x00,
  kInvalidMessageLength = 0x01,
  kInvalidCommandLength = 0x02,
  kInvalidCommandId = 0x03,
  kIncorrectBindStatus = 0x04,
  kAlreadyBound = 0x05,
  kSystemError = 0x08,
  kInvalidSource = 0x0A,
  kInvalidDestination = 0x0B,
  kInvalidMessageId = 0x0C,
  kBindFailed = 0x0D,
  kInvalidPassword = 0x0E,
  kInvalidSystemId = 0x0F,
  kCancelFailed = 0x11,
  kMessageQueueFull = 0x14,
  kSubmitFailed = 0x45,
  kThrottled = 0x58,
  kInvalidScheduledTime = 0x61,
  kInvalidExpiryTime = 0x62,
  kTemporaryAppError = 0x64,
  kPermanentAppError = 0x65,
  kRejectAppError = 0x66,
  kQueryFailed = 0x67,
  kInvalidOptionalStream = 0xC0,
  kInvalidParameterLength = 0xC2,
  kInvalidOptionalValue = 0xC4,
  kDeliveryFailure = 0xFE,
  kUnknownError = 0xFF,
};
struct StatusRow {
  std::uint32_t value = 0;
  std::string_view name;     // "ESME_RTHROTTLED"
  std::string_view meaning;  // in our words
};
std::span<const StatusRow> command_statuses();
// Nothing known: reserved, or a vendor's own (from 0400 on).
const StatusRow* find_status(CommandStatus status);
// "ESME_RTHROTTLED"; "reserved" when it has no name.
std::string_view status_name(CommandStatus status);
// The other side has no room at the moment: the same request may be sent again later.
constexpr bool is_congestion(CommandStatus status) {
  return status == CommandStatus::kThrottled || status == CommandStatus::kMessageQueueFull;
}

namespace tag {
constexpr std::uint16_t kReceiptedMessageId = 0x001E, kUserMessageReference = 0x0204, kSarReference = 0x020C,
                        kSarTotal = 0x020E, kSarSequence = 0x020F, kScInterfaceVersion = 0x0210,
                        kNetworkErrorCode = 0x0423, kMessagePayload = 0x0424, kMessageState = 0x0427;
}
struct TlvRow {
  std::uint16_t tag = 0;
  std::string_view name;
  std::size_t min = 0, max = 0;  // octets of the value
  bool c_string = false;         // ends with 00, and has no other
  bool repeats = false;
};
std::span<const TlvRow> optional_parameters();
const TlvRow* find_tlv(std::uint16_t tag);

// Section 5.2.28.
enum class MessageState : std::uint8_t {
  kEnroute = 1,
  kDelivered = 2,
  kExpired = 3,
  kDeleted = 4,
  kUndeliverable = 5,
  kAccepted = 6,
  kUnknown = 7,
  kRejected = 8,
};
constexpr bool is_final(MessageState s) {
  return s != MessageState::kEnroute && s != MessageState::kAccepted;
}
// Of delivery receipts (Appendix B): "DELIVRD". Empty: none of them.
std::string_view state_text(MessageState state);

namespace esm {  // esm_class, section 5.2.12
constexpr std::uint8_t kTypeMask = 0x3C, kReceipt = 0x04, kUdhi = 0x40;
}
namespace registered {  // registered_delivery, section 5.2.17
constexpr std::uint8_t kMask = 0x03, kFinal = 0x01, kOnFailure = 0x02;
}
namespace ton {
constexpr std::uint8_t kUnknown = 0, kInternational = 1;
}
namespace npi {
constexpr std::uint8_t kUnknown = 0, kIsdn = 1;
}
constexpr std::uint8_t kVersion34 = 0x34;  // interface_version

}  // namespace eider::smpp
