// One line on standard error that tells how far long work is.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace eider::app {

class Progress {
 public:
  // "12 of 100 WHAT, 3 a second"; nothing at all when `quiet`.
  Progress(std::string what, std::uint64_t total, bool quiet);
  // A few times a second at most, and at the end.
  void show(std::uint64_t done);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::uint64_t total_;
  bool quiet_;
  Clock::time_point start_, shown_;
};

}  // namespace eider::app
