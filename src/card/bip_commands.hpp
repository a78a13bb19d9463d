// Commands of the Bearer Independent Protocol as this card gives them, and what it reads of their answers
// (ETSI TS 102 223 sections 6.6.27 to 6.6.31).
#pragma once
#include "spec/etsi/proactive_command.hpp"

namespace eider::card::bip {

inline constexpr std::size_t kPiece = 200;     // octets of one SEND DATA
inline constexpr std::uint8_t kMost = 0xED;    // octets that fit a TERMINAL RESPONSE
inline constexpr std::uint8_t kLinked = 0x80;  // in the first octet of a channel status

struct Way {
  bool tcp = true;  // else UDP, both as client
  Bytes address;    // 4 or 16 octets
  std::uint16_t port = 0;
  Bytes bearer = {0x03};  // bearer description; default: the terminal's
  std::optional<std::string> access_point;
  std::uint16_t buffer_size = 1400;
};
// At once, not in the background.
etsi::cat::ProactiveCommand open_channel(const Way& way);
// At most kPiece octets, sent now.
etsi::cat::ProactiveCommand send_data(std::uint8_t channel, Bytes piece);
etsi::cat::ProactiveCommand receive_data(std::uint8_t channel);
etsi::cat::ProactiveCommand close_channel(std::uint8_t channel);

// The channel that was opened; 0: none.
std::uint8_t opened_channel(const etsi::cat::TerminalAnswer& answer);
struct Received {
  Bytes data;
  bool more = false;  // waits in the terminal
};
Received received(const etsi::cat::TerminalAnswer& answer);

}  // namespace eider::card::bip
