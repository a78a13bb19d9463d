#include "roles/campaign/pace.hpp"

#include <algorithm>

namespace eider::campaign {
namespace {

constexpr std::int64_t kMinute = 60'000, kDayMinutes = 24 * 60;
constexpr std::uint64_t kParts = 60000;  // of a call: per_minute parts a millisecond

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}
// Local minutes since the epoch.
std::int64_t local_minute(const Pace& p, Time t) {
  return floor_div(t.time_since_epoch().count(), kMinute) + p.utc_offset;
}
Time at_minute(const Pace& p, std::int64_t local) {
  return Time(Duration((local - p.utc_offset) * kMinute));
}
bool within(const Hours& h, std::int64_t minute) {
  return h.from < h.to ? minute >= h.from && minute < h.to : minute >= h.from || minute < h.to;
}
bool open_hour(const Pace& p, std::int64_t local) {
  const auto minute = local - floor_div(local, kDayMinutes) * kDayMinutes;
  return p.hours.empty() || std::ranges::any_of(p.hours, [&](const Hours& h) { return within(h, minute); });
}

}  // namespace

bool open_at(const Pace& p, Time now) {
  return (!p.not_before || now >= *p.not_before) && (!p.until || now < *p.until) &&
         open_hour(p, local_minute(p, now));
}

std::optional<Time> next_open(const Pace& p, Time now) {
  auto t = p.not_before ? std::max(now, *p.not_before) : now;
  const auto first = local_minute(p, t);
  for (std::int64_t m = 0; m <= kDayMinutes; ++m) {
    if (!open_hour(p, first + m)) continue;
    if (m > 0) t = at_minute(p, first + m);
    return p.until && t >= *p.until ? std::nullopt : std::optional(t);
  }
  return std::nullopt;
}

std::optional<Time> next_close(const Pace& p, Time now) {
  auto closes = p.until;
  const auto first = local_minute(p, now);
  for (std::int64_t m = 1; m <= kDayMinutes && !p.hours.empty(); ++m) {
    if (open_hour(p, first + m)) continue;
    const auto t = at_minute(p, first + m);
    if (!closes || t < *closes) closes = t;
    break;
  }
  return closes;
}

RateLimit::RateLimit(std::uint32_t per_minute, std::uint32_t burst, Time now)
    : per_minute_(per_minute), burst_(std::max(burst, 1U)), saved_(kParts), refilled_(now) {}

void RateLimit::change(std::uint32_t per_minute, std::uint32_t burst, Time now) {
  refill(now);
  per_minute_ = per_minute;
  burst_ = std::max(burst, 1U);
  saved_ = std::min(saved_, burst_ * kParts);
}
void RateLimit::refill(Time now) {
  if (now <= refilled_) return;
  // More than a full burst would be thrown away: no product can overflow.
  const auto passed = std::min<std::int64_t>((now - refilled_).count(), std::int64_t{1} << 40);
  refilled_ = now;
  saved_ =
      std::min(saved_ + static_cast<std::uint64_t>(passed) * std::min<std::uint64_t>(per_minute_, 1U << 22),
               burst_ * kParts);
}
std::size_t RateLimit::available(Time now) {
  if (per_minute_ == 0) return SIZE_MAX;
  refill(now);
  return static_cast<std::size_t>(saved_ / kParts);
}
void RateLimit::take(std::size_t calls) {
  if (per_minute_ != 0) saved_ -= std::min<std::uint64_t>(saved_, calls * kParts);
}
Time RateLimit::next(Time now) {
  if (available(now) > 0) return now;
  const auto missing = kParts - saved_ % kParts;
  return now + Duration(static_cast<std::int64_t>((missing + per_minute_ - 1) / per_minute_));
}

void StopRule::count(bool failed) {
  last_.push_back(failed);
  failures_ += failed ? 1 : 0;
  if (last_.size() <= over_) return;
  failures_ -= last_.front() ? 1 : 0;
  last_.pop_front();
}
bool StopRule::stop() const {
  return per_mille_ > 0 && std::uint64_t{failures_} * 1000 > std::uint64_t{per_mille_} * over_;
}

}  // namespace eider::campaign
