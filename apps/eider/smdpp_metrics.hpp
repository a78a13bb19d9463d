// What `eider smdpp serve` counts, as Prometheus reads it.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "device/http_port.hpp"
#include "net/http_server.hpp"

namespace eider::app::smdpp_cli {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // One answered request of ES9+ or ES2+. A path that is no function is not counted.
  void answered(std::string_view path, const HttpReply& reply, std::chrono::nanoseconds spent);
  void outbox_sent(std::size_t delivered, std::size_t postponed);
  void crls_fetched(std::size_t taken, std::size_t failed);

  // What others count, at the moment of asking.
  struct Now {
    std::uint64_t outbox_entries = 0, live_sessions = 0, store_commits = 0, store_writes = 0;
    net::HttpServerCounters es9plus, es2plus;
  };
  // Text exposition format, version 0.0.4.
  std::string text(const Now& now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::app::smdpp_cli
