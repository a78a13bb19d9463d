// What a campaign has come to.
#pragma once
#include "roles/campaign/ports.hpp"

namespace eider::campaign {

struct Percentiles {
  std::uint64_t count = 0;
  std::uint32_t p50 = 0, p90 = 0, p99 = 0, longest = 0;  // milliseconds
};
Percentiles percentiles(std::vector<std::uint32_t> durations);

struct Report {
  Campaign campaign;
  Tally tally{};
  std::uint64_t cards = 0;
  std::vector<ReasonCount> reasons;                    // of those that have ended
  std::vector<std::pair<Action, std::uint64_t>> next;  // of those that wait
  Percentiles durations;                               // of calls that moved a card
  std::vector<Card> in_need;                           // held, then failed
  std::uint64_t more_in_need = 0;                      // beside those
};
Result<Report> make_report(StoreReader& reader, const Campaign& campaign, std::size_t most_in_need);

}  // namespace eider::campaign
