// One proactive command as a terminal reads it, and the TERMINAL RESPONSE to it (ETSI TS 102 223
// sections 6.6, 6.8 and 6.10).
#pragma once
#include <tl/expected.hpp>

#include "codec/comprehension_tlv.hpp"
#include "spec/etsi/cat.hpp"

namespace eider::etsi::cat {

struct CommandDetails {
  std::uint8_t number = 0, type = 0, qualifier = 0;
  bool operator==(const CommandDetails&) const = default;
};

struct Object {
  std::uint16_t tag = 0;
  bool required = false;  // comprehension
  Bytes value;
};

struct ProactiveCommand {
  CommandDetails details;
  std::uint8_t source = kUicc, destination = kTerminal;
  std::vector<Object> objects;  // without details and identities, in their order
  // Something that need not be understood was not, and is left out of `objects`.
  bool partly_understood = false;

  CommandType type() const { return static_cast<CommandType>(details.type); }
  // The first one, or the first behind a position; null when absent.
  const Object* find(std::uint8_t tag) const;

  // D0 and its length included.
  Bytes encode() const;
};

// Why a command cannot be carried out, as the TERMINAL RESPONSE says it. Details that could not be read are
// zero (section 6.8.1).
struct CommandRefusal {
  CommandDetails details;
  GeneralResult result = GeneralResult::kDataNotUnderstood;
  std::string what;
};
// Checks what the tables say: structure, lengths, mandatory objects, comprehension. Whether the terminal has
// the command at all is not asked here, but a type without a row is refused.
tl::expected<ProactiveCommand, CommandRefusal> read_command(ByteView octets);

// What a terminal answers.
struct TerminalAnswer {
  GeneralResult result = GeneralResult::kPerformed;
  Bytes additional;             // information on the result
  std::vector<Object> objects;  // behind the result

  TerminalAnswer() = default;
  TerminalAnswer(GeneralResult r, Bytes info = {}) : result(r), additional(std::move(info)) {}
  TerminalAnswer(BipError error)
      : result(GeneralResult::kBipError), additional{static_cast<std::uint8_t>(error)} {}
  TerminalAnswer& add(std::uint8_t tag, bool required, Bytes value) {
    objects.push_back({tag, required, std::move(value)});
    return *this;
  }
  // Results 0X: the command was carried out.
  bool performed() const { return static_cast<unsigned>(result) < 0x10; }
};
// The data field of a TERMINAL RESPONSE; objects that would take it over 255 octets are a mistake of the
// caller.
Bytes encode_answer(const CommandDetails& details, const TerminalAnswer& answer);
// Of a data field; nothing when details or result are not there.
struct ReadAnswer {
  CommandDetails details;
  TerminalAnswer answer;
};
std::optional<ReadAnswer> read_answer(ByteView data);

}  // namespace eider::etsi::cat
