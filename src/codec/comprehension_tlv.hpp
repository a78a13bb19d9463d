// Comprehension-TLVs of toolkit commands and envelopes (ETSI TS 101 220 section 7.1.1): a tag, of which one
// bit only says whether the receiver must understand the object, a length and a value.
#pragma once
#include "base/bytes.hpp"

namespace eider {

struct ComprehensionTlv {
  std::uint16_t tag = 0;  // without the bit; above 7F when it was written in three octets (7F and two more)
  ByteView value;
  bool required = false;  // the receiver must understand the object
};
// All objects of a concatenation; nothing when one does not fit.
std::optional<std::vector<ComprehensionTlv>> read_comprehension_tlvs(ByteView octets);

// The objects in front of the first that does not fit, and where that one begins.
struct ComprehensionPrefix {
  std::vector<ComprehensionTlv> objects;
  std::optional<std::size_t> broken_at;
};
ComprehensionPrefix read_comprehension_prefix(ByteView octets);

// The first one with this tag (without the bit); null when absent.
const ComprehensionTlv* find_comprehension_tlv(const std::vector<ComprehensionTlv>& all, std::uint16_t tag);

// `value` has at most 255 octets: a command holds no more.
void append_comprehension_tlv(Bytes& out, std::uint16_t tag, bool required, ByteView value);

}  // namespace eider
