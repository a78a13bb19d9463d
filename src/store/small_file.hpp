// A small text file that several processes may change: each change replaces it whole.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace eider::store {

// Held while the file is read, changed and replaced; a lock file stands beside it.
class FileLock {
 public:
  enum class Wait : std::uint8_t { kForIt, kNot };
  explicit FileLock(const std::filesystem::path& file, Wait wait = Wait::kForIt);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

// Durable, whole or not at all. LocalFault with the system's reason; `what` names the file for people.
Status replace_file(const std::filesystem::path& path, std::string_view text, std::string_view what);

}  // namespace eider::store
