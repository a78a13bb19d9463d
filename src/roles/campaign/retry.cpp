#include "roles/campaign/retry.hpp"

#include <algorithm>

namespace eider::campaign {
namespace {
using enum RetryClass;

constexpr RetryRow kRetryRows[] = {
    // The requester, the message: nothing about one card
    {"1.1", "1.1", kStop, false, "the other party does not know this one"},
    {"1.1", "1.2", kStop, false, "this party may not call there"},
    {"1.1", "6.1", kStop, false, "the certificate of this party is not accepted"},
    {"1.2", "4.4", kSoon, false, "another operation on the card is under way"},
    {"1.3.1", "2.1", kHuman, false, "the message is refused"},
    {"1.3.1", "2.2", kHuman, false, "the message is refused"},
    {"1.3.1", "2.3", kHuman, false, "the message is refused"},
    {"1.3.1", "3.2", kHuman, false, "the message is refused"},
    {"1.3.2", "3.1", kStop, false, "the other party speaks another version"},
    {"1.6", "1.2", kStop, false, "this party may not call the function"},
    {"1.6", "3.1", kStop, false, "the other party does not have the function"},
    {"1.6", "3.3", kHuman, false, "the identifier was used for another call"},
    {"1.6", "3.8", kStop, false, "the validity period is longer than the other party grants"},
    {"1.6", "4.2", kLater, true, "the other party, or the card, failed: rolled back, perhaps"},
    {"1.6", "5.3", kLater, true, "the card was not reached in time"},
    // The card
    {"8.1", "1.2", kGiveUp, false, "this party has nothing to do with the card"},
    {"8.1", "4.8", kHuman, false, "the card has no room: a Profile has to go"},
    {"8.1.1", "1.1", kGiveUp, false, "the SM-SR does not manage the card"},
    {"8.1.1", "2.1", kGiveUp, false, "the EID is none"},
    {"8.1.1", "3.9", kGiveUp, false, "the SM-SR does not manage the card"},
    {"8.1.1", "5.1", kLater, true, "the card does not answer"},
    // Profiles
    {"8.2.1", "1.2", kGiveUp, false, "the Profile is another Operator's"},
    {"8.2.1", "3.3", kHuman, false, "the Profile is on a card, or on its way to one"},
    {"8.2.1", "3.5", kSoon, true, "the Profile is in another state than the plan was made for"},
    {"8.2.1", "3.9", kSoon, true, "the Profile has gone since the plan was made"},
    {"8.2.2", "3.8", kGiveUp, false, "POL1, on the card, forbids it"},
    {"8.2.3", "3.8", kGiveUp, false, "POL2 forbids it"},
    {"8.2.5", "2.1", kGiveUp, false, "the card cannot take Profiles of the type"},
    {"8.2.5", "2.3", kStop, false, "the message lacks the Profile Type"},
    {"8.2.5", "3.7", kStop, false, "the SM-DP has no Profile of the type left"},
    {"8.2.5", "3.9", kStop, false, "the SM-DP does not know the Profile Type"},
    // Domains of the card
    {"8.3", "4.2", kHuman, false, "the card refused the Profile, or went back to the one before"},
    {"8.3.1", "3.9", kLater, true, "SM-SR and card disagree"},
    {"8.4", "4.2", kLater, true, "the card refused a command"},
    {"8.5", "6.1", kLater, true, "the card's receipt does not verify"},
    {"8.5.1", "6.1", kHuman, false, "the card's certificate does not verify"},
    {"8.5.2", "6.3", kHuman, false, "the card's certificate has expired"},
    // The SM-SR, as an SM-DP sees it
    {"8.7", "1.2", kStop, false, "the SM-SR does not deal with this party"},
    {"8.7", "3.9", kStop, false, "the SM-DP does not know the SM-SR"},
    {"8.7", "5.1", kSoon, true, "the SM-DP does not reach the SM-SR"},
};
constexpr RetryRow kUnlisted{"", "", kHuman, false, "nothing is known of this status"};

constexpr Duration kSecond{1000}, kRetryMinute{60'000}, kRetryHour{3'600'000};
constexpr RetryDelay kDelays[] = {
    {kSoon, 5 * kSecond, 2 * kRetryMinute, 6},
    {kLater, 5 * kRetryMinute, 6 * kRetryHour, 6},
};

}  // namespace

std::string_view to_string(RetryClass value) {
  constexpr std::string_view kNames[] = {"soon", "later", "give up", "human", "stop"};
  return kNames[static_cast<std::size_t>(value)];
}

std::span<const RetryRow> retry_rows() {
  return kRetryRows;
}
const RetryRow& retry_row(std::string_view subject, std::string_view reason) {
  for (const auto& r : kRetryRows)
    if (r.subject == subject && r.reason == reason) return r;
  return kUnlisted;
}

RetryDelay retry_delay(RetryClass what, const Pace& pace) {
  RetryDelay out = kDelays[what == kLater ? 1 : 0];
  if (pace.attempts > 0) out.attempts = static_cast<std::uint16_t>(std::min(pace.attempts, 1000U));
  const auto first = what == kLater ? pace.later : pace.soon;
  if (first > 0) out.first = first * kSecond;
  out.longest = std::max(out.longest, out.first);
  return out;
}

Duration back_off(const RetryDelay& delay, std::uint16_t attempts, Random& random) {
  auto d = delay.first;
  for (unsigned i = 1; i < attempts && d < delay.longest; ++i) d *= 2;
  d = std::min(d, delay.longest);
  return d / 2 + Duration(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(d.count()) + 1)));
}

Duration peer_back_off(std::uint32_t failures) {
  auto d = kSecond;
  for (unsigned i = 1; i < failures && d < kRetryMinute; ++i) d *= 2;
  return std::min(d, kRetryMinute);
}

}  // namespace eider::campaign
