// The report of `eider smdp serve` to Prometheus.
#include "smdp_metrics.hpp"

namespace eider::app::smdp_cli {

Result<std::string> report(const m2m::Metrics& counted, m2m::Metrics::Common common,
                           store::SmdpSqlite& store) {
  using smdp::Step;
  std::vector<metrics::Sample> procedures;
  std::uint64_t late = 0;
  EIDER_CHECK(store.read([&](smdp::StoreReader& reader) -> Status {
    for (int n = 0; n < smdp::kSteps; ++n) {
      const auto step = static_cast<Step>(n);
      EIDER_TRY(count, reader.count_in(step));
      if (step == Step::kLate)
        late = count;
      else
        procedures.push_back({{{"step", std::string(to_string(step))}}, count});
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
  metrics::add(all, "eider_smdp_late_answers_awaited",
               "Functions that were answered as expired, and of which the SM-SR may still say what became",
               metrics::Type::Gauge, late);
  return metrics::text_of(all);
}

}  // namespace eider::app::smdp_cli
