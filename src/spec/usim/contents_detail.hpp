// The decoders of contents*.cpp.
#pragma once
#include <algorithm>

#include "spec/usim/contents.hpp"

namespace eider::usim {

using Facts = std::vector<Fact>;
using Records = std::span<const Bytes>;

struct Decoder {
  std::string_view file;  // in capitals, with - for _
  Facts (*describe)(Records);
};
// Names of networks, location in 5G, charges, and the files of a CSIM (contents_network.cpp).
std::span<const Decoder> network_decoders();

inline bool unset(ByteView v) {
  return std::ranges::all_of(v, [](std::uint8_t b) { return b == 0xFF; });
}
inline std::string number(std::size_t n) {
  return std::to_string(n);
}
std::string update_status(std::uint8_t v);
// "262-01 0001": PLMN and the area code behind it.
std::string area(ByteView v);

}  // namespace eider::usim
