// What the servers' /metrics share: families of values, an address of their own.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <string>
#include <vector>

#include "device/http_port.hpp"
#include "net/http_server.hpp"

namespace eider::app::metrics {

using Type = prometheus::MetricType;
using Families = std::vector<prometheus::MetricFamily>;
struct Sample {
  prometheus::Labels labels;
  std::uint64_t value = 0;
};
// Values that somebody else counts, at the moment of asking.
void add(Families& to, const char* name, const char* help, Type type, const std::vector<Sample>& samples);
void add(Families& to, const char* name, const char* help, Type type, std::uint64_t value);
void add_http_servers(Families& to,
                      const std::vector<std::pair<const char*, net::HttpServerCounters>>& by_interface);
// Text exposition format, version 0.0.4.
std::string text_of(const Families& families);

extern const prometheus::Histogram::BucketBoundaries kAnswerSeconds;
// Subject and reason code of a Failed answer in JSON. They come from the table of status codes, so that their
// number is bounded.
std::optional<FunctionStatus> failure_of(const HttpReply& reply);

// HTTP at HOST:PORT: /metrics is what `report` gives, /health whether it gives anything. `report` is called
// on a thread of the server.
std::unique_ptr<net::HttpServer> make_server(const std::string& listen,
                                             std::function<Result<std::string>()> report);

}  // namespace eider::app::metrics
