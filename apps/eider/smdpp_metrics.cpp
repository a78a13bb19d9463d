#include "smdpp_metrics.hpp"

#include <map>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "codec/json_binding.hpp"
#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::app::smdpp_cli {
namespace {

namespace prom = prometheus;

struct Named {
  std::string_view function, path;
};
// ES9+ in the ASN.1 binding has one path for all functions.
constexpr Named kFunctions[] = {{"InitiateAuthentication", sgp22::es9plus::kInitiateAuthentication.path},
                                {"AuthenticateClient", sgp22::es9plus::kAuthenticateClient.path},
                                {"GetBoundProfilePackage", sgp22::es9plus::kGetBoundProfilePackage.path},
                                {"HandleNotification", sgp22::es9plus::kHandleNotification.path},
                                {"CancelSession", sgp22::es9plus::kCancelSession.path},
                                {"asn1", sgp22::es9plus::kAsn1Path},
                                {"DownloadOrder", sgp22::es2plus::kDownloadOrder.path},
                                {"ConfirmOrder", sgp22::es2plus::kConfirmOrder.path},
                                {"CancelOrder", sgp22::es2plus::kCancelOrder.path},
                                {"ReleaseProfile", sgp22::es2plus::kReleaseProfile.path}};

const prom::Histogram::BucketBoundaries kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                                 0.05,   0.1,   0.25,   0.5,   1,    2.5};

// The subject and reason codes of a Failed answer in JSON. They come from the table of status codes, so that
// their number is bounded.
std::optional<FunctionStatus> failure_of(const HttpReply& reply) {
  if (reply.status != 200 || as_text(reply.body).substr(0, 80).find("Failed") == std::string_view::npos)
    return std::nullopt;
  const auto head = json::decode<sgp22::EmptyResponse>(as_text(reply.body));
  return head ? sgp22::fault_of(head->header) : std::nullopt;
}

prom::MetricFamily family(const std::string& name, const std::string& help, prom::MetricType type,
                          const std::vector<std::pair<std::string, std::uint64_t>>& by_interface) {
  prom::MetricFamily out{name, help, type, {}};
  for (const auto& [interface, value] : by_interface) {
    prom::ClientMetric metric;
    if (!interface.empty()) metric.label = {{"interface", interface}};
    (type == prom::MetricType::Gauge ? metric.gauge.value : metric.counter.value) =
        static_cast<double>(value);
    out.metric.push_back(std::move(metric));
  }
  return out;
}

}  // namespace

struct Metrics::Impl {
  prom::Registry registry;
  prom::Family<prom::Counter>& requests = prom::BuildCounter()
                                              .Name("eider_smdpp_requests_total")
                                              .Help("Answered function calls")
                                              .Register(registry);
  prom::Family<prom::Counter>& refusals = prom::BuildCounter()
                                              .Name("eider_smdpp_refusals_total")
                                              .Help("Failed answers by subject and reason code")
                                              .Register(registry);
  prom::Family<prom::Histogram>& seconds = prom::BuildHistogram()
                                               .Name("eider_smdpp_request_seconds")
                                               .Help("Time from request to answer, TLS not included")
                                               .Register(registry);
  prom::Family<prom::Counter>& outbox = prom::BuildCounter()
                                            .Name("eider_smdpp_outbox_sent_total")
                                            .Help("Messages to operators and SM-DS")
                                            .Register(registry);
  prom::Family<prom::Counter>& crls = prom::BuildCounter()
                                          .Name("eider_smdpp_crl_fetches_total")
                                          .Help("Attempts to fetch a CRL")
                                          .Register(registry);
  struct Function {
    std::string name;
    prom::Counter *success, *failed, *error;
    prom::Histogram* seconds;
  };
  std::map<std::string_view, Function> functions;  // by path
  prom::Counter& delivered = outbox.Add({{"result", "delivered"}});
  prom::Counter& postponed = outbox.Add({{"result", "postponed"}});
  prom::Counter& taken = crls.Add({{"result", "taken"}});
  prom::Counter& not_taken = crls.Add({{"result", "failed"}});

  Impl() {
    for (const auto& f : kFunctions) {
      const std::string name(f.function);
      const auto result = [&](const char* what) {
        return &requests.Add({{"function", name}, {"result", what}});
      };
      functions.emplace(f.path, Function{name, result("success"), result("failed"), result("error"),
                                         &seconds.Add({{"function", name}}, kSeconds)});
    }
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view path, const HttpReply& reply, std::chrono::nanoseconds spent) {
  const auto it = impl_->functions.find(path);
  if (it == impl_->functions.end()) return;
  const auto& f = it->second;
  const auto failure = failure_of(reply);
  (reply.status >= 400 ? f.error : failure ? f.failed : f.success)->Increment();
  if (failure)
    impl_->refusals
        .Add({{"function", f.name}, {"subject", failure->subject_code}, {"reason", failure->reason_code}})
        .Increment();
  f.seconds->Observe(std::chrono::duration<double>(spent).count());
}

void Metrics::outbox_sent(std::size_t delivered, std::size_t postponed) {
  impl_->delivered.Increment(static_cast<double>(delivered));
  impl_->postponed.Increment(static_cast<double>(postponed));
}

void Metrics::crls_fetched(std::size_t taken, std::size_t failed) {
  impl_->taken.Increment(static_cast<double>(taken));
  impl_->not_taken.Increment(static_cast<double>(failed));
}

std::string Metrics::text(const Now& now) const {
  using Type = prom::MetricType;
  auto all = impl_->registry.Collect();
  const auto both = [&](const char* name, const char* help, Type type, auto member) {
    all.push_back(
        family(name, help, type, {{"es9plus", now.es9plus.*member}, {"es2plus", now.es2plus.*member}}));
  };
  using C = net::HttpServerCounters;
  all.push_back(family("eider_smdpp_outbox_entries", "Messages that are still owed", Type::Gauge,
                       {{"", now.outbox_entries}}));
  all.push_back(family("eider_smdpp_sessions_live", "RSP sessions begun by this process and not ended",
                       Type::Gauge, {{"", now.live_sessions}}));
  all.push_back(family("eider_smdpp_store_commits_total", "Commits of the database", Type::Counter,
                       {{"", now.store_commits}}));
  all.push_back(family("eider_smdpp_store_writes_total",
                       "Writes that the commits carried: their ratio is the size of a batch", Type::Counter,
                       {{"", now.store_writes}}));
  both("eider_http_connections_active", "Open connections", Type::Gauge, &C::connections_active);
  both("eider_http_connections_total", "Accepted connections", Type::Counter, &C::connections_accepted);
  both("eider_http_handshakes_failed_total", "Failed TLS handshakes", Type::Counter, &C::handshakes_failed);
  both("eider_http_timeouts_total", "Connections closed for silence", Type::Counter, &C::timeouts);
  both("eider_http_malformed_total", "Malformed or oversized requests", Type::Counter, &C::malformed);
  return prom::TextSerializer().Serialize(all);
}

}  // namespace eider::app::smdpp_cli
