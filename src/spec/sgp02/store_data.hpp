// STORE DATA with data groupings (GPCS 2.3 section 11.11, "DGI format"), the form of most commands of ES5 and
// ES8.
#pragma once
#include "codec/apdu.hpp"

namespace eider::sgp02 {

// Two octets and a length: one octet; 81 and one, 82 and two (BER), which cards of SGP.02 take; FF and two,
// which GPCS has, is read.
Bytes dgi_header(std::uint16_t dgi, std::size_t size);
// 0 when there are no two octets.
std::uint16_t dgi_of(ByteView data);
// The value of the one DGI that the data hold. StatusWord 6A80 for a length that does not fit.
Result<ByteView> dgi_value(ByteView data);

// The last and only block: 80 E2 88 00, with response data 80 E2 89 00 … 00.
CommandApdu store_data(std::uint16_t dgi, ByteView value, bool response_expected);

}  // namespace eider::sgp02
