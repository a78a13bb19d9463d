#include "store/lpa_state.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "store/small_file.hpp"

namespace eider::store {
namespace {
constexpr std::string_view kLpaFirstLine = "eider-lpa 1";
constexpr std::size_t kMaxEntries = 4096;

std::string system_reason() {
  return std::strerror(errno);
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
    return fail_local("cannot read the LPA's state " + path_.string() + ": " + system_reason());
  }
  const auto damaged = [&](std::size_t line) {
    return fail_local("the LPA's state " + path_.string() + " is damaged in line " + std::to_string(line),
                      "Delete it: it only tells when servers are tried again.");
  };
  std::string text;
  if (!std::getline(in, text) || text != kLpaFirstLine) return damaged(1);
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
  std::ostringstream text;
  text << kLpaFirstLine << '\n';
  for (const auto& [address, backoff] : entries_)
    text << address << ' ' << backoff.failures << ' ' << backoff.next_attempt.time_since_epoch().count()
         << '\n';
  return replace_file(path_, text.str(), "the LPA's state");
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
  const FileLock lock(path_);
  if (!lock.held())
    return fail_local("cannot lock the LPA's state " + path_.string() + ": " + system_reason());
  EIDER_CHECK(read());  // another LPA may have changed it
  if (backoff) {
    entries_[address] = *backoff;
  } else {
    entries_.erase(address);
  }
  return write();
}

}  // namespace eider::store
