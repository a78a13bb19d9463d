#include "net/detail/lookup.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <optional>
#include <thread>

namespace eider::net::detail {
namespace {

using boost::asio::ip::tcp;

struct Lookup {
  std::mutex mutex;
  std::condition_variable done;
  std::optional<int> status;
  std::vector<tcp::endpoint> endpoints;
};

void run(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  std::vector<tcp::endpoint> endpoints;
  for (const addrinfo* a = found; a; a = a->ai_next) {
    tcp::endpoint e;
    if (a->ai_addrlen > e.capacity()) continue;
    std::memcpy(e.data(), a->ai_addr, a->ai_addrlen);
    e.resize(a->ai_addrlen);
    e.port(port);
    endpoints.push_back(e);
  }
  if (found) freeaddrinfo(found);
  const std::lock_guard lock(lookup->mutex);
  lookup->endpoints = std::move(endpoints);
  lookup->status = status;
  lookup->done.notify_all();
}

}  // namespace

Result<std::vector<tcp::endpoint>> look_up(const std::string& host, std::uint16_t port,
                                           std::chrono::steady_clock::time_point deadline) {
  boost::system::error_code error;
  if (const auto address = boost::asio::ip::make_address(host, error); !error) {
    return std::vector<tcp::endpoint>{{address, port}};
  }
  // Detached, for getaddrinfo cannot be interrupted: past the deadline its answer is nobody's.
  const auto lookup = std::make_shared<Lookup>();
  std::thread([lookup, host, port] { run(lookup, host, port); }).detach();
  std::unique_lock lock(lookup->mutex);
  if (!lookup->done.wait_until(lock, deadline, [&] { return lookup->status.has_value(); })) {
    return fail(TransportFault{false, "looking up " + host + " took too long"});
  }
  if (*lookup->status != 0 || lookup->endpoints.empty()) {
    const char* why = *lookup->status != 0 ? gai_strerror(*lookup->status) : "no address";
    return fail(TransportFault{false, "cannot look up " + host + ": " + why});
  }
  return std::move(lookup->endpoints);
}

namespace {
struct Network {
  std::uint32_t address;
  int bits;
};
constexpr Network kSpecial[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8}, {0xA9FE0000, 16}, {0xAC100000, 12},
    {0xC0000000, 24}, {0xC0A80000, 16}, {0xC6120000, 15}, {0xE0000000, 4}, {0xF0000000, 4},
};

bool is_private_v4(std::uint32_t address) {
  return std::ranges::any_of(kSpecial,
                             [&](const Network& n) { return (address ^ n.address) >> (32 - n.bits) == 0; });
}
}  // namespace

bool is_private(const boost::asio::ip::address& address) {
  if (address.is_v4()) return is_private_v4(address.to_v4().to_uint());
  const auto b = address.to_v6().to_bytes();
  const auto v4_at = [&](std::size_t i) {
    return is_private_v4(static_cast<std::uint32_t>(b[i]) << 24 | static_cast<std::uint32_t>(b[i + 1]) << 16 |
                         static_cast<std::uint32_t>(b[i + 2]) << 8 | b[i + 3]);
  };
  const auto begins = [&](std::initializer_list<std::uint8_t> with) {
    return std::equal(with.begin(), with.end(), b.begin());
  };
  const bool zeros = std::all_of(b.begin(), b.begin() + 10, [](std::uint8_t octet) { return octet == 0; });
  if (zeros && b[10] == 0xFF && b[11] == 0xFF) return v4_at(12);                   // mapped
  if (zeros) return true;                                                          // ::, ::1, compatible
  if (begins({0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return v4_at(12);  // NAT64
  if (begins({0x20, 0x02})) return v4_at(2);                                       // 6to4
  return (b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && b[1] >= 0x80) || b[0] == 0xFF || begins({0x01, 0x00}) ||
         begins({0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01});
}

Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size()) port = 0;
  }
  std::string host(text.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error || port == 0)
    return fail_local("not an address and port: " + std::string(text), "write 127.0.0.1:8443");
  return tcp::endpoint(address, port);
}

}  // namespace eider::net::detail
