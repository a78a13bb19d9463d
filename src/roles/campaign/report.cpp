#include "roles/campaign/report.hpp"

#include <algorithm>

namespace eider::campaign {

Percentiles percentiles(std::vector<std::uint32_t> d) {
  Percentiles out;
  out.count = d.size();
  if (d.empty()) return out;
  // The smallest one that so many are not above.
  const auto at = [&](std::size_t per_cent) {
    const auto n = static_cast<std::ptrdiff_t>((d.size() * per_cent + 99) / 100 - 1);
    std::nth_element(d.begin(), d.begin() + n, d.end());
    return d[static_cast<std::size_t>(n)];
  };
  out.p50 = at(50);
  out.p90 = at(90);
  out.p99 = at(99);
  out.longest = at(100);
  return out;
}

Result<Report> make_report(StoreReader& reader, const Campaign& campaign, std::size_t most_in_need) {
  Report out;
  out.campaign = campaign;
  EIDER_TRY(tally, reader.tally(campaign.id));
  out.tally = tally;
  for (const auto n : tally) out.cards += n;
  EIDER_TRY(reasons, reader.reasons(campaign.id));
  out.reasons = std::move(reasons);
  EIDER_TRY(next, reader.next_actions(campaign.id));
  out.next = std::move(next);
  EIDER_TRY(durations, reader.durations(campaign.id));
  out.durations = percentiles(std::move(durations));
  for (const auto state : {CardState::kHeld, CardState::kFailed}) {
    const auto room = most_in_need - out.in_need.size();
    EIDER_TRY(cards, reader.cards(campaign.id, 0, room, state));
    out.more_in_need += of(tally, state) - cards.size();
    for (auto& c : cards) out.in_need.push_back(std::move(c));
  }
  return out;
}

}  // namespace eider::campaign
