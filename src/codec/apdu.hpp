// Command and response APDUs, ISO 7816-4 section 5: cases 1 to 4, short and extended.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider {

struct CommandApdu {
  std::uint8_t cla = 0, ins = 0, p1 = 0, p2 = 0;
  Bytes data;
  std::optional<std::uint32_t> le;  // 256 (short) or 65536 (extended) stand for "as much as there is"
  bool extended = false;

  Bytes encode() const;  // switches to extended lengths by itself when the data or le need it
};

// A view of a command: no copy. `le` as above.
struct CommandView {
  std::uint8_t cla = 0, ins = 0, p1 = 0, p2 = 0;
  ByteView data;
  std::optional<std::uint32_t> le;
  bool extended = false;
};

// Refuses anything that is none of the seven forms (a card answers that with 6700).
Result<CommandView> parse_command(ByteView apdu);

struct ResponseApdu {
  Bytes data;
  std::uint16_t sw = 0x9000;

  Bytes encode() const;
};
Result<ResponseApdu> parse_response(ByteView apdu);

// Logical channel (0..19) of a class byte, ISO 7816-4 section 5.4.1; nothing for a class byte without a
// channel.
std::optional<int> channel_of(std::uint8_t cla);
// The class byte for `channel`: `proprietary` for GlobalPlatform (80, C0), otherwise inter-industry (00, 40).
std::uint8_t class_for_channel(int channel, bool proprietary);

}  // namespace eider
