#include "smds_metrics.hpp"

#include <algorithm>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "codec/json_binding.hpp"
#include "spec/sgp22/es12.hpp"

namespace eider::app::smds_cli {
namespace {

namespace prom = prometheus;

struct NamedPath {
  std::string_view function, path;
};
constexpr NamedPath kSmdsFunctions[] = {
    {"InitiateAuthentication", sgp22::es9plus::kInitiateAuthentication.path},
    {"AuthenticateClient", sgp22::es9plus::kAuthenticateClient.path},
    {"asn1", sgp22::es9plus::kAsn1Path},
    {"RegisterEvent", sgp22::es12::kRegisterEvent.path},
    {"DeleteEvent", sgp22::es12::kDeleteEvent.path}};

// Bounded: the codes are those of the table of status codes.
std::optional<FunctionStatus> refusal_in(const HttpReply& reply) {
  if (reply.status != 200 || as_text(reply.body).substr(0, 80).find("Failed") == std::string_view::npos)
    return std::nullopt;
  const auto head = json::decode<sgp22::EmptyResponse>(as_text(reply.body));
  return head ? sgp22::fault_of(head->header) : std::nullopt;
}

prom::MetricFamily one_value(const char* name, const char* help, prom::MetricType type, std::uint64_t value) {
  prom::MetricFamily out{name, help, type, {}};
  prom::ClientMetric metric;
  (type == prom::MetricType::Gauge ? metric.gauge.value : metric.counter.value) = static_cast<double>(value);
  out.metric.push_back(std::move(metric));
  return out;
}

prom::MetricFamily of_interfaces(const char* name, const char* help, prom::MetricType type,
                                 std::uint64_t es11, std::uint64_t es12) {
  auto out = one_value(name, help, type, es11);
  out.metric.front().label = {{"interface", "es11"}};
  auto second = one_value(name, help, type, es12).metric.front();
  second.label = {{"interface", "es12"}};
  out.metric.push_back(std::move(second));
  return out;
}

}  // namespace

struct Metrics::Impl {
  prom::Registry registry;
  prom::Family<prom::Counter>& requests = prom::BuildCounter()
                                              .Name("eider_smds_requests_total")
                                              .Help("Answered function calls")
                                              .Register(registry);
  prom::Family<prom::Counter>& refusals = prom::BuildCounter()
                                              .Name("eider_smds_refusals_total")
                                              .Help("Failed answers by subject and reason code")
                                              .Register(registry);
  prom::Family<prom::Histogram>& seconds = prom::BuildHistogram()
                                               .Name("eider_smds_request_seconds")
                                               .Help("Time to answer, without network")
                                               .Register(registry);
  prom::Family<prom::Counter>& purges = prom::BuildCounter()
                                            .Name("eider_smds_purged_total")
                                            .Help("Expired events that were removed, or kept for the Root")
                                            .Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view path, const HttpReply& reply, std::chrono::nanoseconds spent) {
  const auto* named = std::find_if(std::begin(kSmdsFunctions), std::end(kSmdsFunctions),
                                   [&](const NamedPath& f) { return f.path == path; });
  if (named == std::end(kSmdsFunctions)) return;
  const std::string function(named->function);
  impl_->requests.Add({{"function", function}, {"status", std::to_string(reply.status)}}).Increment();
  if (const auto refused = refusal_in(reply))
    impl_->refusals
        .Add({{"function", function}, {"code", refused->subject_code + "/" + refused->reason_code}})
        .Increment();
  static const prom::Histogram::BucketBoundaries kBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                          0.05,   0.1,   0.25,   0.5,   1,    2.5};
  impl_->seconds.Add({{"function", function}}, kBuckets)
      .Observe(std::chrono::duration<double>(spent).count());
}

void Metrics::purged(std::size_t removed, std::size_t postponed) {
  impl_->purges.Add({{"result", "removed"}}).Increment(static_cast<double>(removed));
  impl_->purges.Add({{"result", "postponed"}}).Increment(static_cast<double>(postponed));
}

std::string Metrics::text(const Now& now) const {
  using Type = prom::MetricType;
  auto all = impl_->registry.Collect();
  all.push_back(one_value("eider_smds_events", "Events in the store", Type::Gauge, now.events));
  all.push_back(one_value("eider_smds_sessions_live",
                          "Sessions on ES11 whose eUICC has not authenticated itself", Type::Gauge,
                          now.live_sessions));
  all.push_back(one_value("eider_smds_store_commits_total", "Commits of the database", Type::Counter,
                          now.store_commits));
  all.push_back(one_value("eider_smds_store_writes_total", "Writes that the commits carried", Type::Counter,
                          now.store_writes));
  all.push_back(of_interfaces("eider_http_connections_active", "Open connections", Type::Gauge,
                              now.es11.connections_active, now.es12.connections_active));
  all.push_back(of_interfaces("eider_http_connections_total", "Accepted connections", Type::Counter,
                              now.es11.connections_accepted, now.es12.connections_accepted));
  all.push_back(of_interfaces("eider_http_handshakes_failed_total", "Failed TLS handshakes", Type::Counter,
                              now.es11.handshakes_failed, now.es12.handshakes_failed));
  all.push_back(of_interfaces("eider_http_malformed_total", "Malformed or oversized requests", Type::Counter,
                              now.es11.malformed, now.es12.malformed));
  return prom::TextSerializer().Serialize(all);
}

}  // namespace eider::app::smds_cli
