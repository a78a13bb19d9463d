#include "roles/smdpp/profile_state.hpp"

#include <array>

namespace eider::smdpp {
namespace {
using S = ProfileState;
using E = ProfileEvent;
constexpr ProfileTransition kTransitions[] = {
    {S::kAvailable, E::kDownloadOrder, S::kAllocated},
    {S::kAvailable, E::kDownloadOrderWithEid, S::kLinked},
    {S::kAllocated, E::kConfirmOrder, S::kConfirmed},
    {S::kAllocated, E::kConfirmAndRelease, S::kReleased},
    {S::kLinked, E::kConfirmOrder, S::kConfirmed},
    {S::kLinked, E::kConfirmAndRelease, S::kReleased},
    {S::kConfirmed, E::kReleaseProfile, S::kReleased},
    {S::kReleased, E::kReleaseProfile, S::kReleased},
    {S::kReleased, E::kBppDelivered, S::kDownloaded},
    {S::kDownloaded, E::kBppDelivered, S::kDownloaded},
    {S::kDownloaded, E::kInstallSucceeded, S::kInstalled},
    // The order failed on a retry, before the result of an earlier delivery arrived: the card is right.
    {S::kError, E::kInstallSucceeded, S::kInstalled},
    {S::kDownloaded, E::kInstallFailed, S::kError},
    {S::kDownloaded, E::kInstallInterrupted, S::kDownloaded},
    {S::kReleased, E::kSessionPostponed, S::kReleased},
    {S::kDownloaded, E::kSessionPostponed, S::kDownloaded},
    {S::kReleased, E::kOrderFailed, S::kError},
    {S::kDownloaded, E::kOrderFailed, S::kError},
    {S::kAllocated, E::kCancelToAvailable, S::kAvailable},
    {S::kAllocated, E::kCancelToUnavailable, S::kUnavailable},
    {S::kLinked, E::kCancelToAvailable, S::kAvailable},
    {S::kLinked, E::kCancelToUnavailable, S::kUnavailable},
    {S::kConfirmed, E::kCancelToAvailable, S::kAvailable},
    {S::kConfirmed, E::kCancelToUnavailable, S::kUnavailable},
    {S::kReleased, E::kCancelToAvailable, S::kAvailable},
    {S::kReleased, E::kCancelToUnavailable, S::kUnavailable},
    {S::kError, E::kCancelToAvailable, S::kAvailable},
    {S::kError, E::kCancelToUnavailable, S::kUnavailable},
    {S::kInstalled, E::kDeletedForReuse, S::kAvailable},
};
constexpr std::uint8_t kIllegal = 0xFF;
constexpr auto kMatrix = [] {
  std::array<std::array<std::uint8_t, kProfileEvents>, kProfileStates> m{};
  for (auto& row : m) row.fill(kIllegal);
  for (const auto& t : kTransitions)
    m[static_cast<std::size_t>(t.from)][static_cast<std::size_t>(t.event)] = static_cast<std::uint8_t>(t.to);
  return m;
}();
constexpr std::array<std::string_view, kProfileStates> kStateNames = {
    "Available",  "Allocated", "Linked", "Confirmed",  "Released",
    "Downloaded", "Installed", "Error",  "Unavailable"};
constexpr std::array<std::string_view, kProfileEvents> kEventNames = {
    "DownloadOrder", "DownloadOrderWithEid", "ConfirmOrder",        "ConfirmAndRelease",  "ReleaseProfile",
    "BppDelivered",  "InstallSucceeded",     "InstallFailed",       "InstallInterrupted", "SessionPostponed",
    "OrderFailed",   "CancelToAvailable",    "CancelToUnavailable", "DeletedForReuse"};
}  // namespace

std::span<const ProfileTransition> profile_transitions() {
  return kTransitions;
}

std::optional<ProfileState> next_state(ProfileState from, ProfileEvent event) {
  const auto to = kMatrix[static_cast<std::size_t>(from)][static_cast<std::size_t>(event)];
  if (to == kIllegal) return std::nullopt;
  return static_cast<ProfileState>(to);
}

std::string_view to_string(ProfileState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}
std::string_view to_string(ProfileEvent event) {
  return kEventNames[static_cast<std::size_t>(event)];
}

std::optional<ProfileState> profile_state_from(std::string_view name) {
  for (std::size_t i = 0; i < kStateNames.size(); ++i)
    if (kStateNames[i] == name) return static_cast<ProfileState>(i);
  return std::nullopt;
}

}  // namespace eider::smdpp
