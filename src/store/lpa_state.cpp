#include "store/lpa_state.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace eider::store {
namespace {
constexpr std::string_view kFirstLine = "eider-lpa 1";
constexpr std::size_t kMaxEntries = 4096;

std::string reason() {
  return std::strerror(errno);
}

// Held while the file is read, changed and replaced.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& file)
      : fd_(::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    held_ = fd_ >= 0 && ::flock(fd_, LOCK_EX) == 0;
  }
  ~Lock() {
    if (fd_ >= 0) ::close(fd_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  bool held() const { return held_; }

 private:
  int fd_;
  bool held_ = false;
};

bool sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return ok;
}
}  // namespace

Result<std::unique_ptr<LpaStateFile>> LpaStateFile::open(std::filesystem::path path) {
  std::unique_ptr<LpaStateFile> file(new LpaStateFile(std::move(path)));
  EIDER_CHECK(file->read());
  return file;
}

Status LpaStateFile::read() {
  entries_.clear();
  std::ifstream in(path_);
  if (!in) {
    if (errno == ENOENT) return {};
    return fail_local("cannot read the LPA's state " + path_.string() + ": " + reason());
  }
  const auto damaged = [&](std::size_t line) {
    return fail_local("the LPA's state " + path_.string() + " is damaged in line " + std::to_string(line),
                      "Delete it: it only tells when servers are tried again.");
  };
  std::string text;
  if (!std::getline(in, text) || text != kFirstLine) return damaged(1);
  for (std::size_t line = 2; std::getline(in, text); ++line) {
    std::istringstream parts(text);
    std::string address, rest;
    Backoff backoff;
    Duration::rep next = 0;
    if (!(parts >> address >> backoff.failures >> next) || parts >> rest || backoff.failures < 1 ||
        line > kMaxEntries)
      return damaged(line);
    backoff.next_attempt = Time(Duration(next));
    entries_[address] = backoff;
  }
  return {};
}

Status LpaStateFile::write() const {
  const auto temporary = path_.string() + ".new";
  std::ostringstream text;
  text << kFirstLine << '\n';
  for (const auto& [address, backoff] : entries_)
    text << address << ' ' << backoff.failures << ' ' << backoff.next_attempt.time_since_epoch().count()
         << '\n';
  std::ofstream out(temporary, std::ios::trunc);
  out << text.str() << std::flush;
  const bool written = static_cast<bool>(out);
  out.close();
  if (!written || !sync_path(temporary, O_RDWR) || ::rename(temporary.c_str(), path_.c_str()) != 0)
    return fail_local("cannot write the LPA's state " + path_.string() + ": " + reason());
  const auto parent = path_.parent_path();
  (void)sync_path(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
  return {};
}

std::optional<lpa::LpaStore::Backoff> LpaStateFile::backoff(const std::string& address) {
  const auto found = entries_.find(address);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

Status LpaStateFile::set_backoff(const std::string& address, const std::optional<Backoff>& backoff) {
  if (!backoff && !entries_.contains(address)) return {};
  // The file has a word a field: an address that is none cannot be kept, and need not be.
  if (address.empty() || address.find_first_of(" \t\r\n") != std::string::npos) return {};
  std::error_code error;
  if (const auto parent = path_.parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, error);
  const Lock lock(path_);
  if (!lock.held()) return fail_local("cannot lock the LPA's state " + path_.string() + ": " + reason());
  EIDER_CHECK(read());  // another LPA may have changed it
  if (backoff) {
    entries_[address] = *backoff;
  } else {
    entries_.erase(address);
  }
  return write();
}

}  // namespace eider::store
