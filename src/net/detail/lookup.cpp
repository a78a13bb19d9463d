#include "net/detail/lookup.hpp"

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
