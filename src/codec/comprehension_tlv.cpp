#include "codec/comprehension_tlv.hpp"

namespace eider {

std::optional<std::vector<ComprehensionTlv>> read_comprehension_tlvs(ByteView data) {
  std::vector<ComprehensionTlv> out;
  while (!data.empty()) {
    if (data.size() < 2) return std::nullopt;
    std::size_t length = data[1], header = 2;
    if (length == 0x81 && data.size() > 2) {
      length = data[2];
      header = 3;
    } else if (length > 0x7F) {
      return std::nullopt;
    }
    if (data.size() < header + length) return std::nullopt;
    out.push_back({static_cast<std::uint8_t>(data[0] & 0x7F), data.subspan(header, length)});
    data = data.subspan(header + length);
  }
  return out;
}

const ComprehensionTlv* find_comprehension_tlv(const std::vector<ComprehensionTlv>& all, std::uint8_t tag) {
  const auto it = std::ranges::find(all, tag, &ComprehensionTlv::tag);
  return it == all.end() ? nullptr : &*it;
}

}  // namespace eider
