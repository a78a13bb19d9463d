// The keys, in words.
#pragma once
#include <string>
#include <vector>

namespace eider::tui {
std::vector<std::string> help_lines();
}
