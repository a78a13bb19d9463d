#include "smdpp_metrics.hpp"

#include <map>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "metrics.hpp"
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
                                         &seconds.Add({{"function", name}}, metrics::kAnswerSeconds)});
    }
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::answered(std::string_view path, const HttpReply& reply, std::chrono::nanoseconds spent) {
  const auto it = impl_->functions.find(path);
  if (it == impl_->functions.end()) return;
  const auto& f = it->second;
  const auto failure = metrics::failure_of(reply);
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
  using metrics::Type;
  auto all = impl_->registry.Collect();
  metrics::add(all, "eider_smdpp_outbox_entries", "Messages that are still owed", Type::Gauge,
               now.outbox_entries);
  metrics::add(all, "eider_smdpp_sessions_live", "RSP sessions begun by this process and not ended",
               Type::Gauge, now.live_sessions);
  metrics::add(all, "eider_smdpp_store_commits_total", "Commits of the database", Type::Counter,
               now.store_commits);
  metrics::add(all, "eider_smdpp_store_writes_total",
               "Writes that the commits carried: their ratio is the size of a batch", Type::Counter,
               now.store_writes);
  metrics::add_http_servers(all, {{"es9plus", now.es9plus}, {"es2plus", now.es2plus}});
  return metrics::text_of(all);
}

}  // namespace eider::app::smdpp_cli
