// What the SM-DP and its inventory store.
#include "world/m2m/laws.hpp"

namespace eider::world::m2m {
namespace {
std::string stock_text(const smdpp::Profile& p) {
  return sgp22::iccid_digits(p.iccid) + " (" + std::string(to_string(p.state)) + ")";
}
}  // namespace

void Laws::smdp_committed(const SmdpChange& change) {
  for (const auto& p : change.procedures)
    if (p.after) {
      journal_.mark(static_cast<std::uint64_t>(p.after->step) + 1);
    } else if (p.before->step == smdp::Step::kUndo && p.before->iccid) {
      // Given up: the card is with another SM-SR now, or was not reached for a week.
      constexpr auto kCleanUp = std::chrono::hours(7 * 24);
      if (moved_.contains(p.before->eid) || clock_.now() >= p.before->received_at + kCleanUp)
        abandoned_.insert(*p.before->iccid);
    }
}

// A Profile is given out once, and is free again only when no card has it.
void Laws::stock_committed(const StoreChange& change) {
  using S = smdpp::ProfileState;
  for (const auto& put : change.profiles) {
    const auto& p = put.after;
    journal_.note([&] { return "inventory: " + stock_text(p); });
    stock_[p.iccid] = p;
    if (!put.before) continue;
    const auto& before = *put.before;
    const bool same_card = before.order && p.order && before.order->eid == p.order->eid;
    require(before.state != S::kPushed || p.state != S::kPushed || same_card, "stock.once",
            [&] { return stock_text(p) + " is given to two cards"; });
    require(p.state != S::kAvailable || !installed_on_.contains(p.iccid), "stock.on-card",
            [&] { return stock_text(p) + " is free, and on a card"; });
  }
}

}  // namespace eider::world::m2m
