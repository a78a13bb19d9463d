// The table of the commands that work on files and PINs, and what is checked before any of them runs.
#pragma once
#include "card/uicc/uicc.hpp"

namespace eider::card::uicc {

// Classes a command is defined for (TS 102 221 table 10.5).
enum class Class : std::uint8_t { kInterindustry, kProprietary };
// Whether a command has a data field, and whether it has an Le.
enum class Field : std::uint8_t { kNone, kMust, kMay };
// What a command works on.
enum class Target : std::uint8_t {
  kNoFile,
  kCurrentEf,
  kSfiInP1,      // P1 b8 = 1: SFI in b5 to b1
  kSfiInP1High,  // INCREASE: the same with b7 and b6 = 0
  kSfiInP2,      // P2 b8 to b4, 0: current EF
  kSfiInP2Low,   // P2 b5 to b1, 0: current EF
};
// Structures of files, as a set.
enum Structures : std::uint8_t {
  kTransparentFile = 1,
  kLinearFile = 2,
  kCyclicFile = 4,
  kBerTlvFile = 8,
  kAnyFile = 15
};

struct Command {
  std::uint8_t ins;
  std::string_view name;
  std::string_view section;  // of ETSI TS 102 221, or as it says
  Class cla;
  Field data, le;
  bool (*legal)(std::uint8_t p1, std::uint8_t p2);  // 6A86 otherwise
  Target target;
  std::uint8_t structures;  // 6981 otherwise
  Need need;                // 6982 otherwise
  // `file` is the target; -1 for commands without one.
  Result<Answer> (*run)(Uicc&, Session&, const CommandView&, int file);
};
std::span<const Command> commands();
const Command* find_command(std::uint8_t ins);

// Checks class, parameters, lengths, target, structure, life cycle and access, in this order, and runs the
// command.
Result<Answer> run_command(Uicc& uicc, Session& session, const Command& command, const CommandView& c);

using Handler = Result<Answer>(Uicc&, Session&, const CommandView&, int file);
Handler read_binary, update_binary, read_record, update_record, search_record, increase;
Handler verify_pin, change_pin, disable_pin, enable_pin, unblock_pin;
Handler deactivate_file, activate_file, retrieve_data, set_data, get_challenge;
Handler authenticate, authenticate_tlv, get_identity;

}  // namespace eider::card::uicc
