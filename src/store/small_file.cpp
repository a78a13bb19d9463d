#include "store/small_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <unistd.h>

namespace eider::store {
namespace {
bool sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return ok;
}
}  // namespace

FileLock::FileLock(const std::filesystem::path& file, Wait wait)
    : fd_(::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  held_ = fd_ >= 0 && ::flock(fd_, wait == Wait::kNot ? LOCK_EX | LOCK_NB : LOCK_EX) == 0;
}
FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

Status replace_file(const std::filesystem::path& path, std::string_view text, std::string_view what) {
  const auto temporary = path.string() + ".new";
  std::ofstream out(temporary, std::ios::trunc);
  out << text << std::flush;
  const bool written = static_cast<bool>(out);
  out.close();
  if (!written || !sync_path(temporary, O_RDWR) || ::rename(temporary.c_str(), path.c_str()) != 0)
    return fail_local("cannot write " + std::string(what) + " " + path.string() + ": " +
                      std::strerror(errno));
  const auto parent = path.parent_path();
  (void)sync_path(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
  return {};
}

}  // namespace eider::store
