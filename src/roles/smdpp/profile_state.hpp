// The life cycle of a Profile at the SM-DP+ as data: SGP.22 v2.6.1 section 3.1.6.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace eider::smdpp {

enum class ProfileState : std::uint8_t {
  kAvailable,    // in the inventory
  kAllocated,    // reserved, no EID
  kLinked,       // reserved for an EID
  kConfirmed,    // has a MatchingID, not yet released
  kReleased,     // may be downloaded
  kDownloaded,   // a Bound Profile Package was delivered
  kInstalled,    // the eUICC reported success
  kError,        // the order ended without an installation
  kUnavailable,  // never again usable
  kPushed,       // given to an SM-DP, which brings it to a card (SGP.02)
};
inline constexpr std::size_t kProfileStates = 10;

enum class ProfileEvent : std::uint8_t {
  kDownloadOrder,         // ES2+.DownloadOrder without EID
  kDownloadOrderWithEid,  // ES2+.DownloadOrder with EID
  kConfirmOrder,          // ES2+.ConfirmOrder, releaseFlag false
  kConfirmAndRelease,     // ES2+.ConfirmOrder, releaseFlag true
  kReleaseProfile,        // ES2+.ReleaseProfile
  kBppDelivered,          // ES9+.GetBoundProfilePackage answered
  kInstallSucceeded,      // ProfileInstallationResult: success
  kInstallFailed,         // ProfileInstallationResult: an error that a new attempt will not cure
  kInstallInterrupted,    // ProfileInstallationResult: a temporary error (reasons 10 and 11)
  kSessionPostponed,      // ES9+.CancelSession: postponed, timeout
  kOrderFailed,           // eligibility, retry limits, end user rejection, re-binding impossible
  kCancelToAvailable,     // ES2+.CancelOrder, finalProfileStatusIndicator Available
  kCancelToUnavailable,   // ES2+.CancelOrder, finalProfileStatusIndicator Unavailable
  kDeletedForReuse,       // delete notification, when the profile type allows its reuse
  kPushReserved,          // an SM-DP takes it (stock.hpp), and says what became of it
  kPushInstalled,
  kPushReturned,
};
inline constexpr std::size_t kProfileEvents = 17;

struct ProfileTransition {
  ProfileState from;
  ProfileEvent event;
  ProfileState to;
};
// Every legal transition; a pair that is not here is illegal.
std::span<const ProfileTransition> profile_transitions();
std::optional<ProfileState> next_state(ProfileState from, ProfileEvent event);

std::string_view to_string(ProfileState state);  // "Released"
std::string_view to_string(ProfileEvent event);
std::optional<ProfileState> profile_state_from(std::string_view name);

}  // namespace eider::smdpp
