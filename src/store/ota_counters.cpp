#include "store/ota_counters.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "store/small_file.hpp"

namespace eider::store {
namespace {
constexpr std::string_view kFirstLine = "eider-ota 1";
}

Result<std::map<std::string, std::uint64_t>> OtaCounterFile::read() const {
  std::map<std::string, std::uint64_t> out;
  std::ifstream in(path_);
  if (!in) {
    if (errno == ENOENT) return out;
    return fail_local("cannot read the OTA counters " + path_.string() + ": " + std::strerror(errno));
  }
  const auto damaged = [&](std::size_t line) {
    return fail_local("the OTA counters " + path_.string() + " are damaged in line " + std::to_string(line),
                      "Restore the file; without it give the next counter with --counter.");
  };
  std::string text;
  if (!std::getline(in, text) || text != kFirstLine) return damaged(1);
  for (std::size_t line = 2; std::getline(in, text); ++line) {
    std::istringstream parts(text);
    std::string name, rest;
    std::uint64_t counter = 0;
    if (!(parts >> name >> counter) || parts >> rest || counter > etsi::kCounterMax) return damaged(line);
    out[name] = counter;
  }
  return out;
}

Result<std::uint64_t> OtaCounterFile::next(const std::string& key_set, std::uint64_t lowest) {
  if (key_set.empty() || key_set.find_first_of(" \t\r\n") != std::string::npos)
    return fail_local("a key set's name is one word");
  std::error_code error;
  if (const auto parent = path_.parent_path(); !parent.empty())
    std::filesystem::create_directories(parent, error);
  const FileLock lock(path_);
  if (!lock.held())
    return fail_local("cannot lock the OTA counters " + path_.string() + ": " + std::strerror(errno));
  EIDER_TRY(counters, read());
  auto& last = counters[key_set];
  const auto counter = std::max(last + 1, lowest);
  if (counter > etsi::kCounterMax) return fail_local("the counter of this key set is used up");
  last = counter;
  std::ostringstream text;
  text << kFirstLine << '\n';
  for (const auto& [name, value] : counters) text << name << ' ' << value << '\n';
  EIDER_CHECK(replace_file(path_, text.str(), "the OTA counters"));
  return counter;
}

}  // namespace eider::store
