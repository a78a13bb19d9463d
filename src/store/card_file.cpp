#include "store/card_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.hpp"
#include "store/card_file_format.hpp"

namespace eider::store {
namespace {
using Values = CardFileContent::Values;
constexpr std::size_t kSlack = 8192;  // dead octets that are left lying before the file is compacted

std::string why_not() {
  return std::strerror(errno);
}

bool write_all(int fd, ByteView data) {
  while (!data.empty()) {
    const auto n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    data = data.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

// The directory entry of a new or renamed file must be durable too.
bool sync_directory(const std::filesystem::path& file) {
  auto dir = file.parent_path();
  if (dir.empty()) dir = ".";
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool ok = ::fsync(fd) == 0;
  ::close(fd);
  return ok;
}

std::size_t live_size(const Values& values) {
  std::size_t n = kCardFileMagic.size() + kCardRecordHeader;
  for (const auto& [key, value] : values) n += 7 + key.size() + value.size();
  return n;
}
}  // namespace

Result<std::unique_ptr<CardFile>> CardFile::create(const std::filesystem::path& path, Sync sync) {
  std::unique_ptr<CardFile> file(new CardFile(path));
  file->sync_ = sync;
  EIDER_CHECK(file->lock_and_read(true, false));
  return file;
}
Result<std::unique_ptr<CardFile>> CardFile::open(const std::filesystem::path& path) {
  std::unique_ptr<CardFile> file(new CardFile(path));
  EIDER_CHECK(file->lock_and_read(false, false));
  return file;
}
Result<std::unique_ptr<CardFile>> CardFile::open_read_only(const std::filesystem::path& path) {
  std::unique_ptr<CardFile> file(new CardFile(path));
  EIDER_CHECK(file->lock_and_read(false, true));
  return file;
}

CardFile::~CardFile() {
  if (fd_ >= 0) ::close(fd_);
  for (auto& [key, value] : values_) zeroise(value);
}

Status CardFile::lock_and_read(bool create, bool read_only) {
  const auto name = "card file " + path_.string();
  read_only_ = read_only;
  const int flags = O_CLOEXEC | (read_only ? O_RDONLY : O_RDWR) | (create ? O_CREAT | O_EXCL : 0);
  fd_ = ::open(path_.c_str(), flags, 0600);
  if (fd_ < 0) return fail_local("cannot open the " + name + ": " + why_not());
  if (read_only) return read_all();
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
    return fail_local("the " + name + " is in use", "stop the process that serves the card");
  // A compaction by the former owner may have replaced the file between open and lock.
  struct stat mine{}, current{};
  if (::fstat(fd_, &mine) != 0 || ::stat(path_.c_str(), &current) != 0 || mine.st_ino != current.st_ino)
    return fail_local("the " + name + " is being replaced", "try again");
  if (create) {
    const auto durable = [&] {
      return sync_ == Sync::kLater || (::fsync(fd_) == 0 && sync_directory(path_));
    };
    if (!write_all(fd_, as_bytes(kCardFileMagic)) || !durable())
      return fail_local("cannot write the " + name + ": " + why_not());
    size_ = kCardFileMagic.size();
    live_ = live_size(values_);
    return {};
  }
  return read_all();
}

Status CardFile::read_all() {
  Bytes content;
  std::uint8_t buffer[16384];
  for (;;) {
    const auto n = ::read(fd_, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_local("cannot read the card file " + path_.string() + ": " + why_not());
    if (n == 0) break;
    append(content, ByteView(buffer, static_cast<std::size_t>(n)));
  }
  auto parsed = parse_card_file(content);
  zeroise(content);
  if (!parsed) {
    auto fault = *parsed.error().as<LocalFault>();
    fault.what = path_.string() + ": " + fault.what;
    return fail(std::move(fault));
  }
  writes_before_ = parsed->writes_before;
  values_ = std::move(parsed->values);
  size_ = parsed->good;
  sequence_ = parsed->sequence;
  version_ = parsed->version;
  torn_ = parsed->torn;
  live_ = live_size(values_);
  return {};
}

Status sync_card_files(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fail_local("cannot open " + directory.string() + ": " + why_not());
  const bool ok = ::syncfs(fd) == 0;
  ::close(fd);
  return ok ? Status() : Status(fail_local("cannot write to the disk: " + why_not()));
}

std::optional<Bytes> CardFile::get(std::string_view key) const {
  const auto it = values_.find(key);
  if (it == values_.end()) return std::nullopt;
  return it->second;
}

std::vector<std::string> CardFile::keys(std::string_view prefix) const {
  std::vector<std::string> out;
  for (auto it = values_.lower_bound(prefix); it != values_.end() && it->first.starts_with(prefix); ++it)
    out.push_back(it->first);
  return out;
}

Status CardFile::append_record(ByteView payload) {
  if (torn_) {
    if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0)
      return fail_local("cannot repair the card file: " + why_not());
    torn_ = false;
  }
  if (::lseek(fd_, static_cast<off_t>(size_), SEEK_SET) < 0)
    return fail_local("cannot write the card file: " + why_not());
  auto octets = card_record(payload, sequence_ + 1);
  const bool written = write_all(fd_, octets) && (sync_ == Sync::kLater || ::fdatasync(fd_) == 0);
  const auto why = why_not();
  size_ += octets.size();
  zeroise(octets);
  if (!written) return fail_local("cannot write the card file " + path_.string() + ": " + why);
  // The next record overwrites it; without it a damaged last record would pass for an interrupted one.
  (void)write_all(fd_, card_mark(++sequence_));
  return {};
}

Status CardFile::commit(const card::NvmBatch& batch) {
  if (read_only_) return fail_local("the card file is open for looking only");
  if (failed_) return fail_local("an earlier write to the card file failed", "open it again");
  if (version_ == 1) EIDER_CHECK(compact());
  Bytes payload;
  for (const auto& [key, value] : batch.changes()) put_card_entry(payload, key, value);
  const auto written = append_record(payload);
  zeroise(payload);
  if (!written) {
    failed_ = true;
    return written;
  }
  for (const auto& [key, value] : batch.changes()) {
    auto& slot = values_[key];
    zeroise(slot);
    if (value) {
      slot = *value;
    } else {
      values_.erase(key);
    }
  }
  live_ = live_size(values_);
  // The commit is durable: a compaction that fails leaves the longer file.
  if (size_ > live_ + live_ / 2 + kSlack) (void)compact();
  return {};
}

Status CardFile::compact() {
  const auto temporary = path_.string() + ".new";
  const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return fail_local("cannot open " + temporary + ": " + why_not());
  Bytes payload;
  for (const auto& [key, value] : values_) put_card_entry(payload, key, value);
  const auto writes_before = writes() == 0 ? 0 : writes() - 1;
  put_card_writes(payload, writes_before);
  auto octets = card_record(payload, 1);
  zeroise(payload);
  const bool done = ::flock(fd, LOCK_EX | LOCK_NB) == 0 && write_all(fd, as_bytes(kCardFileMagic)) &&
                    write_all(fd, octets) && write_all(fd, card_mark(1)) && ::fsync(fd) == 0 &&
                    ::rename(temporary.c_str(), path_.c_str()) == 0;
  const auto new_size = kCardFileMagic.size() + octets.size();
  zeroise(octets);
  if (!done) {
    ::close(fd);
    ::unlink(temporary.c_str());
    return fail_local("cannot compact the card file: " + why_not());
  }
  (void)sync_directory(path_);
  ::close(fd_);
  fd_ = fd;
  size_ = new_size;
  writes_before_ = writes_before;
  sequence_ = 1;
  version_ = 2;
  torn_ = false;
  return {};
}

}  // namespace eider::store
