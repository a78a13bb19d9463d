// EF.IMSI (3GPP TS 31.102 section 4.2.2).
#pragma once
#include <string>

#include "base/bytes.hpp"

namespace eider::etsi {

// Its digits; empty when the content is none.
std::string decode_imsi(ByteView ef);

}  // namespace eider::etsi
