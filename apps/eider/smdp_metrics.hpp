// What `eider smdp serve` tells Prometheus.
#pragma once
#include "m2m_metrics.hpp"
#include "store/smdp_sqlite.hpp"

namespace eider::app::smdp_cli {

// LocalFault: the store cannot be read.
Result<std::string> report(const m2m::Metrics& counted, m2m::Metrics::Common common,
                           store::SmdpSqlite& store);

}  // namespace eider::app::smdp_cli
