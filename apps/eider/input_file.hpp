// Files and standard input as commands read them: whole, and only up to a size.
#pragma once
#include <string>

#include "command.hpp"

namespace eider::app {

inline constexpr std::size_t kMaxInput = 64 * 1024 * 1024;

// "-" is standard input. CommandError 1 with cause and remedy: not there, not readable, a directory, larger
// than `most` octets (devices that never end among them).
std::string read_input(const std::string& path, std::size_t most = kMaxInput);

}  // namespace eider::app
