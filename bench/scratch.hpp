// A database for one run, and cards with numbers.
#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

#include "spec/sgp22/types.hpp"

namespace eider::bench {

// Gone before and after.
class ScratchDatabase {
 public:
  ScratchDatabase(const std::string& dir, const std::string& name)
      : path_(std::filesystem::path(dir) / name) {
    remove();
  }
  ~ScratchDatabase() { remove(); }
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;
  std::string path() const { return path_.string(); }

 private:
  void remove() const {
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + suffix);
  }
  std::filesystem::path path_;
};

inline std::string numbered_eid(long n) {
  char digits[31];
  std::snprintf(digits, sizeof digits, "89049032%022ld", n);
  return sgp22::eid_with_check_digits(digits);
}

}  // namespace eider::bench
