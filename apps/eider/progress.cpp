#include "progress.hpp"

#include <algorithm>
#include <cstdio>

namespace eider::app {

Progress::Progress(std::string what, std::uint64_t total, bool quiet)
    : what_(std::move(what)), total_(total), quiet_(quiet), start_(Clock::now()), shown_(start_) {}

void Progress::show(std::uint64_t done) {
  const auto now = Clock::now();
  const bool last = done == total_;
  if (quiet_ || (!last && now - shown_ < std::chrono::milliseconds(500))) return;
  shown_ = now;
  const double seconds = std::max(std::chrono::duration<double>(now - start_).count(), 1e-3);
  std::fprintf(stderr, "\r%llu of %llu %s, %.0f a second%s", static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(total_), what_.c_str(), static_cast<double>(done) / seconds,
               last ? "\n" : "");
}

}  // namespace eider::app
