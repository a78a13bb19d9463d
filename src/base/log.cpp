#include "base/log.hpp"

#include <atomic>
#include <cstdio>
#include <string>

#include "base/clock.hpp"

namespace eider::log {
namespace {
std::atomic<Level> least{Level::kWarn};
std::atomic<Sink> sink{nullptr};

const char* name(Level level) {
  switch (level) {
    case Level::kTrace:
      return "trace";
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warning";
    case Level::kError:
      return "error";
    case Level::kOff:
      break;
  }
  return "off";
}

// 2026-01-31T12:00:00.000Z warning [component] message, in one write: lines of threads stay whole.
void to_standard_error(Level level, std::string_view component, std::string_view message) {
  const Time now = SystemClock().now();
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ ",
                static_cast<int>(now.time_since_epoch().count() % 1000));
  std::string line = format_time(now);
  line.replace(line.size() - 1, 1, fraction);
  line.append(name(level)).append(" [").append(component).append("] ").append(message).append("\n");
  std::fwrite(line.data(), 1, line.size(), stderr);
}
}  // namespace

void set_level(Level level) {
  least = level;
}
void set_sink(Sink to) {
  sink = to;
}
bool enabled(Level level) {
  return level != Level::kOff && level >= least.load(std::memory_order_relaxed);
}
void write(Level level, std::string_view component, std::string_view message) {
  if (!enabled(level)) return;
  const Sink to = sink.load(std::memory_order_relaxed);
  (to ? to : &to_standard_error)(level, component, message);
}

}  // namespace eider::log
