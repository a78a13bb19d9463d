// Toolkit commands, answers and envelopes, and what a terminal says it can do.
#include "codec/comprehension_tlv.hpp"
#include "codec/tlv.hpp"
#include "spec/etsi/cat.hpp"
#include "spec/etsi/proactive_command.hpp"
#include "spec/etsi/terminal_profile.hpp"
#include "spec/inspect/inspect.hpp"

namespace eider::inspect {
namespace {
namespace cat = etsi::cat;

// `offset`: where `content` stands in the octets of the finding.
void add_objects(ByteView content, std::size_t offset, Finding& f) {
  const auto read = read_comprehension_prefix(content);
  for (const auto& o : read.objects) {
    const auto* row = cat::find_object(o.tag);
    const auto text = cat::object_text(o.tag, o.value);
    f.add(row ? std::string(row->name) : "object " + to_hex(Bytes{static_cast<std::uint8_t>(o.tag)}),
          o.required || row ? text : text + " (need not be understood)");
  }
  if (!read.broken_at) return;
  f.error = "an object does not fit";
  f.error_offset = offset + *read.broken_at;
}

std::optional<Finding> proactive(const Tlv& d0) {
  const auto read = cat::read_command(d0.whole);
  const auto& details = read ? read->details : read.error().details;
  const auto* row = cat::find_command(details.type);
  if (!read && !row) return std::nullopt;
  Finding f{.kind = "proactive command " + std::string(row->name)};
  f.add("defined in", (row->section.starts_with("TS") ? "" : "TS 102 223, ") + std::string(row->section));
  add_objects(d0.value, d0.header_size(), f);
  if (!read && f.error.empty()) {
    f.error = read.error().what;
    f.error_offset = 0;
  }
  return f;
}

std::optional<Finding> envelope(const Tlv& outer) {
  const auto* row = outer.tag <= 0xFF ? cat::find_envelope(static_cast<std::uint8_t>(outer.tag)) : nullptr;
  const auto objects = read_comprehension_tlvs(outer.value);
  if (!row || !objects) return std::nullopt;
  for (const auto tag : row->mandatory)
    if (!find_comprehension_tlv(*objects, tag)) return std::nullopt;
  Finding f{.kind = "envelope " + std::string(row->name)};
  f.add("defined in", (row->section.starts_with("TS") ? "" : "TS 102 223, ") + std::string(row->section));
  add_objects(outer.value, outer.header_size(), f);
  return f;
}
}  // namespace

std::optional<Finding> toolkit_message(ByteView in) {
  const auto outer = read_single_tlv(in, false);
  if (!outer) return std::nullopt;
  return outer->tag == cat::kProactiveCommand ? proactive(*outer) : envelope(*outer);
}

std::optional<Finding> terminal_response(ByteView data) {
  const auto read = cat::read_answer(data);
  if (!read) return std::nullopt;
  const auto* row = cat::find_command(read->details.type);
  Finding f{.kind = "answer to " + (row ? std::string(row->name) : "a proactive command")};
  add_objects(data, 0, f);
  return f;
}

Finding terminal_profile(ByteView data) {
  const etsi::TerminalProfile profile(data);
  Finding f{.kind = "terminal profile"};
  f.add("length", std::to_string(data.size()) + " octets");
  for (const auto& row : etsi::profile_bits())
    if (profile.has(row.bit))
      f.add(std::to_string(row.bit.octet) + "." + std::to_string(row.bit.bit), std::string(row.name));
  if (profile.channels() != 0) f.add("13.6", std::to_string(profile.channels()) + " channels");
  return f;
}

}  // namespace eider::inspect
