// Name look-up with a deadline, which getaddrinfo has not. For the .cpp files of this folder only.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace eider::net::detail {

// Addresses in the resolver's order; a literal address needs no look-up. Faults: TransportFault (not sent).
Result<std::vector<boost::asio::ip::tcp::endpoint>> look_up(const std::string& host, std::uint16_t port,
                                                            std::chrono::steady_clock::time_point deadline);
// Not an address of the public Internet: this machine, a private or local network, a group, or nobody's (the
// IANA registries of special-purpose addresses, RFC 6890). IPv4 addresses inside IPv6 ones are looked at,
// too.
bool is_private(const boost::asio::ip::address& address);

// "address:port" or "[address]:port".
Result<boost::asio::ip::tcp::endpoint> parse_endpoint(std::string_view text);

}  // namespace eider::net::detail
