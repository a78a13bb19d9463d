// Counters of OTA messages in one small text file: "eider-ota 1", then a line a key set: name, last counter
// given out. It holds no secrets; losing it means counters that the cards refuse as too low.
#pragma once
#include <filesystem>

#include "roles/operator/ota.hpp"

namespace eider::store {

class OtaCounterFile final : public mno::OtaCounters {
 public:
  explicit OtaCounterFile(std::filesystem::path path) : path_(std::move(path)) {}
  // A missing file is an empty one. LocalFault when it is damaged: counting anew would repeat counters.
  Result<std::uint64_t> next(const std::string& key_set, std::uint64_t lowest) override;

 private:
  Result<std::map<std::string, std::uint64_t>> read() const;
  std::filesystem::path path_;
};

}  // namespace eider::store
