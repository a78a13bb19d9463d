// A card session as Wireshark reads it: GSMTAP version 2 of libosmocore, type SIM, alone or in a capture
// file.
#pragma once
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace eider {

enum class GsmtapSim : std::uint8_t { kApdu = 0, kAtr = 1, kPpsRequest = 2, kPpsResponse = 3 };
constexpr std::uint16_t kGsmtapPort = 4729;

// The payload of one UDP datagram.
Bytes gsmtap_packet(GsmtapSim kind, ByteView payload);

// An exchange as T=0 carries it and the dissector expects it: header with P3, data, answer, SW1 SW2. An
// answer to data comes by a GET RESPONSE of its own there, so one exchange may become two. Nothing for
// extended lengths and for what is no APDU: T=0 has no form for them.
std::vector<Bytes> tpdus_of_exchange(ByteView command, ByteView response);

// Capture files of libpcap (link type IPv4): the header once, then a record for each packet.
Bytes pcap_header();
Bytes pcap_record(Time time, ByteView gsmtap);

}  // namespace eider
