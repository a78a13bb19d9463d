// A picture that somebody sends in place of a QR code. libpng and zbar are not ours; what lies between is.
#include <cstddef>
#include <cstdint>

#include "qr_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)eider::app::qr_codes_in_png(eider::ByteView(data, size));
  if (size < 2) return 0;
  const unsigned width = data[0] % 64 + 1u;
  const auto height = static_cast<unsigned>((size - 1) / width);
  if (height == 0) return 0;
  (void)eider::app::qr_codes_in(width, height, {data + 1, data + 1 + std::size_t{width} * height});
  return 0;
}
