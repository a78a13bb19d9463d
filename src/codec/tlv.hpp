// Tag-length-value, BER with definite lengths (X.690, ISO 7816-4 annex E): tags of 1 to 4 octets.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider {

// The tag's octets as written, first octet most significant: 0x5A, 0x5F37, 0xBF25.
using Tag = std::uint32_t;

constexpr Tag first_octet(Tag tag) {
  while (tag > 0xFF) tag >>= 8;
  return tag;
}
constexpr bool is_constructed(Tag tag) {
  return (first_octet(tag) & 0x20) != 0;
}
std::string tag_text(Tag tag);  // "BF25"

struct Tlv {
  Tag tag = 0;
  ByteView value;
  ByteView whole;  // tag, length and value
  std::size_t header_size() const { return whole.size() - value.size(); }
};

// `minimal` refuses tags and lengths that are longer than they must be (DER).
// Faults count offsets from the start of `input`. Indefinite lengths are always refused.
Result<Tlv> read_tlv(ByteView input, bool minimal = true);
// The one TLV that `input` holds; trailing octets are refused.
Result<Tlv> read_single_tlv(ByteView input, bool minimal = true);
// All TLVs of a concatenation.
Result<std::vector<Tlv>> read_tlvs(ByteView input, bool minimal = true);
// The first member with this tag among the TLVs directly in `content`; nothing when absent or malformed
// before it.
std::optional<Tlv> find_tlv(ByteView content, Tag tag);

// The tag that `input` begins with; nothing when it is cut off or has more than four octets.
std::optional<Tag> read_tag(ByteView input);
constexpr std::size_t tag_size(Tag tag) {
  return tag > 0xFFFFFF ? 4 : tag > 0xFFFF ? 3 : tag > 0xFF ? 2 : 1;
}
// A tag list (ISO 7816-4 section 8.5.1, the content of 5C): tags one after another. Nothing when one of them
// is no tag.
std::optional<std::vector<Tag>> parse_tag_list(ByteView list);

// Size of tag and length octets in front of `value_size` octets.
std::size_t tlv_header_size(Tag tag, std::size_t value_size);
void append_tlv_header(Bytes& out, Tag tag, std::size_t value_size);
void append_tlv(Bytes& out, Tag tag, ByteView value);
Bytes make_tlv(Tag tag, ByteView value);
Bytes make_tlv(Tag tag, std::initializer_list<ByteView> parts);

}  // namespace eider
