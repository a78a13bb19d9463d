#include "spec/etsi/remote_apdu.hpp"

#include "codec/tlv.hpp"

namespace eider::etsi {
namespace {
constexpr Tag kScript = 0xAA, kScriptIndefinite = 0xAE, kResponses = 0xAB, kResponsesIndefinite = 0xAF;
constexpr Tag kCommandApdu = 0x22, kResponseApdu = 0x23;
constexpr Tag kNumber = 0x80, kAction = 0x81, kError = 0x82, kChaining = 0x83, kBadFormat = 0x90;

// Commands whose P3 is Le: READ BINARY, READ RECORD, GET RESPONSE, GET DATA.
bool gives_data_only(std::uint8_t ins) {
  return ins == 0xB0 || ins == 0xB2 || ins == 0xC0 || ins == 0xCA;
}

// Octets of the first compact command; 0: it does not fit. A single octet behind the data of the last command
// is its Le.
std::size_t compact_size(ByteView rest) {
  if (rest.size() == 4) return 4;
  if (rest.size() < 5) return 0;
  if (gives_data_only(rest[1])) return 5;
  const std::size_t size = 5u + rest[4];
  if (rest.size() < size) return 0;
  return rest.size() == size + 1 ? size + 1 : size;
}

std::vector<ScriptItem> read_compact(ByteView rest) {
  std::vector<ScriptItem> out;
  while (!rest.empty()) {
    const auto size = compact_size(rest);
    if (size == 0) {
      out.push_back({ScriptItem::Kind::kBad, rest, kWrongLength});
      break;
    }
    out.push_back({ScriptItem::Kind::kCommand, rest.first(size)});
    rest = rest.subspan(size);
  }
  return out;
}

ScriptItem item_of(const Tlv& tlv) {
  using K = ScriptItem::Kind;
  switch (tlv.tag) {
    case kCommandApdu:
      return {K::kCommand, tlv.value};
    case kAction:
      return {K::kImmediateAction, tlv.value};
    case kError:
      return {K::kErrorAction, tlv.value};
    case kChaining:
      return {K::kScriptChaining, tlv.value};
    default:
      return {K::kBad, tlv.whole, kUnknownTag};
  }
}

std::vector<ScriptItem> read_members(ByteView content, bool to_end_of_contents) {
  std::vector<ScriptItem> out;
  while (!content.empty()) {
    if (to_end_of_contents && content.size() >= 2 && content[0] == 0 && content[1] == 0) {
      if (content.size() != 2) out.push_back({ScriptItem::Kind::kBad, content, kWrongLength});
      return out;
    }
    const auto tlv = read_tlv(content, false);
    if (!tlv) {
      out.push_back({ScriptItem::Kind::kBad, content, content.size() < 2 ? kLengthNotFound : kWrongLength});
      return out;
    }
    out.push_back(item_of(*tlv));
    if (out.back().kind == ScriptItem::Kind::kBad) return out;
    content = content.subspan(tlv->whole.size());
  }
  if (to_end_of_contents) out.push_back({ScriptItem::Kind::kBad, content, kWrongLength});
  return out;
}

Bytes template_of(Tag tag, ByteView content) {
  const bool indefinite = tag == kScriptIndefinite || tag == kResponsesIndefinite;
  if (!indefinite) return make_tlv(tag, content);
  const std::uint8_t begin[] = {static_cast<std::uint8_t>(tag), 0x80}, end[] = {0, 0};
  return concat({begin, content, end});
}

Bytes number_octets(std::size_t n) {
  Bytes out;
  if (n > 0xFF) out.push_back(static_cast<std::uint8_t>(n >> 8));
  out.push_back(static_cast<std::uint8_t>(n));
  return out;
}

tl::unexpected<Fault> malformed(std::size_t offset, const char* what) {
  return fail(DecodeFault{"remote response", offset, what});
}
}  // namespace

ScriptFormat script_format(ByteView script) {
  if (script.empty()) return ScriptFormat::kCompact;
  return script[0] == kScript             ? ScriptFormat::kExpanded
         : script[0] == kScriptIndefinite ? ScriptFormat::kExpandedIndefinite
                                          : ScriptFormat::kCompact;
}

Result<Bytes> encode_script(std::span<const Bytes> commands, ScriptFormat format) {
  Bytes content;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& c = commands[i];
    const auto parsed = parse_command(c);
    if (!parsed) return fail_local("command " + std::to_string(i + 1) + " is no APDU");
    if (format != ScriptFormat::kCompact) {
      append_tlv(content, kCommandApdu, c);
      continue;
    }
    if (parsed->extended) return fail_local("the compact format has no extended lengths");
    const bool last = i + 1 == commands.size();
    if (!last && (c.size() < 5 || compact_size(c) != c.size() || (!c.empty() && c.size() == 6u + c[4])))
      return fail_local("command " + std::to_string(i + 1) +
                        " has an Le, or no P3: in the compact format it must be last");
    append(content, c);
  }
  if (format == ScriptFormat::kCompact) return content;
  return template_of(format == ScriptFormat::kExpanded ? kScript : kScriptIndefinite, content);
}

