#include "metrics.hpp"

#include <prometheus/text_serializer.h>

#include "arguments.hpp"
#include "codec/json_binding.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::app::metrics {

const prometheus::Histogram::BucketBoundaries kAnswerSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                             0.05,   0.1,   0.25,   0.5,   1,    2.5};

void add(Families& to, const char* name, const char* help, Type type, const std::vector<Sample>& samples) {
  prometheus::MetricFamily family{name, help, type, {}};
  for (const auto& sample : samples) {
    prometheus::ClientMetric metric;
    for (const auto& [label, value] : sample.labels) metric.label.push_back({label, value});
    (type == Type::Gauge ? metric.gauge.value : metric.counter.value) = static_cast<double>(sample.value);
    family.metric.push_back(std::move(metric));
  }
  to.push_back(std::move(family));
}
void add(Families& to, const char* name, const char* help, Type type, std::uint64_t value) {
  add(to, name, help, type, {{{}, value}});
}

void add_http_servers(Families& to,
                      const std::vector<std::pair<const char*, net::HttpServerCounters>>& by_interface) {
  using C = net::HttpServerCounters;
  const auto all = [&](const char* name, const char* help, Type type, auto member) {
    std::vector<Sample> samples;
    for (const auto& [interface, counters] : by_interface)
      samples.push_back({{{"interface", interface}}, counters.*member});
    add(to, name, help, type, samples);
  };
  all("eider_http_connections_active", "Open connections", Type::Gauge, &C::connections_active);
  all("eider_http_connections_total", "Accepted connections", Type::Counter, &C::connections_accepted);
  all("eider_http_handshakes_failed_total", "Failed TLS handshakes", Type::Counter, &C::handshakes_failed);
  all("eider_http_timeouts_total", "Connections closed for silence", Type::Counter, &C::timeouts);
  all("eider_http_malformed_total", "Malformed or oversized requests", Type::Counter, &C::malformed);
}

std::string text_of(const Families& families) {
  return prometheus::TextSerializer().Serialize(families);
}

std::optional<FunctionStatus> failure_of(const HttpReply& reply) {
  if (reply.status != 200 || as_text(reply.body).substr(0, 80).find("Failed") == std::string_view::npos)
    return std::nullopt;
  const auto head = json::decode<sgp22::EmptyResponse>(as_text(reply.body));
  return head ? sgp22::fault_of(head->header) : std::nullopt;
}

std::unique_ptr<net::HttpServer> make_server(const std::string& listen,
                                             std::function<Result<std::string>()> report) {
  net::HttpServerConfig config;
  std::tie(config.address, config.port) = listening_address("metrics", listen, Listen::kLoopback);
  config.plain_http = true;
  config.threads = 1;
  return std::make_unique<net::HttpServer>(
      std::move(config), [report = std::move(report)](const net::HttpRequest& r) {
        const auto of = net::HttpResponse::of;
        if (r.target != "/metrics" && r.target != "/health")
          return of(404, "text/plain", "/metrics and /health\n");
        const auto text = report();
        if (!text) return of(503, "text/plain", "the store does not answer\n");
        return r.target == "/health" ? of(200, "text/plain", "ok\n")
                                     : of(200, "text/plain; version=0.0.4", *text);
      });
}

}  // namespace eider::app::metrics
