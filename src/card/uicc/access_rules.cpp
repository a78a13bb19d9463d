#include "card/uicc/access_rules.hpp"

#include "codec/tlv.hpp"

namespace eider::card::uicc {
namespace {
constexpr int kMaxDepth = 8;

bool is_condition(Tag tag) {
  return tag == 0x90 || tag == 0x97 || tag == 0x9E || tag == 0xA4 || tag == 0xB4 || tag == 0xB6 ||
         tag == 0xB8 || tag == 0xA0 || tag == 0xA7 || tag == 0xAF;
}

// Usage qualifier 08: the holder shows that he knows the key. Without one of these the template asks for what
// no terminal can do here.
bool authentication_template(ByteView content, const KeyFulfilled& fulfilled) {
  const auto usage = find_tlv(content, 0x95);
  if (usage && (usage->value.size() != 1 || (usage->value[0] & 0x08) == 0)) return false;
  const auto parts = read_tlvs(content, false);
  if (!parts) return false;
  for (const auto& p : *parts)
    if (p.tag == 0x83 && p.value.size() == 1 && fulfilled(p.value[0])) return true;
  return false;
}

// Nothing: the condition cannot be read or nests too deep. Then the whole rule grants nothing, also where the
// condition stands behind a NOT.
std::optional<bool> condition_holds(const Tlv& c, const KeyFulfilled& fulfilled, int depth) {
  if (depth > kMaxDepth || !is_condition(c.tag)) return std::nullopt;
  switch (c.tag) {
    case 0x90:  // always
      return true;
    case 0x9E:  // security condition octet: without references only "no condition" can be fulfilled
      if (c.value.size() != 1) return std::nullopt;
      return c.value[0] == 0x00;
    case 0xA4:
      if (!read_tlvs(c.value, false)) return std::nullopt;
      return authentication_template(c.value, fulfilled);
    case 0xA0:    // at least one
    case 0xA7:    // every one
    case 0xAF: {  // none
      const auto all = read_tlvs(c.value, false);
      if (!all || all->empty()) return std::nullopt;
      std::size_t holding = 0;
      for (const auto& m : *all) {
        const auto holds = condition_holds(m, fulfilled, depth + 1);
        if (!holds) return std::nullopt;
        holding += *holds ? 1 : 0;
      }
      return c.tag == 0xA0 ? holding > 0 : c.tag == 0xA7 ? holding == all->size() : holding == 0;
    }
    default:  // 97: never; B4, B6, B8: secure messaging, which this card does not have
      return false;
  }
}

// Octets of the command header that tags 81 to 8F list: bit 4 CLA, 3 INS, 2 P1, 1 P2. A rule that also names
// others than INS does not cover a command by its INS alone.
bool covers(const Tlv& mode, Need need) {
  if (mode.tag == 0x80) {
    if (need.mode == 0 || mode.value.size() != 1) return false;
    const std::uint8_t bits = mode.value[0];
    const std::uint8_t meant = (bits & 0x80) != 0 ? bits & 0x07 : bits & 0x7F;  // b8: bits 7 to 4 proprietary
    return (meant & need.mode) == need.mode;
  }
  return mode.tag == 0x84 && need.ins != 0 && std::ranges::find(mode.value, need.ins) != mode.value.end();
}
}  // namespace

bool access_allowed(ByteView rules, Need need, const KeyFulfilled& fulfilled) {
  bool in_modes = false;  // the last object was an access mode
  bool applies = false;
  while (!rules.empty() && rules[0] != 0xFF && rules[0] != 0x00) {
    const auto tlv = read_tlv(rules, false);
    if (!tlv) return false;
    rules = rules.subspan(tlv->whole.size());
    const bool mode = (tlv->tag >= 0x80 && tlv->tag <= 0x8F) || tlv->tag == 0x9C;
    if (mode) {
      applies = (in_modes && applies) || covers(*tlv, need);
      in_modes = true;
      continue;
    }
    if (!is_condition(tlv->tag)) return false;
    in_modes = false;
    if (applies && condition_holds(*tlv, fulfilled, 0).value_or(false)) return true;
  }
  return false;
}

}  // namespace eider::card::uicc
