// Any octets as TCP card frames: no crash, and what decodes encodes to the octets it came from.
#include <cstdlib>

#include "net/card_frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  eider::ByteView rest(data, size);
  while (true) {
    const auto frame = eider::net::decode_card_frame(rest);
    if (!frame || !*frame) return 0;
    const auto again = eider::net::encode_card_frame((*frame)->type, (*frame)->payload);
    if (!eider::equal(again, rest.first((*frame)->consumed))) std::abort();
    rest = rest.subspan((*frame)->consumed);
  }
}
