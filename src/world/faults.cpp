#include "world/faults.hpp"

namespace eider::world {

std::string_view to_string(FaultKind kind) {
  static constexpr std::array<std::string_view, kFaultKinds> kNames = {
      "connection fails", "request lost", "response lost", "request duplicated", "request delayed",
      "old duplicate",    "error page",   "store refuses", "server killed",      "server power lost",
      "card power lost",  "write torn",   "recovery torn", "command lost",       "card answer lost",
      "LPA gone",         "interleaved",  "time jump",     "user rejects",       "user postpones",
      "user away",        "wrong code",   "wrong card",    "wrong PIN",          "old vector",
      "core restored",    "OTA replayed"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Faults::happens(FaultKind kind, std::uint64_t per_mille) {
  if (quiet()) return false;
  static constexpr std::uint64_t kTenths[] = {0, 3, 10, 25};
  const auto rate = per_mille * kTenths[level_ < 3 ? level_ : 3];
  if (dice_.below(10000) >= rate) return false;
  ++counts_[static_cast<std::size_t>(kind)];
  return true;
}

}  // namespace eider::world
