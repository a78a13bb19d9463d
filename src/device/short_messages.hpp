// Short messages at a terminal: long ones cut and put together, and the packing that SEND SHORT MESSAGE may
// ask for (3GPP TS 23.040 section 9.2.3.24.1; TS 31.111 section 6.4.10).
#pragma once
#include "base/result.hpp"
#include "spec/etsi/sms.hpp"

namespace eider::device {

// The messages that carry `payload`, octets, with the addresses and codings of `head`; one when it fits.
// LocalFault when 255 do not suffice.
Result<std::vector<etsi::SmsDeliver>> split_message(const etsi::SmsDeliver& head, ByteView payload,
                                                    std::uint8_t reference);

// An SMS-SUBMIT of the eight-bit alphabet, with its text packed into septets; as it is when it has another
// alphabet already. DecodeFault when it cannot be read.
Result<Bytes> pack_submit(ByteView tpdu);

}  // namespace eider::device
