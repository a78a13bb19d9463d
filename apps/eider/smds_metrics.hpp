// What `eider smds serve` counts, as Prometheus reads it.
#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "device/http_port.hpp"
#include "net/http_server.hpp"

namespace eider::app::smds_cli {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // One answered request of ES11, or of ES12 and ES15. A path that is no function is not counted.
  void answered(std::string_view path, const HttpReply& reply, std::chrono::nanoseconds spent);
  void purged(std::size_t removed, std::size_t postponed);

  // What others count, at the moment of asking.
  struct Now {
    std::uint64_t events = 0, live_sessions = 0, store_commits = 0, store_writes = 0;
    net::HttpServerCounters es11, es12;
  };
  // Text exposition format, version 0.0.4.
  std::string text(const Now& now) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::app::smds_cli
