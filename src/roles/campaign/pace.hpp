// When a campaign may call: its window, its rate, and when it stops by itself.
#pragma once
#include <deque>

#include "roles/campaign/records.hpp"

namespace eider::campaign {

// Is the moment within the window?
bool open_at(const Pace& pace, Time now);
// The next moment, from `now` on, at which it is open; nothing: never again.
std::optional<Time> next_open(const Pace& pace, Time now);
// When it closes, if it is open; nothing: not within a week.
std::optional<Time> next_close(const Pace& pace, Time now);

// `per_minute` calls a minute, up to `burst` at once. Begins with one: who starts again and again gains
// nothing.
class RateLimit {
 public:
  RateLimit(std::uint32_t per_minute, std::uint32_t burst, Time now);
  // At other terms from now on; what was saved up stays, as far as the burst goes.
  void change(std::uint32_t per_minute, std::uint32_t burst, Time now);
  std::size_t available(Time now);
  void take(std::size_t calls);
  // When one more is available.
  Time next(Time now);

 private:
  void refill(Time now);
  std::uint64_t per_minute_, burst_;
  std::uint64_t saved_;  // of 60,000 parts: a call
  Time refilled_;
};

// More failures among the last outcomes than the share allows; also before so many have come, when those that
// come can no longer make it less.
class StopRule {
 public:
  StopRule(std::uint32_t per_mille, std::uint32_t over) : per_mille_(per_mille), over_(over) {}
  void count(bool failed);
  bool stop() const;
  std::uint32_t failures() const { return failures_; }
  std::size_t outcomes() const { return last_.size(); }

 private:
  std::uint32_t per_mille_, over_;
  std::uint32_t failures_ = 0;
  std::deque<bool> last_;
};

}  // namespace eider::campaign
