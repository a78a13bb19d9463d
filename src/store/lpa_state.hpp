// What an LPA keeps between its runs, in one small text file.
//
//   "eider-lpa 1", then a line a server: address, failures, next attempt (milliseconds since 1970)
//
// It holds hints, no secrets: deleting it only means that servers are tried at once.
#pragma once
#include <filesystem>
#include <map>

#include "roles/lpa/lpa.hpp"

namespace eider::store {

// Every change replaces the whole file; a lock file beside it keeps two LPAs from losing each other's
// changes.
class LpaStateFile final : public lpa::LpaStore {
 public:
  // A missing file is an empty one. LocalFault when it cannot be read or is not such a file.
  static Result<std::unique_ptr<LpaStateFile>> open(std::filesystem::path path);

  std::optional<Backoff> backoff(const std::string& address) override;
  // Writes nothing, and makes no file, when nothing changes.
  Status set_backoff(const std::string& address, const std::optional<Backoff>& backoff) override;

 private:
  explicit LpaStateFile(std::filesystem::path path) : path_(std::move(path)) {}
  Status read();
  Status write() const;

  std::filesystem::path path_;
  std::map<std::string, Backoff> entries_;
};

}  // namespace eider::store
