// The eight timers that a terminal runs for its card (ETSI TS 102 223 section 6.4.21).
#pragma once
#include <array>

#include "base/bytes.hpp"
#include "base/clock.hpp"

namespace eider::device {

class ToolkitTimers {
 public:
  static constexpr std::uint8_t kCount = 8;  // identifiers 1 to 8

  // False for an identifier outside 1 to 8. A running timer starts anew.
  bool start(std::uint8_t id, Duration value, Time now);
  // What is left of it; nothing when it does not run.
  std::optional<Duration> left(std::uint8_t id, Time now) const;
  std::optional<Duration> stop(std::uint8_t id, Time now);
  void stop_all() { timers_ = {}; }

  // One that has run out, which is then no longer running; the longest overdue first.
  struct Expired {
    std::uint8_t id;
    Duration elapsed;  // since its start
  };
  std::optional<Expired> take_expired(Time now);
  std::optional<Time> next() const;

 private:
  struct Timer {
    Time started{}, due{};
  };
  static bool known(std::uint8_t id) { return id >= 1 && id <= kCount; }
  std::array<std::optional<Timer>, kCount> timers_;
};

// Hours, minutes and seconds, two swapped digits each (section 8.38). Decoding refuses what is no time.
Bytes encode_timer_value(Duration value);
std::optional<Duration> decode_timer_value(ByteView value);

}  // namespace eider::device
