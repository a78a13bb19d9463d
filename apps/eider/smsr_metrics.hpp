// What `eider smsr serve` tells Prometheus.
#pragma once
#include "m2m_metrics.hpp"
#include "store/smsr_sqlite.hpp"

namespace eider::app::smsr_cli {

// What others count, at the moment of asking.
struct Gauges {
  std::uint64_t sessions_active = 0, sessions_opened = 0;
  bool bound = false;
  m2m::SmppBearer::Counters sms;
};
// LocalFault: the registry cannot be read.
Result<std::string> report(const m2m::Metrics& counted, m2m::Metrics::Common common, store::SmsrSqlite& store,
                           const Gauges& now);

}  // namespace eider::app::smsr_cli
