#include "roles/lpa/polling/policy.hpp"

#include <algorithm>

namespace eider::lpa::polling {
namespace {
using namespace std::chrono_literals;
constexpr Duration kEver = Duration::max();
constexpr auto kDay = 24h;

bool is_wish(Occasion occasion) {
  return occasion == Occasion::kSettingsOpened || occasion == Occasion::kCheckNow;
}

Duration part_of(Duration whole, double share) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * share));
}

Duration with_jitter(const Policy& policy, Duration wait, double draw) {
  return wait + part_of(wait, (draw * 2 - 1) * policy.jitter / 100);
}

Duration interval_of(const Policy& policy, const Book& book, Time now) {
  const auto& rows = policy.intervals[static_cast<std::size_t>(book.situation)];
  for (const auto& row : rows)
    if (row.within == kEver || now - book.since < row.within) return row.every;
  return rows.empty() ? Duration(kDay) : rows.back().every;
}

Duration back_off(const Policy& policy, unsigned failures) {
  auto wait = policy.first_retry;
  for (unsigned i = 1; i < failures && wait < policy.longest_retry; ++i) wait *= 2;
  return std::min(wait, policy.longest_retry);
}

// The first moment from `t` on that is not within the quiet hours; after them spread over an hour.
Time outside_quiet_hours(const Policy& policy, const Book& book, Time t, Chance chance) {
  if (!policy.quiet || book.situation == Situation::kNoProfile) return t;
  constexpr unsigned kMinutes = 24 * 60;
  const auto& q = *policy.quiet;
  const auto local = t + chance.utc_offset;
  const auto midnight = std::chrono::floor<std::chrono::days>(local);
  const auto minute = static_cast<unsigned>((local - midnight) / 1min);
  const auto length = (q.to + kMinutes - q.from) % kMinutes;
  const auto inside = (minute + kMinutes - q.from) % kMinutes;
  if (inside >= length) return t;
  const auto end = std::chrono::floor<std::chrono::minutes>(t) + std::chrono::minutes(length - inside);
  return Time(end) + part_of(1h, chance.draw);
}

Time next_by_time(const Policy& policy, const Book& book, Time now, Chance chance) {
  const auto every = interval_of(policy, book, now);
  const auto wait = book.failures == 0 ? every : back_off(policy, book.failures);
  return outside_quiet_hours(policy, book, now + with_jitter(policy, wait, chance.draw), chance);
}

// No wait that was drawn is longer: a clock that was set back must not keep the LPA from asking.
Duration longest_wait(const Policy& policy, const Book& book, Time now) {
  return 2 * std::max(interval_of(policy, book, now), policy.longest_retry) + Duration(25h);
}

Policy make(std::string_view name, std::array<std::vector<Interval>, kSituations> intervals) {
  Policy p;
  p.name = name;
  p.intervals = std::move(intervals);
  p.fresh = {0min, 15min, 15min, 1min, 0min};
  p.spread = {30s, 1min, 15min};
  p.first_retry = 1min;
  p.longest_retry = 6h;
  return p;
}

std::vector<Policy> make_policies() {
  using Rows = std::vector<Interval>;
  return {make("standard", {Rows{{10min, 1min}, {6h, 10min}, {7 * kDay, 1h}, {kEver, 6h}},
                            Rows{{1h, 10min}, {kDay, 1h}, {kEver, 12h}}, Rows{{kEver, kDay}}}),
          make("eager",
               {Rows{{kDay, 1min}, {kEver, 10min}}, Rows{{kDay, 10min}, {kEver, 1h}}, Rows{{kEver, 1h}}}),
          make("sparing",
               {Rows{{1h, 10min}, {kDay, 1h}, {kEver, kDay}}, Rows{{kEver, kDay}}, Rows{{kEver, 7 * kDay}}})};
}
}  // namespace

std::string_view to_string(Situation situation) {
  constexpr std::string_view kNames[] = {"no Operational Profile", "none enabled", "one enabled"};
  return kNames[static_cast<std::size_t>(situation)];
}
std::string_view to_string(Occasion occasion) {
  constexpr std::string_view kNames[] = {"time", "start", "network regained", "settings opened", "check now"};
  return kNames[static_cast<std::size_t>(occasion)];
}

std::span<const Policy> policies() {
  static const auto all = make_policies();
  return all;
}
const Policy& standard_policy() {
  return policies().front();
}

std::optional<Time> ask_at(const Policy& policy, const Book& book, Occasion occasion, Time now,
                           Chance chance) {
  if (occasion == Occasion::kCheckNow) return now;
  const auto fresh = policy.fresh[static_cast<std::size_t>(occasion)];
  // A clock that was set back makes nothing fresh.
  const bool is_fresh = book.answered && now >= *book.answered && now - *book.answered < fresh;
  if (is_wish(occasion)) return is_fresh ? std::nullopt : std::optional(now);
  if (!policy.automatic) return std::nullopt;
  if (occasion == Occasion::kTime) {
    const bool sensible = book.next && *book.next - now <= longest_wait(policy, book, now);
    return sensible ? std::max(*book.next, now) : next_by_time(policy, book, now, chance);
  }
  if (is_fresh) return std::nullopt;
  const auto spread = policy.spread[static_cast<std::size_t>(book.situation)];
  return outside_quiet_hours(policy, book, now + part_of(spread, chance.draw), chance);
}

Book asked(const Policy& policy, Book book, bool answered, Time now, Chance chance) {
  book.failures = answered ? 0 : book.failures + 1;
  if (answered) book.answered = now;
  book.next = next_by_time(policy, book, now, chance);
  return book;
}

Book found(const Policy& policy, Book book, Situation situation, Time now, Chance chance) {
  if (book.situation == situation && book.since != Time{}) return book;
  book.situation = situation;
  book.since = now;
  book.next = next_by_time(policy, book, now, chance);
  return book;
}

}  // namespace eider::lpa::polling
