#include "world/faults.hpp"

namespace eider::world {

std::string_view to_string(FaultKind kind) {
  static constexpr std::string_view kNames[] = {
      "connection fails", "request lost", "response lost", "request duplicated", "request delayed",
      "old duplicate", "error page", "store refuses", "server killed", "server power lost", "card power lost",
      "write torn", "recovery torn", "command lost", "card answer lost", "LPA gone", "interleaved",
      "time jump", "user rejects", "user postpones", "user away", "wrong code", "wrong card", "wrong PIN",
      "old vector", "core restored", "OTA replayed",
      // Of M2M worlds
      "message lost", "message duplicated", "message held", "message overtaken", "message refused",
      "session broken", "SM-SR not reached", "out of coverage", "subscriber unknown", "device reset"};
  static_assert(std::size(kNames) == kFaultKinds);
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
