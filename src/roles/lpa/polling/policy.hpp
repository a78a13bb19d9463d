// When an LPA asks by itself whether Profiles wait for its card. SGP.22 v2.6.1 (sections 3.4.4 and 3.6.2)
// says on which occasions it may - power-on without an Operational Profile, set-up, a wish of the End User -
// and leaves to the LPA how often. All here is a function of its arguments: the daemon, the simulation and
// the tests use the same.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace eider::lpa::polling {

// How things stand on the card.
enum class Situation : std::uint8_t {
  kNoProfile,    // no Operational Profile is installed
  kNoneEnabled,  // some are, and none is enabled
  kEnabled,      // one is enabled
};
inline constexpr std::size_t kSituations = 3;
std::string_view to_string(Situation situation);

// Why the LPA asks.
enum class Occasion : std::uint8_t {
  kTime,   // the interval has passed
  kStart,  // the device was switched on, or the card changed
  kNetworkRegained,
  kSettingsOpened,  // the End User looks at the Profiles
  kCheckNow,        // the End User asks for it
};
inline constexpr std::size_t kOccasions = 5;
std::string_view to_string(Occasion occasion);

// So often, as long as the card has not been in the situation for longer than `within`.
struct Interval {
  Duration within, every;
};

struct QuietHours {
  unsigned from = 0, to = 0;  // minutes of the local day; may go over midnight
};

struct Policy {
  std::string_view name;
  std::array<std::vector<Interval>, kSituations> intervals;  // ascending; the last one holds for ever
  // An answer that is not older than this serves the occasion, too: nothing is asked.
  std::array<Duration, kOccasions> fresh{};
  // Devices that come back together, after a power cut say, ask at random within so long; by situation.
  std::array<Duration, kSituations> spread{};
  Duration first_retry{}, longest_retry{};  // after a failure; doubled by each
  unsigned jitter = 10;                     // per cent of every wait, to both sides
  std::optional<QuietHours> quiet;          // not for a card without Profiles, nor for the End User's wishes
  bool automatic = true;                    // false: only the End User's wishes
};
// "standard", which people who wait for a Profile with the device in the hand do not notice and a million
// others do not pay for; "eager", for devices that are sold without a Profile and wait for one; "sparing",
// for batteries.
std::span<const Policy> policies();
const Policy& standard_policy();

// What is kept between two asks, and over restarts.
struct Book {
  Situation situation = Situation::kNoProfile;
  Time since{};                  // it is so
  std::optional<Time> answered;  // the last time that all servers answered
  unsigned failures = 0;         // since then
  std::optional<Time> next;      // when time itself is the occasion
  bool operator==(const Book&) const = default;
};

// A uniform number of [0, 1), and the device's zone.
struct Chance {
  double draw = 0.5;
  std::chrono::minutes utc_offset{0};
};

// When to ask on this occasion; nothing: what is known is fresh enough, or the LPA is not to ask by itself.
std::optional<Time> ask_at(const Policy& policy, const Book& book, Occasion occasion, Time now,
                           Chance chance);

// The book after the servers were asked. `book.next` is set.
Book asked(const Policy& policy, Book book, bool answered, Time now, Chance chance);
// The book when the card is found in a situation; the same one changes nothing.
Book found(const Policy& policy, Book book, Situation situation, Time now, Chance chance);

}  // namespace eider::lpa::polling
