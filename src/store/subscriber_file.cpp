#include "store/subscriber_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace eider::store {
namespace {
constexpr std::size_t kMostOctets = 64 * 1024 * 1024;
// File times are those of the kernel's tick, of 10 ms at most.
constexpr std::int64_t kTickNs = 20'000'000;

std::int64_t nanoseconds(const timespec& t) {
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}
std::int64_t file_clock() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now);
}
struct OpenFile {
  int fd;
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
};
}  // namespace

SubscriberFile::Stamp SubscriberFile::stamp() const {
  struct stat s{};
  if (::stat(path_.c_str(), &s) != 0) return {};
  return {s.st_dev, s.st_ino, s.st_size, nanoseconds(s.st_mtim), nanoseconds(s.st_ctim)};
}

// The stamp is that of the file which was read, whatever has its name by then.
Result<SubscriberFile::Content> SubscriberFile::read() const {
  const auto refuse = [&](const char* why) {
    return fail_local("cannot read " + path_.string() + ": " + why, "check the path and its permissions");
  };
  const OpenFile file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat s{};
  if (file.fd < 0 || ::fstat(file.fd, &s) != 0) return refuse(std::strerror(errno));
  Content out{{s.st_dev, s.st_ino, s.st_size, nanoseconds(s.st_mtim), nanoseconds(s.st_ctim)}, {}};
  while (true) {
    char part[16384];
    const auto n = ::read(file.fd, part, sizeof part);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return refuse(std::strerror(errno));
    if (n == 0) return out;
    out.text.append(part, static_cast<std::size_t>(n));
    if (out.text.size() > kMostOctets) return refuse("it is larger than 64 MB");
  }
}

Result<std::unique_ptr<SubscriberFile>> SubscriberFile::open(std::filesystem::path path, Listener listener) {
  std::unique_ptr<SubscriberFile> out(new SubscriberFile(std::move(path), std::move(listener)));
  EIDER_CHECK(out->take());
  return out;
}

Status SubscriberFile::take() {
  const auto now = file_clock();
  auto content = read();
  if (!content) {
    seen_ = stamp();
    settled_ = true;
    return tl::unexpected(content.error());
  }
  const bool same = seen_ == content->stamp && text_ == content->text;
  seen_ = content->stamp;
  settled_ = std::min(std::abs(now - seen_.modified_ns), std::abs(now - seen_.changed_ns)) > kTickNs;
  if (same) return {};
  text_ = std::move(content->text);
  auto numbers = device::SubscriberTable::parse(text_);
  if (!numbers) {
    const auto* fault = numbers.error().as<LocalFault>();
    return fail_local(path_.string() + ": " + fault->what, fault->remedy);
  }
  const auto count = numbers->size();
  table_.replace(*std::move(numbers));
  if (listener_) listener_(count);
  return {};
}

void SubscriberFile::look() {
  const std::scoped_lock lock(mutex_);
  if (settled_ && stamp() == seen_) return;
  if (const auto taken = take(); !taken && listener_) listener_(tl::unexpected(taken.error()));
}

std::optional<std::string> SubscriberFile::number_of(const std::string& imsi) {
  look();
  return table_.number_of(imsi);
}

}  // namespace eider::store
