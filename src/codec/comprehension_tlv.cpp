#include "codec/comprehension_tlv.hpp"

namespace eider {
namespace {
constexpr std::uint8_t kRequired = 0x80, kThreeOctets = 0x7F;

// Octets of tag and length, and the length they state; nothing when they are cut off or of another form.
struct Header {
  std::uint16_t tag = 0;
  bool required = false;
  std::size_t size = 0, length = 0;
};
std::optional<Header> read_header(ByteView in) {
  Header out;
  if (in.empty()) return std::nullopt;
  std::size_t at = 1;
  if (in[0] == kThreeOctets) {
    if (in.size() < 3) return std::nullopt;
    out.required = (in[1] & kRequired) != 0;
    out.tag = static_cast<std::uint16_t>((in[1] & 0x7F) << 8 | in[2]);
    at = 3;
  } else {
    out.required = (in[0] & kRequired) != 0;
    out.tag = in[0] & 0x7F;
  }
  if (in.size() <= at) return std::nullopt;
  const unsigned more = in[at] < 0x80 ? 0 : in[at] & 0x7Fu;
  if ((in[at] >= 0x80 && more != 1) || in.size() - at - 1 < more) return std::nullopt;
  out.length = in[at + more];
  out.size = at + 1 + more;
  return out;
}
}  // namespace

ComprehensionPrefix read_comprehension_prefix(ByteView octets) {
  ComprehensionPrefix out;
  for (std::size_t at = 0; at < octets.size();) {
    const auto rest = octets.subspan(at);
    const auto header = read_header(rest);
    if (!header || rest.size() - header->size < header->length) {
      out.broken_at = at;
      break;
    }
    out.objects.push_back({header->tag, rest.subspan(header->size, header->length), header->required});
    at += header->size + header->length;
  }
  return out;
}

std::optional<std::vector<ComprehensionTlv>> read_comprehension_tlvs(ByteView data) {
  auto all = read_comprehension_prefix(data);
  if (all.broken_at) return std::nullopt;
  return std::move(all.objects);
}

const ComprehensionTlv* find_comprehension_tlv(const std::vector<ComprehensionTlv>& all, std::uint16_t tag) {
  const auto it = std::ranges::find(all, tag, &ComprehensionTlv::tag);
  return it == all.end() ? nullptr : &*it;
}

void append_comprehension_tlv(Bytes& out, std::uint16_t tag, bool required, ByteView value) {
  const unsigned bit = required ? kRequired : 0u;
  if (tag < kThreeOctets) {
    out.push_back(static_cast<std::uint8_t>(bit | tag));
  } else {
    append(out,
           Bytes{kThreeOctets, static_cast<std::uint8_t>(bit | tag >> 8), static_cast<std::uint8_t>(tag)});
  }
  if (value.size() > 0x7F) out.push_back(0x81);
  out.push_back(static_cast<std::uint8_t>(value.size()));
  append(out, value);
}

}  // namespace eider
