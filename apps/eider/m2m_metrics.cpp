#include "m2m_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include "spec/sgp02/status_codes.hpp"

namespace eider::app::m2m {
namespace {
namespace prom = prometheus;
namespace status = sgp02::status;
using sgp02::ExecutionStatus;

// A call that a card has a part in takes as long as its validity period, at most.
const prom::Histogram::BucketBoundaries kCallSeconds{0.001, 0.005, 0.025, 0.1, 0.5,  1,     5,
                                                     15,    60,    300,   900, 3600, 21600, 86400};

const char* word_of(ExecutionStatus s) {
  constexpr const char* kWords[] = {"success", "warning", "failed", "expired"};
  return kWords[static_cast<std::size_t>(s)];
}

// The codes of other servers are told when they are in the table, so that their number is bounded.
std::string code_of(const sgp02::FunctionExecutionStatus& s) {
  if (!s.statusCodeData) return {};
  const auto& [subject, reason, identifier, message] = *s.statusCodeData;
  if (status::subject_name(subject).empty() || status::reason_name(reason).empty()) return "other";
  return subject + "/" + reason;
}

prom::Labels labels_of(const sgp02::Function& f) {
  return {{"interface", std::string(sgp02::name_of(f.interface))}, {"function", std::string(f.name)}};
}
void count(prom::Family<prom::Counter>& family, const sgp02::Function& f,
           const sgp02::FunctionExecutionStatus& s) {
  auto labels = labels_of(f);
  labels["status"] = word_of(s.status);
  labels["code"] = code_of(s);
  family.Add(labels).Increment();
}
double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
}  // namespace

struct Metrics::Impl {
  explicit Impl(const std::string& role) : prefix("eider_" + role + "_") {}
  std::string prefix;
  prom::Registry registry;

  prom::Family<prom::Counter>& counter(const char* name, const char* help) {
    return prom::BuildCounter().Name(prefix + name).Help(help).Register(registry);
  }
  prom::Family<prom::Histogram>& histogram(const char* name, const char* help) {
    return prom::BuildHistogram().Name(prefix + name).Help(help).Register(registry);
  }
  prom::Family<prom::Counter>& calls = counter("calls_total", "Answers to function calls");
  prom::Family<prom::Histogram>& call_seconds =
      histogram("call_seconds", "Time from a call to its answer, the card's part in it");
  prom::Family<prom::Counter>& peer_calls =
      counter("peer_calls_total", "Answers of others to our function calls");
  prom::Family<prom::Counter>& operations = counter("operations_total", "Operations on cards that are over");
  prom::Family<prom::Histogram>& waits =
      histogram("operation_wait_seconds", "Time until an operation had its turn at the card");
  prom::Family<prom::Histogram>& operation_seconds =
      histogram("operation_seconds", "Time from an operation's arrival to its end");
};

Metrics::Metrics(const std::string& role) : impl_(std::make_unique<Impl>(role)) {}
Metrics::~Metrics() = default;

void Metrics::answered(const sgp02::Function& f, const sgp02::BaseResponse& base) {
  count(impl_->calls, f, base.functionExecutionStatus);
  if (base.processingStart && base.processingEnd)
    impl_->call_seconds.Add(labels_of(f), kCallSeconds)
        .Observe(seconds(*base.processingEnd - *base.processingStart));
}
void Metrics::peer_answered(const sgp02::Function& f, const sgp02::BaseResponse& base) {
  count(impl_->peer_calls, f, base.functionExecutionStatus);
}
void Metrics::operation_begun(std::string_view kind, Duration waited) {
  impl_->waits.Add({{"operation", std::string(kind)}}, kCallSeconds).Observe(seconds(waited));
}
void Metrics::operation_over(std::string_view kind, ExecutionStatus s, Duration took) {
  const std::string name(kind);
  impl_->operations.Add({{"operation", name}, {"status", word_of(s)}}).Increment();
  impl_->operation_seconds.Add({{"operation", name}}, kCallSeconds).Observe(seconds(took));
}

metrics::Families Metrics::collect(const Common& now) const {
  using metrics::Type;
  auto all = impl_->registry.Collect();
  const auto one = [&](const char* name, const char* help, Type type, std::uint64_t value) {
    metrics::add(all, (impl_->prefix + name).c_str(), help, type, value);
  };
  one("outbox_entries", "Messages to others that are still owed", Type::Gauge, now.outbox_entries);
  metrics::add(all, (impl_->prefix + "posts_total").c_str(),
               "Messages sent to others, by what became of them", Type::Counter,
               {{{{"result", "taken"}}, now.soap.taken},
                {{{"result", "refused"}}, now.soap.refused},
                {{{"result", "not_reached"}}, now.soap.not_reached}});
  one("store_commits_total", "Commits of the database", Type::Counter, now.store_commits);
  one("store_writes_total", "Writes that the commits carried: their ratio is the size of a batch",
      Type::Counter, now.store_writes);
  metrics::add_http_servers(all, {{"functions", now.functions}});
  return all;
}

}  // namespace eider::app::m2m
