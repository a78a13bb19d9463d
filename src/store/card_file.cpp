#include "store/card_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.hpp"

namespace eider::store {
namespace {
constexpr std::string_view kMagic("EIDERCARD\0\x01", 11);
constexpr std::uint8_t kPut = 1, kErase = 2;
constexpr std::size_t kRecordHeader = 8;
constexpr std::size_t kSlack = 8192;  // dead octets that are left lying before the file is compacted

using Values = std::map<std::string, Bytes, std::less<>>;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    t[i] = c;
  }
  return t;
}
// CRC-32 of ISO 3309.
std::uint32_t crc32(ByteView data) {
  static constexpr auto table = crc_table();
  std::uint32_t c = 0xFFFFFFFF;
  for (const auto b : data) c = table[(c ^ b) & 0xFF] ^ (c >> 8);
  return ~c;
}

void put_number(Bytes& out, std::uint64_t n, int octets) {
  for (int i = octets - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(n >> 8 * i));
}
void put_entry(Bytes& out, std::string_view key, const std::optional<Bytes>& value) {
  out.push_back(value ? kPut : kErase);
  put_number(out, key.size(), 2);
  append(out, as_bytes(key));
  if (!value) return;
  put_number(out, value->size(), 4);
  append(out, *value);
}

class Cursor {
 public:
  explicit Cursor(ByteView data) : data_(data) {}
  bool done() const { return data_.empty(); }
  std::optional<ByteView> take(std::size_t n) {
    if (n > data_.size()) return std::nullopt;
    const auto out = data_.first(n);
    data_ = data_.subspan(n);
    return out;
  }
  std::optional<std::size_t> number(std::size_t octets) {
    const auto raw = take(octets);
    if (!raw) return std::nullopt;
    std::size_t n = 0;
    for (const auto b : *raw) n = n << 8 | b;
    return n;
  }

 private:
  ByteView data_;
};

// False when the payload is not a batch, although its CRC holds.
bool apply(ByteView payload, Values& values) {
  Cursor in(payload);
  while (!in.done()) {
    const auto op = in.number(1);
    const auto key_size = in.number(2);
    const auto key = key_size ? in.take(*key_size) : std::nullopt;
    if (!key || (*op != kPut && *op != kErase)) return false;
    std::string name(as_text(*key));
    if (*op == kErase) {
      values.erase(name);
      continue;
    }
    const auto size = in.number(4);
    const auto value = size ? in.take(*size) : std::nullopt;
    if (!value) return false;
    values[std::move(name)] = to_bytes(*value);
  }
  return true;
}

std::string reason() {
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

Bytes record(ByteView payload) {
  Bytes out;
  out.reserve(payload.size() + kRecordHeader);
  put_number(out, payload.size(), 4);
  put_number(out, crc32(payload), 4);
  append(out, payload);
  return out;
}

std::size_t live_size(const Values& values) {
  std::size_t n = kMagic.size() + kRecordHeader;
  for (const auto& [key, value] : values) n += 7 + key.size() + value.size();
  return n;
}
}  // namespace

Result<Values> parse_card_file(ByteView file, std::size_t& good) {
  good = 0;
  if (file.size() < kMagic.size() || as_text(file.first(kMagic.size())) != kMagic)
    return fail_local("this is not an Eider card file of version 1");
  Values values;
  good = kMagic.size();
  while (good < file.size()) {
    Cursor in(file.subspan(good));
    const auto size = in.number(4);
    const auto crc = in.number(4);
    const auto payload = crc ? in.take(*size) : std::nullopt;
    if (!payload) break;  // torn
    const bool last = in.done();
    if (crc32(*payload) != *crc) {
      if (last) break;  // torn: the length was written, not all of the rest
      return fail_local("the card file is damaged at octet " + std::to_string(good));
    }
    if (!apply(*payload, values))
      return fail_local("the card file holds no batch at octet " + std::to_string(good));
    good += kRecordHeader + payload->size();
  }
  return values;
}

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
  if (fd_ < 0) return fail_local("cannot open the " + name + ": " + reason());
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
    if (!write_all(fd_, as_bytes(kMagic)) || !durable())
      return fail_local("cannot write the " + name + ": " + reason());
    size_ = kMagic.size();
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
    if (n < 0) return fail_local("cannot read the card file " + path_.string() + ": " + reason());
    if (n == 0) break;
    append(content, ByteView(buffer, static_cast<std::size_t>(n)));
  }
  auto values = parse_card_file(content, size_);
  torn_ = size_ < content.size();
  zeroise(content);
  if (!values) return fail_local(path_.string() + ": " + values.error().message());
  values_ = *std::move(values);
  live_ = live_size(values_);
  return {};
}

Status sync_card_files(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fail_local("cannot open " + directory.string() + ": " + reason());
  const bool ok = ::syncfs(fd) == 0;
  ::close(fd);
  return ok ? Status() : Status(fail_local("cannot write to the disk: " + reason()));
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
      return fail_local("cannot repair the card file: " + reason());
    torn_ = false;
  }
  if (::lseek(fd_, static_cast<off_t>(size_), SEEK_SET) < 0)
    return fail_local("cannot write the card file: " + reason());
  auto octets = record(payload);
  const bool written = write_all(fd_, octets) && (sync_ == Sync::kLater || ::fdatasync(fd_) == 0);
  const auto why = reason();
  size_ += octets.size();
  zeroise(octets);
  if (!written) return fail_local("cannot write the card file " + path_.string() + ": " + why);
  return {};
}

Status CardFile::commit(const card::NvmBatch& batch) {
  if (read_only_) return fail_local("the card file is open for looking only");
  if (failed_) return fail_local("an earlier write to the card file failed", "open it again");
  Bytes payload;
  for (const auto& [key, value] : batch.changes()) put_entry(payload, key, value);
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
  if (fd < 0) return fail_local("cannot open " + temporary + ": " + reason());
  Bytes payload;
  for (const auto& [key, value] : values_) put_entry(payload, key, value);
  auto octets = record(payload);
  zeroise(payload);
  const bool done = ::flock(fd, LOCK_EX | LOCK_NB) == 0 && write_all(fd, as_bytes(kMagic)) &&
                    write_all(fd, octets) && ::fsync(fd) == 0 &&
                    ::rename(temporary.c_str(), path_.c_str()) == 0;
  const auto new_size = kMagic.size() + octets.size();
  zeroise(octets);
  if (!done) {
    ::close(fd);
    ::unlink(temporary.c_str());
    return fail_local("cannot compact the card file: " + reason());
  }
  (void)sync_directory(path_);
  ::close(fd_);
  fd_ = fd;
  size_ = new_size;
  torn_ = false;
  return {};
}

}  // namespace eider::store
