#include "smds_metrics.hpp"

#include <algorithm>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "metrics.hpp"
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
  if (const auto refused = metrics::failure_of(reply))
    impl_->refusals
        .Add({{"function", function}, {"code", refused->subject_code + "/" + refused->reason_code}})
        .Increment();
  impl_->seconds.Add({{"function", function}}, metrics::kAnswerSeconds)
      .Observe(std::chrono::duration<double>(spent).count());
}

void Metrics::purged(std::size_t removed, std::size_t postponed) {
  impl_->purges.Add({{"result", "removed"}}).Increment(static_cast<double>(removed));
  impl_->purges.Add({{"result", "postponed"}}).Increment(static_cast<double>(postponed));
}

std::string Metrics::text(const Now& now) const {
  using metrics::Type;
  auto all = impl_->registry.Collect();
  metrics::add(all, "eider_smds_events", "Events in the store", Type::Gauge, now.events);
  metrics::add(all, "eider_smds_sessions_live", "Sessions on ES11 whose eUICC has not authenticated itself",
               Type::Gauge, now.live_sessions);
  metrics::add(all, "eider_smds_store_commits_total", "Commits of the database", Type::Counter,
               now.store_commits);
  metrics::add(all, "eider_smds_store_writes_total", "Writes that the commits carried", Type::Counter,
               now.store_writes);
  metrics::add_http_servers(all, {{"es11", now.es11}, {"es12", now.es12}});
  return metrics::text_of(all);
}

}  // namespace eider::app::smds_cli
