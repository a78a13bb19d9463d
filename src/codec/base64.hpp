#pragma once
#include "base/bytes.hpp"

namespace eider {

std::string base64_encode(ByteView bytes);
// RFC 4648 with padding; white space is skipped (live servers break lines). Nothing on any other deviation.
std::optional<Bytes> base64_decode(std::string_view text);

}  // namespace eider
