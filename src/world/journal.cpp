#include "world/journal.hpp"

namespace eider::world {

void Journal::write(const std::string& text) {
  sink_(format_time(clock_.now()) + "  " + text);
}

}  // namespace eider::world
