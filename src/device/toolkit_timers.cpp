#include "device/toolkit_timers.hpp"

#include <algorithm>

namespace eider::device {
namespace {
std::uint8_t swapped_digits(long n) {
  return static_cast<std::uint8_t>(n % 10 << 4 | n / 10);
}
// 100 and more for what is no two digits.
long digits(std::uint8_t octet) {
  const long tens = octet & 0x0F, ones = octet >> 4;
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}
}  // namespace

bool ToolkitTimers::start(std::uint8_t id, Duration value, Time now) {
  if (!known(id)) return false;
  timers_[id - 1u] = Timer{now, now + value};
  return true;
}

std::optional<Duration> ToolkitTimers::left(std::uint8_t id, Time now) const {
  if (!known(id) || !timers_[id - 1u]) return std::nullopt;
  return std::max(Duration(0), timers_[id - 1u]->due - now);
}

std::optional<Duration> ToolkitTimers::stop(std::uint8_t id, Time now) {
  auto out = left(id, now);
  if (out) timers_[id - 1u].reset();
  return out;
}

std::optional<ToolkitTimers::Expired> ToolkitTimers::take_expired(Time now) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < timers_.size(); ++i)
    if (timers_[i] && timers_[i]->due <= now && (!first || timers_[i]->due < timers_[*first]->due)) first = i;
  if (!first) return std::nullopt;
  const Expired out{static_cast<std::uint8_t>(*first + 1), now - timers_[*first]->started};
  timers_[*first].reset();
  return out;
}

std::optional<Time> ToolkitTimers::next() const {
  std::optional<Time> out;
  for (const auto& t : timers_)
    if (t && (!out || t->due < *out)) out = t->due;
  return out;
}

Bytes encode_timer_value(Duration value) {
  constexpr long kMost = 99L * 3600 + 59 * 60 + 59;
  const long s = std::clamp<long>(std::chrono::duration_cast<std::chrono::seconds>(value).count(), 0, kMost);
  return {swapped_digits(s / 3600), swapped_digits(s / 60 % 60), swapped_digits(s % 60)};
}

std::optional<Duration> decode_timer_value(ByteView v) {
  if (v.size() != 3) return std::nullopt;
  const long h = digits(v[0]), m = digits(v[1]), s = digits(v[2]);
  if (h > 99 || m > 59 || s > 59) return std::nullopt;
  return std::chrono::seconds((h * 60 + m) * 60 + s);
}

}  // namespace eider::device
