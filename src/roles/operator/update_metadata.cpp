// ES6.UpdateMetadata: INSTALL [for personalization] of the ISD-P, then its data (SGP.22 v2.6.1
// section 5.4.1).
#include "roles/operator/ota.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::mno {

std::vector<Bytes> update_metadata_script(ByteView request) {
  Bytes target = {0x00, 0x00, static_cast<std::uint8_t>(sgp22::kOwnIsdPAid.size())};
  append(target, sgp22::kOwnIsdPAid);
  target.resize(target.size() + 3);
  std::vector<Bytes> out = {CommandApdu{0x80, 0xE6, 0x20, 0x00, std::move(target), {}}.encode()};
  // BER-TLV blocks of case 3; P1 b8 marks the last one.
  constexpr std::size_t kBlock = 255;
  for (std::uint8_t number = 0;; ++number) {
    const auto n = std::min(kBlock, request.size());
    const bool last = n == request.size();
    out.push_back(CommandApdu{
        0x80, 0xE2, static_cast<std::uint8_t>(last ? 0x90 : 0x10), number, to_bytes(request.first(n)), {}}
                      .encode());
    if (last) return out;
    request = request.subspan(n);
  }
}

}  // namespace eider::mno
