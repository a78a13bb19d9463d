// QR codes in a picture: libpng reads, zbar decodes.
#pragma once
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace eider::app {

// What the codes say, as they stand; empty when there is none. LocalFault: no PNG, damaged, or above 8192
// pixels.
Result<std::vector<std::string>> qr_codes_in_png(ByteView png);

// The same for pixels that are there already: `gray` has width * height octets, 255 is white.
std::vector<std::string> qr_codes_in(unsigned width, unsigned height, std::vector<std::uint8_t> gray);

}  // namespace eider::app
