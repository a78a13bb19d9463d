// Any octets as messages of vpcd: no crash, no empty command, and a command encodes to the octets it came
// from.
#include <cstdlib>

#include "net/card_frames.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using eider::net::VpcdMessage;
  eider::ByteView rest(data, size);
  while (true) {
    const auto message = eider::net::decode_vpcd(rest);
    if (!message || !*message) return 0;
    const auto& m = **message;
    if (m.consumed < 3 || m.consumed > rest.size()) std::abort();
    if ((m.kind == VpcdMessage::Kind::kCommand) != (m.command.size() >= 2)) std::abort();
    if (m.kind == VpcdMessage::Kind::kCommand &&
        !eider::equal(eider::net::encode_vpcd(m.command), rest.first(m.consumed))) {
      std::abort();
    }
    rest = rest.subspan(m.consumed);
  }
}
