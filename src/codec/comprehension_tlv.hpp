// Comprehension-TLVs of toolkit commands and envelopes (ETSI TS 101 220 section 7.1): one octet of tag, of
// which bit 8 only says whether the receiver must understand the object.
#pragma once
#include "base/bytes.hpp"

namespace eider {

struct ComprehensionTlv {
  std::uint8_t tag = 0;  // without bit 8
  ByteView value;
};
// All objects of a concatenation; nothing when one does not fit.
std::optional<std::vector<ComprehensionTlv>> read_comprehension_tlvs(ByteView octets);
// The first one with this tag (without bit 8); null when absent.
const ComprehensionTlv* find_comprehension_tlv(const std::vector<ComprehensionTlv>& all, std::uint8_t tag);

}  // namespace eider
