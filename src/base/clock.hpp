#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace eider {

// UTC, millisecond resolution: what protocols write and stores keep.
using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// Moves only when told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void set(Time t) { now_ = t; }
  void advance(Duration d) { now_ += d; }

 private:
  Time now_;
};

// W3C date and time, YYYY-MM-DDThh:mm:ssZ (SGP.22 section 5.2: DATETIME); parsing also takes an offset
// ±hh:mm.
std::string format_time(Time t);
std::optional<Time> parse_time(std::string_view text);

}  // namespace eider
