#include "card_address.hpp"

#include <charconv>

#include "command.hpp"

namespace eider::app {
namespace {
// Decimal digits and nothing else.
template <class T>
std::optional<T> number(std::string_view text) {
  T out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}
}  // namespace

std::pair<std::string, std::uint16_t> host_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos
                        ? std::nullopt
                        : number<std::uint16_t>(std::string_view(text).substr(colon + 1));
  if (colon == 0 || !port) throw CommandError{2, "\"" + text + "\" is no HOST:PORT\nlike 127.0.0.1:7816"};
  return {text.substr(0, colon), *port};
}

CardChoice parse_card_choice(const std::string& text) {
  if (const auto eid = sgp22::parse_eid(text)) return *eid;
  const auto n = number<std::uint32_t>(text);
  if (!n || *n == 0)
    throw CommandError{2, "\"" + text + "\" names no card\nan EID has 32 digits, a number counts from 1"};
  return *n;
}

net::TcpCardConfig parse_tcp_card(const std::string& text) {
  const auto slash = text.find('/');
  net::TcpCardConfig config;
  std::tie(config.host, config.port) = host_and_port(text.substr(0, slash));
  if (config.port == 0) throw CommandError{2, "\"" + text + "\" has no port from 1 to 65535"};
  if (slash != std::string::npos) config.card = parse_card_choice(text.substr(slash + 1));
  return config;
}

}  // namespace eider::app
