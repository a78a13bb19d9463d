// The report of `eider smdp serve` to Prometheus.
#include "smdp_metrics.hpp"

namespace eider::app::smdp_cli {

Result<std::string> report(const m2m::Metrics& counted, m2m::Metrics::Common common,
                           store::SmdpSqlite& store) {
  using smdp::Step;
  std::vector<metrics::Sample> procedures;
  EIDER_CHECK(store.read([&](smdp::StoreReader& reader) -> Status {
    for (int n = 0; n <= static_cast<int>(Step::kSettle); ++n) {
      const auto step = static_cast<Step>(n);
      EIDER_TRY(ids, reader.procedures_in(step));
      procedures.push_back({{{"step", std::string(to_string(step))}}, ids.size()});
    }
    EIDER_TRY(owed, reader.outbox_size());
    common.outbox_entries = owed;
    return {};
  }));
  common.store_commits = store.commits();
  common.store_writes = store.writes();
  auto all = counted.collect(common);
  metrics::add(all, "eider_smdp_procedures", "Procedures under way, by what they wait for",
               metrics::Type::Gauge, procedures);
  return metrics::text_of(all);
}

}  // namespace eider::app::smdp_cli
