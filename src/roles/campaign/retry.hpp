// What to do after each status code, as data; and how long to wait.
#pragma once
#include <span>

#include "base/fault.hpp"
#include "base/random.hpp"
#include "roles/campaign/records.hpp"

namespace eider::campaign {

enum class RetryClass : std::uint8_t {
  kSoon,    // it will pass: seconds
  kLater,   // the card cannot be reached, or something has to settle: minutes to hours
  kGiveUp,  // the answer will stay the same
  kHuman,   // a person has to look at this card
  kStop,    // it would be the same for every card: the campaign pauses
};
std::string_view to_string(RetryClass value);

struct RetryRow {
  std::string_view subject, reason;  // codes
  RetryClass what;
  // Something may have been done: the EIS is asked for before the function is called again.
  bool look;
  std::string_view why;
};
std::span<const RetryRow> retry_rows();
// The row of a status; codes without one need a person.
const RetryRow& retry_row(std::string_view subject, std::string_view reason);

struct RetryDelay {
  RetryClass what;
  Duration first, longest;
  std::uint16_t attempts;  // of a card, all together
};
// As the campaign's pace changes it.
RetryDelay retry_delay(RetryClass what, const Pace& pace);
// Doubled each time, up to the longest; then up to a half of it more or less, so that cards that failed
// together do not come back together.
Duration back_off(const RetryDelay& delay, std::uint16_t attempts, Random& random);

// Calls without an answer are repeated under their identifier; so often, then a person has to look.
inline constexpr std::uint16_t kMostSends = 12;
// Waits before the next call of anybody, while the other party is not reached.
Duration peer_back_off(std::uint32_t failures);

}  // namespace eider::campaign
