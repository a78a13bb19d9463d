// Records of EF.ARR in words, ETSI TS 102 221 section 9.2.
#include "codec/tlv.hpp"
#include "spec/usim/contents.hpp"

namespace eider::usim {
namespace {

constexpr int kMaxDepth = 8;

void join(std::string& out, std::string_view part, std::string_view between) {
  if (!out.empty()) out += between;
  out += part;
}

// Of an elementary file; the bits of a directory mean other things in the lower three.
std::string bits_text(std::uint8_t bits) {
  constexpr std::string_view kNames[] = {"read",     "update",    "write", "deactivate",
                                         "activate", "terminate", "delete"};
  std::string out;
  const int last = (bits & 0x80) != 0 ? 3 : 7;
  for (int i = 0; i < last; ++i)
    if (bits >> i & 1) join(out, kNames[i], ", ");
  return out.empty() ? "nothing" : out;
}

std::string mode_text(const Tlv& mode) {
  if (mode.tag == 0x80 && mode.value.size() == 1) return bits_text(mode.value[0]);
  if (mode.tag == 0x84) {
    std::string out;
    for (const auto ins : mode.value)
      join(out, ins == 0x32 ? "increase" : ins == 0xD4 ? "resize" : "INS " + to_hex(Bytes{ins}), ", ");
    return out;
  }
  return "mode " + to_hex(mode.whole);
}

std::string condition_text(const Tlv& c, int depth);

std::string members_text(ByteView content, std::string_view between, int depth) {
  const auto members = read_tlvs(content, false);
  if (!members || members->empty() || depth > kMaxDepth) return "unreadable condition";
  std::string out;
  for (const auto& m : *members) join(out, condition_text(m, depth + 1), between);
  return members->size() > 1 ? "(" + out + ")" : out;
}

std::string condition_text(const Tlv& c, int depth) {
  switch (c.tag) {
    case 0x90:
      return "always";
    case 0x97:
      return "never";
    case 0xA4: {
      const auto key = find_tlv(c.value, 0x83);
      return key && key->value.size() == 1 ? key_reference_text(key->value[0])
                                           : "authentication " + to_hex(c.value);
    }
    case 0xA0:
      return members_text(c.value, " or ", depth);
    case 0xA7:
      return members_text(c.value, " and ", depth);
    case 0xAF:
      return "not " + members_text(c.value, " or ", depth);
    case 0x9E:
    case 0x9D:
      return c.value.size() == 1 && c.value[0] == 0x00 ? "always" : "condition " + to_hex(c.value);
    default:
      return "condition " + to_hex(c.whole);
  }
}

}  // namespace

std::string access_rules_text(ByteView rules) {
  std::string out, modes, conditions;
  const auto finish = [&] {
    if (!modes.empty()) join(out, modes + ": " + (conditions.empty() ? "no condition" : conditions), "; ");
    modes.clear();
    conditions.clear();
  };
  while (!rules.empty() && rules[0] != 0xFF && rules[0] != 0x00) {
    const auto object = read_tlv(rules, false);
    if (!object) {
      join(out, "unreadable from " + to_hex(rules), "; ");
      return out;
    }
    rules = rules.subspan(object->whole.size());
    const bool mode = (object->tag >= 0x80 && object->tag <= 0x8F) || object->tag == 0x9C;
    if (mode) {
      if (!conditions.empty()) finish();
      join(modes, mode_text(*object), ", ");
    } else {
      join(conditions, condition_text(*object, 0), " or ");
    }
  }
  finish();
  return out;
}

}  // namespace eider::usim
