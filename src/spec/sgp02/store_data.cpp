#include "spec/sgp02/store_data.hpp"

namespace eider::sgp02 {

Bytes dgi_header(std::uint16_t dgi, std::size_t size) {
  Bytes out = {static_cast<std::uint8_t>(dgi >> 8), static_cast<std::uint8_t>(dgi)};
  if (size >= 0x100) {
    out.push_back(0x82);
    out.push_back(static_cast<std::uint8_t>(size >> 8));
  } else if (size >= 0x80) {
    out.push_back(0x81);
  }
  out.push_back(static_cast<std::uint8_t>(size));
  return out;
}

std::uint16_t dgi_of(ByteView data) {
  return data.size() < 2 ? std::uint16_t{0} : static_cast<std::uint16_t>(data[0] << 8 | data[1]);
}

Result<ByteView> dgi_value(ByteView data) {
  const auto octet = [&](std::size_t i) -> std::size_t { return i < data.size() ? data[i] : 0; };
  std::size_t header = 3, size = octet(2);
  if (size == 0x81) {
    header = 4, size = octet(3);
  } else if (size == 0x82 || size == 0xFF) {
    header = 5, size = octet(3) << 8 | octet(4);
  } else if (size > 0x82) {
    return fail(StatusWord{0x6A80});
  }
  if (data.size() < header || data.size() - header != size) return fail(StatusWord{0x6A80});
  return data.subspan(header);
}

CommandApdu store_data(std::uint16_t dgi, ByteView value, bool response_expected) {
  CommandApdu c{0x80, 0xE2, static_cast<std::uint8_t>(response_expected ? 0x89 : 0x88), 0x00, {}, {}};
  c.data = concat({dgi_header(dgi, value.size()), value});
  if (response_expected) c.le = 256;
  return c;
}

}  // namespace eider::sgp02
