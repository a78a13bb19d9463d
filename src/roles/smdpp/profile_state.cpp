#include "roles/smdpp/profile_state.hpp"

#include <array>

namespace eider::smdpp {
namespace {
using State = ProfileState;
using E = ProfileEvent;
constexpr ProfileTransition kTransitions[] = {
    {State::kAvailable, E::kDownloadOrder, State::kAllocated},
    {State::kAvailable, E::kDownloadOrderWithEid, State::kLinked},
    {State::kAllocated, E::kConfirmOrder, State::kConfirmed},
    {State::kAllocated, E::kConfirmAndRelease, State::kReleased},
    {State::kLinked, E::kConfirmOrder, State::kConfirmed},
    {State::kLinked, E::kConfirmAndRelease, State::kReleased},
    {State::kConfirmed, E::kReleaseProfile, State::kReleased},
    {State::kReleased, E::kReleaseProfile, State::kReleased},
    {State::kReleased, E::kBppDelivered, State::kDownloaded},
    {State::kDownloaded, E::kBppDelivered, State::kDownloaded},
    {State::kDownloaded, E::kInstallSucceeded, State::kInstalled},
    // The order failed on a retry, before the result of an earlier delivery arrived: the card is right.
    {State::kError, E::kInstallSucceeded, State::kInstalled},
    {State::kDownloaded, E::kInstallFailed, State::kError},
    {State::kDownloaded, E::kInstallInterrupted, State::kDownloaded},
    {State::kReleased, E::kSessionPostponed, State::kReleased},
    {State::kDownloaded, E::kSessionPostponed, State::kDownloaded},
    {State::kReleased, E::kOrderFailed, State::kError},
    {State::kDownloaded, E::kOrderFailed, State::kError},
    {State::kAllocated, E::kCancelToAvailable, State::kAvailable},
    {State::kAllocated, E::kCancelToUnavailable, State::kUnavailable},
    {State::kLinked, E::kCancelToAvailable, State::kAvailable},
    {State::kLinked, E::kCancelToUnavailable, State::kUnavailable},
    {State::kConfirmed, E::kCancelToAvailable, State::kAvailable},
    {State::kConfirmed, E::kCancelToUnavailable, State::kUnavailable},
    {State::kReleased, E::kCancelToAvailable, State::kAvailable},
    {State::kReleased, E::kCancelToUnavailable, State::kUnavailable},
    {State::kError, E::kCancelToAvailable, State::kAvailable},
    {State::kError, E::kCancelToUnavailable, State::kUnavailable},
    {State::kInstalled, E::kDeletedForReuse, State::kAvailable},
    {State::kAvailable, E::kPushReserved, State::kPushed},
    {State::kPushed, E::kPushInstalled, State::kInstalled},
    {State::kPushed, E::kPushReturned, State::kAvailable},
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
    "Available",  "Allocated", "Linked", "Confirmed",   "Released",
    "Downloaded", "Installed", "Error",  "Unavailable", "Pushed"};
constexpr std::array<std::string_view, kProfileEvents> kEventNames = {
    "DownloadOrder", "DownloadOrderWithEid", "ConfirmOrder",        "ConfirmAndRelease",  "ReleaseProfile",
    "BppDelivered",  "InstallSucceeded",     "InstallFailed",       "InstallInterrupted", "SessionPostponed",
    "OrderFailed",   "CancelToAvailable",    "CancelToUnavailable", "DeletedForReuse",    "PushReserved",
    "PushInstalled", "PushReturned"};
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
