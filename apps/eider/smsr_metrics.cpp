// The report of `eider smsr serve` to Prometheus.
#include "smsr_metrics.hpp"

namespace eider::app::smsr_cli {

Result<std::string> report(const m2m::Metrics& counted, m2m::Metrics::Common common, store::SmsrSqlite& store,
                           const Gauges& now) {
  using metrics::Type;
  smsr::QueueLengths queues;
  std::uint64_t cards = 0;
  EIDER_CHECK(store.read([&](smsr::StoreReader& reader) -> Status {
    EIDER_TRY(lengths, reader.queue_lengths());
    EIDER_TRY(owed, reader.outbox_size());
    EIDER_TRY(count, reader.count_euiccs());
    queues = lengths;
    common.outbox_entries = owed;
    cards = count;
    return {};
  }));
  common.store_commits = store.commits();
  common.store_writes = store.writes();
  auto all = counted.collect(common);
  metrics::add(all, "eider_smsr_euiccs", "Cards in the registry", Type::Gauge, cards);
  metrics::add(all, "eider_smsr_operations", "Operations on cards that wait or are under way", Type::Gauge,
               queues.operations);
  metrics::add(all, "eider_smsr_operations_cards", "Cards that have operations", Type::Gauge, queues.cards);
  metrics::add(all, "eider_smsr_operations_longest", "Operations of the card that has most of them",
               Type::Gauge, queues.longest);
  metrics::add(all, "eider_smsr_sessions_active", "Cards that are connected by HTTPS", Type::Gauge,
               now.sessions_active);
  metrics::add(all, "eider_smsr_sessions_total", "HTTPS connections of cards", Type::Counter,
               now.sessions_opened);
  metrics::add(all, "eider_smsr_smpp_bound", "1: there is a session with the service centre", Type::Gauge,
               now.bound);
  const auto& sms = now.sms;
  metrics::add(all, "eider_smsr_short_messages_total", "Short messages, parts of long ones counted by one",
               Type::Counter,
               {{{{"direction", "out"}, {"result", "taken"}}, sms.taken},
                {{{"direction", "out"}, {"result", "refused"}}, sms.refused},
                {{{"direction", "out"}, {"result", "not_answered"}}, sms.not_answered},
                {{{"direction", "in"}, {"result", "taken"}}, sms.received},
                {{{"direction", "in"}, {"result", "refused"}}, sms.not_received}});
  return metrics::text_of(all);
}

}  // namespace eider::app::smsr_cli
