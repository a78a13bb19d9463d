#include "channel/record.hpp"

namespace eider::channel::record {

std::size_t put_header(std::uint8_t* out, std::uint8_t tag, std::size_t length) {
  std::size_t n = 0;
  out[n++] = tag;
  if (length >= 0x100) {
    out[n++] = 0x82;
    out[n++] = static_cast<std::uint8_t>(length >> 8);
  } else if (length >= 0x80) {
    out[n++] = 0x81;
  }
  out[n++] = static_cast<std::uint8_t>(length);
  return n;
}

std::size_t header_size(std::uint8_t tag, ByteView tlv) {
  if (tlv.size() < 2 || tlv[0] != tag) return 0;
  std::size_t length = tlv[1], header = 2;
  if (length == 0x81 && tlv.size() >= 3) {
    length = tlv[2], header = 3;
    if (length < 0x80) return 0;
  } else if (length == 0x82 && tlv.size() >= 4) {
    length = static_cast<std::size_t>(tlv[2]) << 8 | tlv[3], header = 4;
    if (length < 0x100) return 0;
  } else if (length >= 0x80) {
    return 0;
  }
  return header + length == tlv.size() ? header : 0;
}

std::optional<std::size_t> unpadded_size(ByteView padded) {
  std::size_t end = padded.size();
  while (end > 0 && padded[end - 1] == 0) --end;
  if (end == 0 || padded[end - 1] != 0x80 || padded.size() - (end - 1) > 16) return std::nullopt;
  return end - 1;
}

crypto::AesBlock counter_block(std::uint64_t counter, std::uint8_t first) {
  crypto::AesBlock block;
  for (std::size_t i = 0; i < 8; ++i) block[15 - i] = static_cast<std::uint8_t>(counter >> (8 * i));
  block[0] = first;
  return block;
}

}  // namespace eider::channel::record
