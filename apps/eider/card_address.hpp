// How a command line names a card behind a TCP port.
#pragma once
#include "net/tcp_card.hpp"

namespace eider::app {

// HOST:PORT; port 0 is allowed. Throws CommandError, as those below.
std::pair<std::string, std::uint16_t> host_and_port(const std::string& text);
// An EID, 32 digits, or the number of a card in its store.
CardChoice parse_card_choice(const std::string& text);
// HOST:PORT, with /CARD behind it where many cards are served.
net::TcpCardConfig parse_tcp_card(const std::string& text);

inline constexpr const char* kTcpCardHelp =
    "Card behind `eider card serve`: HOST:PORT; behind `eider card fleet serve`: HOST:PORT/EID or /NUMBER";

}  // namespace eider::app
