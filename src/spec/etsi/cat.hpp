// The Card Application Toolkit as tables: objects, proactive commands, envelopes, devices, results and events
// (ETSI TS 102 223, 3GPP TS 31.111; tags: ETSI TS 101 220 section 7.2).
#pragma once
#include <span>

#include "base/bytes.hpp"

namespace eider::etsi::cat {

// BER tags of what travels between card and terminal.
constexpr std::uint8_t kProactiveCommand = 0xD0, kSmsPpDownload = 0xD1, kMenuSelection = 0xD3,
                       kEventDownload = 0xD6, kTimerExpiration = 0xD7;

// Comprehension-TLV tags, without the comprehension bit.
namespace tag {
constexpr std::uint8_t kCommandDetails = 0x01, kDeviceIdentities = 0x02, kResult = 0x03, kDuration = 0x04,
                       kAlphaIdentifier = 0x05, kAddress = 0x06, kSmsTpdu = 0x0B, kTextString = 0x0D,
                       kItem = 0x0F, kItemIdentifier = 0x10, kResponseLength = 0x11, kFileList = 0x12,
                       kLocationInformation = 0x13, kImei = 0x14, kHelpRequest = 0x15,
                       kNetworkMeasurementResults = 0x16, kDefaultText = 0x17, kEventList = 0x19,
                       kLocationStatus = 0x1B, kTimerIdentifier = 0x24, kTimerValue = 0x25, kDateTime = 0x26,
                       kImmediateResponse = 0x2B, kLanguage = 0x2D, kTimingAdvance = 0x2E, kAid = 0x2F,
                       kBearerDescription = 0x35, kChannelData = 0x36, kChannelDataLength = 0x37,
                       kChannelStatus = 0x38, kBufferSize = 0x39, kTransportLevel = 0x3C,
                       kOtherAddress = 0x3E, kAccessTechnology = 0x3F, kNetworkAccessName = 0x47,
                       kImeisv = 0x62, kRoutingArea = 0x73, kUpdateType = 0x74, kRejectionCause = 0x75,
                       kTrackingArea = 0x7D;
}  // namespace tag

// Section 9.4.
enum class CommandType : std::uint8_t {
  kRefresh = 0x01,
  kMoreTime = 0x02,
  kPollInterval = 0x03,
  kPollingOff = 0x04,
  kSetUpEventList = 0x05,
  kSendShortMessage = 0x13,
  kDisplayText = 0x21,
  kGetInkey = 0x22,
  kGetInput = 0x23,
  kSelectItem = 0x24,
  kSetUpMenu = 0x25,
  kProvideLocalInformation = 0x26,
  kTimerManagement = 0x27,
  kOpenChannel = 0x40,
  kCloseChannel = 0x41,
  kReceiveData = 0x42,
  kSendData = 0x43,
  kGetChannelStatus = 0x44,
};

// Section 8.7. Channels 1 to 7 are 21 to 27.
constexpr std::uint8_t kKeypad = 0x01, kChannel = 0x20, kUicc = 0x81, kTerminal = 0x82, kNetwork = 0x83;

// Section 8.12. 0X and 1X: performed, or ended by the user; 2X: worth another try; 3X: not worth one.
enum class GeneralResult : std::uint8_t {
  kPerformed = 0x00,
  kPartialComprehension = 0x01,
  kMissingInformation = 0x02,
  kAdditionalFilesRead = 0x03,
  kWithModification = 0x07,
  kEndedByUser = 0x10,
  kBackward = 0x11,
  kNoResponse = 0x12,
  kTerminalUnable = 0x20,
  kNetworkUnable = 0x21,
  kTimerContradiction = 0x24,
  kBeyondCapabilities = 0x30,
  kTypeNotUnderstood = 0x31,
  kDataNotUnderstood = 0x32,
  kNumberNotKnown = 0x33,
  kSmsRpError = 0x35,
  kValuesMissing = 0x36,
  kBipError = 0x3A,
};
// Additional information on 20 (section 8.12.2) and 3A (section 8.12.11).
constexpr std::uint8_t kNoSpecificCause = 0x00, kNoService = 0x04;
enum class BipError : std::uint8_t {
  kNoCause = 0x00,
  kNoChannel = 0x01,
  kChannelClosed = 0x02,
  kChannelInvalid = 0x03,
  kBufferSize = 0x04,
  kTransportLevel = 0x06,
  kNotReachable = 0x07,
};

// Qualifiers of the dialogues (section 8.6): DISPLAY TEXT, GET INKEY, GET INPUT.
constexpr std::uint8_t kWaitForUser = 0x80, kHighPriority = 0x01;
constexpr std::uint8_t kAnyCharacter = 0x01, kUcs2Alphabet = 0x02, kYesNo = 0x04, kHideInput = 0x04,
                       kPackedInput = 0x08;

// Section 8.25.
enum class Event : std::uint8_t {
  kLocationStatus = 0x03,
  kDataAvailable = 0x09,
  kChannelStatus = 0x0A,
  kAccessTechnologyChange = 0x0B,
  kNetworkRejection = 0x12,
};

// Qualifiers of REFRESH (section 8.6).
enum class RefreshMode : std::uint8_t {
  kInitAndFullFileChange = 0x00,
  kFileChange = 0x01,
  kInitAndFileChange = 0x02,
  kInit = 0x03,
  kUiccReset = 0x04,
  kApplicationReset = 0x05,
  kSessionReset = 0x06,
  kSteeringOfRoaming = 0x07,
  kSteeringOfRoamingIWlan = 0x08,
  kProfileStateChange = 0x09,
  kApplicationUpdate = 0x0A,
};

// ---- The tables ----

struct Named {
  std::uint16_t value;
  std::string_view name;
};
// Null for a value without a name. The first of several rows with one value.
const Named* find(std::span<const Named> table, std::uint16_t value);
// "02 TCP client" or, without a name, "02".
std::string named(std::span<const Named> table, std::uint8_t value);

struct ObjectRow {
  std::uint16_t tag;
  std::string_view name;
  std::string_view section;         // of TS 102 223, unless it says TS 31.111
  std::uint8_t min = 0, max = 255;  // octets of the value
};
std::span<const ObjectRow> objects();
const ObjectRow* find_object(std::uint16_t tag);

struct CommandRow {
  std::uint8_t type;
  std::string_view name;
  std::string_view section;
  // Objects that must be there, beside command details and device identities (section 6.6).
  std::span<const std::uint8_t> mandatory;
  std::span<const Named> qualifiers;
};
std::span<const CommandRow> commands();
const CommandRow* find_command(std::uint8_t type);

// Envelopes by their BER tag, with what must be in them (section 7).
struct EnvelopeRow {
  std::uint8_t tag;
  std::string_view name;
  std::string_view section;
  std::span<const std::uint8_t> mandatory;
};
std::span<const EnvelopeRow> envelopes();
const EnvelopeRow* find_envelope(std::uint8_t tag);

std::span<const Named> devices();
std::span<const Named> general_results();
// By general result; empty when the additional information has no names.
std::span<const Named> additional_information(std::uint8_t general_result);
std::span<const Named> events();
std::span<const Named> location_statuses();
std::span<const Named> access_technologies();
std::span<const Named> bearers();
std::span<const Named> transports();
std::span<const Named> update_types();

// What an object says, for people; hexadecimal when it has no reading of its own.
std::string object_text(std::uint16_t tag, ByteView value);

}  // namespace eider::etsi::cat
