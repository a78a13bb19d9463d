#include "card/uicc/commands.hpp"

namespace eider::card::uicc {
namespace {
bool zero(std::uint8_t p1, std::uint8_t p2) {
  return p1 == 0 && p2 == 0;
}
bool sfi_range(unsigned sfi) {
  return sfi >= 1 && sfi <= 30;
}
// P1 b8 = 0: offset of 15 bits; b8 = 1: an SFI and an offset of eight.
bool binary(std::uint8_t p1, std::uint8_t) {
  return (p1 & 0x80) == 0 || ((p1 & 0x60) == 0 && sfi_range(p1 & 0x1F));
}
bool record_mode(std::uint8_t p1, std::uint8_t p2) {
  const unsigned mode = p2 & 0x07, sfi = p2 >> 3;
  if (sfi != 0 && !sfi_range(sfi)) return false;
  return mode == 4 || ((mode == 2 || mode == 3) && p1 == 0);
}
bool search_mode(std::uint8_t p1, std::uint8_t p2) {
  const unsigned mode = p2 & 0x07, sfi = p2 >> 3;
  return (sfi == 0 || sfi_range(sfi)) && mode >= 4 && mode <= 6 && p1 != 0xFF;
}
bool increase_target(std::uint8_t p1, std::uint8_t p2) {
  return p2 == 0 && (p1 == 0 || ((p1 & 0xE0) == 0x80 && sfi_range(p1 & 0x1F)));
}
// Table 11.15: P2 has five bits of reference and b8 for local ones; 00 is not supported.
bool reference(std::uint8_t p2) {
  return p2 != 0 && (p2 & 0x60) == 0;
}
bool pin_reference(std::uint8_t p1, std::uint8_t p2) {
  return p1 == 0 && reference(p2);
}
bool disable_reference(std::uint8_t p1, std::uint8_t p2) {
  return (p1 == 0 || (p1 & 0x80) != 0) && reference(p2);
}
bool file_name(std::uint8_t p1, std::uint8_t p2) {
  return (p1 == 0x00 || p1 == 0x08 || p1 == 0x09) && p2 == 0;
}
// P2 b8: first block, b7: the last block again.
bool block(std::uint8_t p1, std::uint8_t p2) {
  const unsigned control = p2 & 0xE0u, sfi = p2 & 0x1Fu;
  if (p1 != 0 || (sfi != 0 && !sfi_range(sfi))) return false;
  return control == 0x80 || ((control == 0x00 || control == 0x40) && sfi == 0);
}

// A context of the application's own keys (3GPP TS 31.102 section 7.1.2).
bool context(std::uint8_t p1, std::uint8_t p2) {
  const unsigned number = p2 & 0x7Fu;
  return p1 == 0 && (p2 & 0x80) != 0 && (number <= 2 || number == 4);
}
// In blocks: P1 b8 the first one, b6 of the response.
bool context_tlv(std::uint8_t p1, std::uint8_t p2) {
  return (p1 & 0x5F) == 0 && (p2 == 0x85 || p2 == 0x86);
}
bool identity_context(std::uint8_t p1, std::uint8_t p2) {
  return p1 == 0 && (p2 == 1 || p2 == 2);
}

constexpr auto I = Class::kInterindustry;
constexpr auto P = Class::kProprietary;
constexpr auto None = Field::kNone;
constexpr auto Must = Field::kMust;
constexpr auto May = Field::kMay;
constexpr std::uint8_t kRecords = kLinearFile | kCyclicFile;

constexpr Command kCommands[] = {
    {0xB0, "READ BINARY", "11.1.3", I, None, Must, binary, Target::kSfiInP1, kTransparentFile, kRead,
     read_binary},
    {0xD6, "UPDATE BINARY", "11.1.4", I, Must, None, binary, Target::kSfiInP1, kTransparentFile, kUpdate,
     update_binary},
    {0xB2, "READ RECORD", "11.1.5", I, None, Must, record_mode, Target::kSfiInP2, kRecords, kRead,
     read_record},
    {0xDC, "UPDATE RECORD", "11.1.6", I, Must, None, record_mode, Target::kSfiInP2, kRecords, kUpdate,
     update_record},
    {0xA2, "SEARCH RECORD", "11.1.7", I, Must, May, search_mode, Target::kSfiInP2, kRecords, kRead,
     search_record},
    {0x32,
     "INCREASE",
     "11.1.8",
     P,
     Must,
     May,
     increase_target,
     Target::kSfiInP1High,
     kCyclicFile,
     {0, 0x32},
     increase},
    {0x20, "VERIFY PIN", "11.1.9", I, May, May, pin_reference, Target::kNoFile, 0, kNothing, verify_pin},
    {0x24, "CHANGE PIN", "11.1.10", I, Must, None, pin_reference, Target::kNoFile, 0, kNothing, change_pin},
    {0x26, "DISABLE PIN", "11.1.11", I, Must, None, disable_reference, Target::kNoFile, 0, kNothing,
     disable_pin},
    {0x28, "ENABLE PIN", "11.1.12", I, Must, None, pin_reference, Target::kNoFile, 0, kNothing, enable_pin},
    {0x2C, "UNBLOCK PIN", "11.1.13", I, May, May, pin_reference, Target::kNoFile, 0, kNothing, unblock_pin},
    {0x04, "DEACTIVATE FILE", "11.1.14", I, May, May, file_name, Target::kNoFile, 0, kNothing,
     deactivate_file},
    {0x44, "ACTIVATE FILE", "11.1.15", I, May, May, file_name, Target::kNoFile, 0, kNothing, activate_file},
    {0x88, "AUTHENTICATE", "11.1.16; TS 31.102, 7.1", I, Must, May, context, Target::kNoFile, 0, kNothing,
     authenticate},
    {0x89, "AUTHENTICATE", "11.1.16; TS 31.102, 7.1", I, May, May, context_tlv, Target::kNoFile, 0, kNothing,
     authenticate_tlv},
    {0x78, "GET IDENTITY", "TS 31.102, 7.5", P, None, Must, identity_context, Target::kNoFile, 0, kNothing,
     get_identity},
    {0x84, "GET CHALLENGE", "11.1.18", I, None, Must, zero, Target::kNoFile, 0, kNothing, get_challenge},
    {0xCB, "RETRIEVE DATA", "11.3.1", P, May, May, block, Target::kSfiInP2Low, kBerTlvFile, kRead,
     retrieve_data},
    {0xDB, "SET DATA", "11.3.2", P, Must, None, block, Target::kSfiInP2Low, kBerTlvFile, kUpdate, set_data},
};

// -1: none; the SFI is not one of the directory's. Nothing: the command names the current EF.
std::optional<unsigned> sfi_of(const Command& command, const CommandView& c) {
  unsigned sfi = 0;
  switch (command.target) {
    case Target::kSfiInP1:
    case Target::kSfiInP1High:
      sfi = (c.p1 & 0x80) != 0 ? c.p1 & 0x1Fu : 0;
      break;
    case Target::kSfiInP2:
      sfi = c.p2 >> 3;
      break;
    case Target::kSfiInP2Low:
      sfi = c.p2 & 0x1Fu;
      break;
    default:
      break;
  }
  return sfi == 0 ? std::nullopt : std::optional(sfi);
}

bool lengths_fit(const Command& command, const CommandView& c) {
  if (command.data == Field::kMust && c.data.empty()) return false;
  if (command.data == Field::kNone && !c.data.empty()) return false;
  if (command.le == Field::kMust && !c.le) return false;
  return command.le != Field::kNone || !c.le;
}

std::uint8_t structure_of(FileType type) {
  switch (type) {
    case FileType::kTransparent:
      return kTransparentFile;
    case FileType::kLinearFixed:
      return kLinearFile;
    case FileType::kCyclic:
      return kCyclicFile;
    default:
      return kBerTlvFile;
  }
}

// A deactivated file may be readable and updatable all the same (special file information b7).
std::uint16_t life_cycle(const FileHeader& f, Need need) {
  if (f.lcsi >= 0x0C) return 0x6985;
  const bool deactivated = f.lcsi == 0x04 || f.lcsi == 0x06;
  const bool exempt = (f.special & 0x40) != 0 && need.mode != 0;
  return deactivated && !exempt ? 0x6984 : 0x9000;
}

bool succeeded(const Result<Answer>& answer) {
  if (!answer) return false;
  const unsigned sw1 = answer->sw >> 8;
  return answer->sw == 0x9000 || sw1 == 0x62 || sw1 == 0x63;
}

Result<Answer> run_on_file(Uicc& uicc, Session& s, const Command& command, const CommandView& c) {
  if (!uicc.present()) return Answer(0x6986);
  int file = s.ef;
  const auto sfi = sfi_of(command, c);
  if (sfi) {
    file = uicc.files().child_with_sfi(s.directory, static_cast<std::uint8_t>(*sfi));
    if (file < 0) return Answer(0x6A82);
  }
  if (file < 0) return Answer(0x6986);
  const auto& f = uicc.files().at(file);
  if ((structure_of(f.type) & command.structures) == 0) return Answer(0x6981);
  if (const auto sw = life_cycle(f, command.need); sw != 0x9000) return Answer(sw);
  if (!uicc.allowed(s, file, command.need)) return Answer(0x6982);
  if (!sfi) return command.run(uicc, s, c, file);
  // A file named by its SFI becomes the current one when the command succeeds (section 8.4.3).
  const auto ef = std::exchange(s.ef, file);
  const auto record = std::exchange(s.record, f.type == FileType::kCyclic ? std::size_t{1} : 0);
  auto answer = command.run(uicc, s, c, file);
  if (!succeeded(answer)) {
    s.ef = ef;
    s.record = record;
  }
  return answer;
}
}  // namespace

std::span<const Command> commands() {
  return kCommands;
}
const Command* find_command(std::uint8_t ins) {
  for (const auto& c : kCommands)
    if (c.ins == ins) return &c;
  return nullptr;
}

Result<Answer> run_command(Uicc& uicc, Session& s, const Command& command, const CommandView& c) {
  const bool proprietary = (c.cla & 0x80) != 0;
  if (proprietary != (command.cla == Class::kProprietary)) return Answer(0x6E00);
  if (!command.legal(c.p1, c.p2)) return Answer(0x6A86);
  if (!lengths_fit(command, c)) return Answer(0x6700);
  if (command.target == Target::kNoFile) return command.run(uicc, s, c, -1);
  return run_on_file(uicc, s, command, c);
}

}  // namespace eider::card::uicc
