#include "spec/etsi/proactive_command.hpp"

#include "codec/tlv.hpp"

namespace eider::etsi::cat {
namespace {

using Refused = tl::unexpected<CommandRefusal>;

Refused refuse(const CommandDetails& details, GeneralResult result, std::string what) {
  return Refused(CommandRefusal{details, result, std::move(what)});
}

std::string name_of(std::uint16_t tag) {
  const auto* row = find_object(tag);
  return row ? std::string(row->name) : "object " + to_hex(Bytes{static_cast<std::uint8_t>(tag)});
}

CommandDetails details_of(ByteView value) {
  return {value[0], value[1], value[2]};
}

// The content of D0, or as much of it as came.
struct Content {
  ByteView octets;
  bool whole = false;
};
Content content_of(ByteView in) {
  const auto d0 = read_tlv(in, false);
  if (d0 && d0->tag == kProactiveCommand) return {d0->value, d0->whole.size() == in.size()};
  if (in.size() < 2 || in[0] != kProactiveCommand) return {};
  return {in.subspan(std::min<std::size_t>(in.size(), in[1] == 0x81 ? 3 : 2)), false};
}

// Section 6.10: what need not be understood may be unknown or of a wrong length; then it is left out.
tl::expected<void, CommandRefusal> take_object(const ComprehensionTlv& object, ProactiveCommand& out) {
  const auto* row = find_object(object.tag);
  const bool fits = row && object.value.size() >= row->min && object.value.size() <= row->max;
  if (fits) {
    out.objects.push_back({object.tag, object.required, to_bytes(object.value)});
    return {};
  }
  if (object.required)
    return refuse(out.details, GeneralResult::kDataNotUnderstood,
                  row ? name_of(object.tag) + " has " + std::to_string(object.value.size()) + " octets"
                      : name_of(object.tag) + " is not known and must be understood");
  out.partly_understood = true;
  return {};
}

}  // namespace

const Object* ProactiveCommand::find(std::uint8_t tag) const {
  const auto it = std::ranges::find(objects, tag, &Object::tag);
  return it == objects.end() ? nullptr : &*it;
}

tl::expected<ProactiveCommand, CommandRefusal> read_command(ByteView octets) {
  const auto content = content_of(octets);
  const auto read = read_comprehension_prefix(content.octets);
  const auto* details = find_comprehension_tlv(read.objects, tag::kCommandDetails);
  ProactiveCommand out;
  if (!details && content.whole && !read.broken_at)
    return refuse({}, GeneralResult::kValuesMissing, "there are no command details");
  if (!details || details->value.size() != 3)
    return refuse({}, GeneralResult::kDataNotUnderstood, "the command details cannot be read");
  out.details = details_of(details->value);
  const auto* row = find_command(out.details.type);
  if (!row) return refuse(out.details, GeneralResult::kTypeNotUnderstood, "the type of command is not known");
  if (!content.whole || read.broken_at)
    return refuse(out.details, GeneralResult::kDataNotUnderstood, "the lengths do not fit");
  const auto* devices = find_comprehension_tlv(read.objects, tag::kDeviceIdentities);
  if (!devices) return refuse(out.details, GeneralResult::kValuesMissing, "there are no device identities");
  if (devices->value.size() != 2)
    return refuse(out.details, GeneralResult::kDataNotUnderstood, "the device identities are not two");
  out.source = devices->value[0];
  out.destination = devices->value[1];
  for (const auto& object : read.objects) {
    if (object.tag == tag::kCommandDetails || object.tag == tag::kDeviceIdentities) continue;
    if (auto taken = take_object(object, out); !taken) return Refused(std::move(taken).error());
  }
  for (const auto needed : row->mandatory)
    if (!out.find(needed))
      return refuse(out.details, GeneralResult::kValuesMissing, "there is no " + name_of(needed));
  return out;
}

namespace {
void append_details(Bytes& out, const CommandDetails& d) {
  append_comprehension_tlv(out, tag::kCommandDetails, true, Bytes{d.number, d.type, d.qualifier});
}
}  // namespace

Bytes ProactiveCommand::encode() const {
  Bytes content;
  append_details(content, details);
  append_comprehension_tlv(content, tag::kDeviceIdentities, true, Bytes{source, destination});
  for (const auto& o : objects) append_comprehension_tlv(content, o.tag, o.required, o.value);
  return make_tlv(kProactiveCommand, content);
}

Bytes encode_answer(const CommandDetails& details, const TerminalAnswer& answer) {
  Bytes out;
  append_details(out, details);
  append_comprehension_tlv(out, tag::kDeviceIdentities, true, Bytes{kTerminal, kUicc});
  append_comprehension_tlv(out, tag::kResult, true,
                           concat({Bytes{static_cast<std::uint8_t>(answer.result)}, answer.additional}));
  for (const auto& o : answer.objects) append_comprehension_tlv(out, o.tag, o.required, o.value);
  return out;
}

std::optional<ReadAnswer> read_answer(ByteView data) {
  const auto all = read_comprehension_tlvs(data);
  if (!all) return std::nullopt;
  const auto* details = find_comprehension_tlv(*all, tag::kCommandDetails);
  const auto* result = find_comprehension_tlv(*all, tag::kResult);
  if (!details || details->value.size() != 3 || !result || result->value.empty()) return std::nullopt;
  ReadAnswer out{details_of(details->value), {}};
  out.answer.result = static_cast<GeneralResult>(result->value[0]);
  out.answer.additional = to_bytes(result->value.subspan(1));
  for (const auto& o : *all)
    if (o.tag != tag::kCommandDetails && o.tag != tag::kDeviceIdentities && o.tag != tag::kResult)
      out.answer.objects.push_back({o.tag, o.required, to_bytes(o.value)});
  return out;
}

}  // namespace eider::etsi::cat
