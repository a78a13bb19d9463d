// The short message by which a card of SGP.02 begins by itself (v4.2 section 4.1.1.11): a Command Packet in
// the direction of Response Packets, with a checksum and nothing else; the data are E1 (spec/sgp02/es5.hpp).
#pragma once
#include "channel/scp80.hpp"

namespace eider::channel::scp80 {

// Behind the header 02 71 00, which the checksum covers: SPI 02 00, TAR 000001, counter zero.
Result<Bytes> seal_notification(ByteView data, const KeySet& keys);
// Is a packet of this form? Response Packets are not: their third octet is no CHL of a checksum.
bool is_notification(ByteView packet);
// Key version that its KID names; zero when it is none.
std::uint8_t notification_key_version(ByteView packet);
// The data. VerificationFault kMac; the checksum is also taken without the header 02 71 00, as cards differ.
Result<Bytes> open_notification(ByteView packet, const KeySet& keys);

}  // namespace eider::channel::scp80
