// Command scripts and what comes back: the compact and the expanded remote application data format (ETSI TS
// 102 226 sections 5.1 and 5.2).
#pragma once
#include "codec/apdu.hpp"

namespace eider::etsi {

enum class ScriptFormat : std::uint8_t {
  kCompact,             // APDUs one after the other; the answer is the one of the last
  kExpanded,            // AA and AB
  kExpandedIndefinite,  // AE and AF, of indefinite length
};
// By the first octet: AA and AE are no class octets.
ScriptFormat script_format(ByteView script);

// Compact: commands with response data must be last, and carry Le. LocalFault for a command that is none, and
// for extended lengths, which only the expanded formats take.
Result<Bytes> encode_script(std::span<const Bytes> commands, ScriptFormat format);

// One member of a script.
struct ScriptItem {
  enum class Kind : std::uint8_t {
    kCommand,          // a C-APDU
    kImmediateAction,  // 81
    kErrorAction,      // 82
    kScriptChaining,   // 83
    kBad,              // nothing that can be read follows; `bad` says why
  } kind = Kind::kBad;
  ByteView octets;
  std::uint8_t bad = 0;
};
// Values of tag 90, bad format.
constexpr std::uint8_t kUnknownTag = 0x01, kWrongLength = 0x02, kLengthNotFound = 0x03;
// Of tag 81 and 83 in a response.
constexpr std::uint8_t kSuspensionError = 0x01, kChainingNotSupported = 0x02;

// In order; a kBad item is the last one.
std::vector<ScriptItem> read_script(ByteView script);

struct ScriptResponse {
  ScriptFormat format = ScriptFormat::kCompact;
  std::size_t executed = 0;             // commands, the failed one included; not in the indefinite form
  std::vector<ResponseApdu> responses;  // compact: of the last command only
  std::optional<std::uint8_t> bad_format, immediate_action, script_chaining;

  Bytes encode() const;
  // DecodeFault when the octets are no response in this format.
  static Result<ScriptResponse> decode(ByteView octets, ScriptFormat format);
};

// May the script go on after this status word? 62F1: the response was cut, and that ends it
// (section 5.2.1.1).
bool script_goes_on(std::uint16_t sw);
constexpr std::uint16_t kResponseCut = 0x62F1;

}  // namespace eider::etsi
