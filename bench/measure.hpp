// Clocks, memory and order statistics of the benchmarks.
#pragma once
#include <algorithm>
#include <fstream>
#include <string>
#include <time.h>
#include <vector>

namespace eider::bench {

inline double seconds(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}
inline double thread_cpu() {
  return seconds(CLOCK_THREAD_CPUTIME_ID);
}
inline double process_cpu() {
  return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

// The process's own memory: without pages of mapped files, which the system takes back when it needs them.
inline long resident_kb() {
  std::ifstream in("/proc/self/status");
  for (std::string name; in >> name; in.ignore(256, '\n')) {
    long kb = 0;
    if (name == "RssAnon:" && in >> kb) return kb;
  }
  return 0;
}

inline double percentile(std::vector<double> v, double p) {
  if (v.empty()) return 0;
  const auto at = v.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(v.size() - 1) * p);
  std::ranges::nth_element(v, at);
  return *at;
}

}  // namespace eider::bench