std::vector<ScriptItem> read_script(ByteView script) {
  switch (script_format(script)) {
    case ScriptFormat::kCompact:
      return read_compact(script);
    case ScriptFormat::kExpandedIndefinite:
      if (script.size() < 2 || script[1] != 0x80) return {{ScriptItem::Kind::kBad, script, kWrongLength}};
      return read_members(script.subspan(2), true);
    case ScriptFormat::kExpanded:
      break;
  }
  const auto whole = read_single_tlv(script, false);
  if (!whole) return {{ScriptItem::Kind::kBad, script, kWrongLength}};
  return read_members(whole->value, false);
}

Bytes ScriptResponse::encode() const {
  if (format == ScriptFormat::kCompact) {
    Bytes out = {static_cast<std::uint8_t>(std::min<std::size_t>(executed, 0xFF))};
    if (responses.empty()) return out;
    const auto sw = responses.back().sw;
    append(out, Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
    append(out, responses.back().data);
    return out;
  }
  Bytes content;
  if (format == ScriptFormat::kExpanded) append_tlv(content, kNumber, number_octets(executed));
  for (const auto& r : responses) append_tlv(content, kResponseApdu, r.encode());
  for (const auto& [tag, value] :
       {std::pair(kAction, immediate_action), {kChaining, script_chaining}, {kBadFormat, bad_format}})
    if (value) append_tlv(content, tag, Bytes{*value});
  return template_of(format == ScriptFormat::kExpanded ? kResponses : kResponsesIndefinite, content);
}

namespace {
Result<ScriptResponse> decode_compact(ByteView octets) {
  ScriptResponse out;
  if (octets.empty() || octets.size() == 2)
    return malformed(0, "a compact response has a number and SW1 SW2");
  out.executed = octets[0];
  if (octets.size() >= 3)
    out.responses.push_back(
        {to_bytes(octets.subspan(3)), static_cast<std::uint16_t>(octets[1] << 8 | octets[2])});
  return out;
}

Status take_member(ScriptResponse& out, const Tlv& m, std::size_t offset) {
  if (m.tag == kResponseApdu) {
    EIDER_TRY(apdu, parse_response(m.value));
    out.responses.push_back(std::move(apdu));
    return {};
  }
  if (m.tag == kNumber && out.format == ScriptFormat::kExpanded) {
    if (m.value.empty() || m.value.size() > 3) return malformed(offset, "the number of commands");
    for (const auto octet : m.value) out.executed = out.executed << 8 | octet;
    return {};
  }
  auto* value = m.tag == kAction      ? &out.immediate_action
                : m.tag == kChaining  ? &out.script_chaining
                : m.tag == kBadFormat ? &out.bad_format
                                      : nullptr;
  if (!value || m.value.size() != 1) return malformed(offset, "an unknown member");
  *value = m.value[0];
  return {};
}
}  // namespace

Result<ScriptResponse> ScriptResponse::decode(ByteView octets, ScriptFormat format) {
  if (format == ScriptFormat::kCompact) return decode_compact(octets);
  ScriptResponse out;
  ByteView content;
  // A card may answer in the other length form than that of the script.
  if (octets.size() >= 4 && octets[0] == kResponsesIndefinite && octets[1] == 0x80) {
    if (octets[octets.size() - 1] != 0 || octets[octets.size() - 2] != 0)
      return malformed(octets.size(), "no end of contents");
    out.format = ScriptFormat::kExpandedIndefinite;
    content = octets.subspan(2, octets.size() - 4);
  } else {
    EIDER_TRY(whole, read_single_tlv(octets, false));
    if (whole.tag != kResponses) return malformed(0, "no response scripting template");
    out.format = ScriptFormat::kExpanded;
    content = whole.value;
  }
  EIDER_TRY(members, read_tlvs(content, false));
  for (const auto& m : members)
    EIDER_CHECK(take_member(out, m, static_cast<std::size_t>(m.whole.data() - octets.data())));
  if (out.format == ScriptFormat::kExpandedIndefinite) out.executed = out.responses.size();
  return out;
}

bool script_goes_on(std::uint16_t sw) {
  if (sw == kResponseCut) return false;
  const unsigned sw1 = sw >> 8;
  return sw1 == 0x61 || sw1 == 0x62 || sw1 == 0x63 || (sw1 >= 0x90 && sw1 <= 0x92) || sw1 == 0x9F;
}

}  // namespace eider::etsi
