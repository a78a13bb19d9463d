// Structured enough to read, cheap when off. Never pass a Secret, a key, a code or a whole signed message.
#pragma once
#include <string_view>

namespace eider::log {

enum class Level { kTrace, kDebug, kInfo, kWarn, kError, kOff };

// Writes to standard error; default level is kWarn, so that commands stay quiet.
void set_level(Level level);
// Where lines go instead; null: to standard error. Called from any thread that logs.
using Sink = void (*)(Level level, std::string_view component, std::string_view message);
void set_sink(Sink to);
bool enabled(Level level);
void write(Level level, std::string_view component, std::string_view message);

inline void debug(std::string_view component, std::string_view message) {
  write(Level::kDebug, component, message);
}
inline void info(std::string_view component, std::string_view message) {
  write(Level::kInfo, component, message);
}
inline void warn(std::string_view component, std::string_view message) {
  write(Level::kWarn, component, message);
}
inline void error(std::string_view component, std::string_view message) {
  write(Level::kError, component, message);
}

}  // namespace eider::log
