// A campaign of an Operator or M2M SP: many cards are moved to a Profile of theirs, one function each
// (SGP.02 v4.2 sections 5.3 and 5.5). What is durable of it.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "spec/sgp02/eis.hpp"

namespace eider::campaign {

using sgp02::Eid;
using sgp02::EntityId;
using sgp02::Iccid;
using CampaignId = std::uint64_t;

// Which Profile of a card is meant, and which cards.
struct Goal {
  std::string type;       // the card's Profile of this type; empty: the list names an ICCID for each card
  bool download = false;  // a card without one gets one from the SM-DP
  // Only cards for which these hold, by the SM-SR's view; empty: all.
  std::string enabled_type;  // the enabled Profile is of this type
  std::string having_type;   // some Profile is
  // Do not ask for the EIS first: what the list says is done. Policy shows when the function is refused.
  bool unseen = false;
  bool operator==(const Goal&) const = default;
};

// Hours of the day in which functions are called; `to` at or before `from` is on the next day.
struct Hours {
  std::uint16_t from = 0, to = 0;  // minutes after midnight
  bool operator==(const Hours&) const = default;
};

struct Pace {
  std::optional<Time> not_before, until;
  std::vector<Hours> hours;           // none: at any hour
  std::int32_t utc_offset = 0;        // minutes, of `hours`
  std::uint32_t per_minute = 0;       // calls that reach a card; 0: as fast as answers come
  std::uint32_t burst = 1;            // of them at once
  std::uint32_t in_flight = 100;      // calls without an answer yet
  std::uint32_t validity = 3600;      // seconds, of each call; less where the window ends before
  std::uint32_t stop_per_mille = 50;  // failures among the last `stop_over` outcomes; 0: never
  std::uint32_t stop_over = 100;      // outcomes
  std::uint32_t attempts = 0;         // at most, of each card; 0: as its class of retry says
  std::uint32_t soon = 0, later = 0;  // seconds until the first retry; 0: as the class says
  bool operator==(const Pace&) const = default;
};

// What its operator wants of it. The store is where commands and the process that runs it meet.
enum class Wanted : std::uint8_t { kDraft, kRun, kPaused, kCancelled };

struct Campaign {
  CampaignId id = 0;
  std::string name;
  std::string tag;  // random, in every FunctionCallIdentifier
  Time created_at{};
  Goal goal;
  Pace pace;
  Wanted wanted = Wanted::kDraft;
  std::string why;  // it is paused
  // Attempts after this one count for the stop rule: where it was last resumed.
  std::uint64_t counted_from = 0;
  std::uint32_t revision = 0;  // one more whenever a command changes the campaign or its cards
  bool operator==(const Campaign&) const = default;
};

enum class CardState : std::uint8_t {
  kWaiting,    // for its turn, or for a retry
  kInFlight,   // a call is out: nobody knows
  kDone,       // the Profile is enabled
  kSkipped,    // not to be changed: policy, rights or selection say so
  kFailed,     // given up
  kHeld,       // a person has to look
  kCancelled,  // the campaign was, before its turn came
};
inline constexpr std::size_t kCardStates = 7;

// The call that comes next, or is out.
enum class Action : std::uint8_t { kLook, kEnable, kDownload };

// Why a card is in its state, where no status code says it.
enum class Reason : std::uint8_t {
  kNone,
  kMoved,             // by this campaign
  kAlreadyThere,      // without a call that changes anything
  kFoundThere,        // after an answer was lost: the card shows it
  kNotSelected,       // of another kind than the campaign is for
  kNoSuchProfile,     // and none is to be downloaded
  kSeveralProfiles,   // of the type
  kNotInstalled,      // the Profile is neither disabled nor enabled
  kEnableForbidden,   // POL2 of the Profile
  kDisableForbidden,  // POL2 of the Profile that is enabled now
  kNoRight,           // of another Operator, without an authorisation (PLMA)
  kEmergency,         // the Profile has the emergency attribute: the device enables it
  kRefused,           // the function, by status code
  kTooOften,          // attempts are used up
  kNoAnswer,          // however often it was sent
  kCancelledByHand,
};

struct Card {
  std::uint32_t seq = 0;  // place in the list
  Eid eid;
  std::optional<Iccid> target;
  CardState state = CardState::kWaiting;
  Action action = Action::kLook;
  Reason reason = Reason::kNone;
  Time not_before{};
  std::uint32_t call = 0;      // of how many calls of this card the present one is the last
  std::uint16_t attempts = 0;  // calls that could change it and were answered
  std::uint16_t sends = 0;     // of the present call, where nobody knows that it did not arrive
  Time sent_at{};              // the present call, first
  std::uint32_t validity = 0;  // of the present call: a repetition must have the same content
  // What was last said of it.
  std::string subject_code, reason_code, text;
  // Warnings of the plan: what else the change will do.
  std::uint8_t notes = 0;
  bool operator==(const Card&) const = default;
};
enum Note : std::uint8_t {
  kDeletesPresent = 1,  // POL2: the enabled Profile is deleted once it is disabled
  kPresentUnseen = 2,   // the enabled Profile is another party's: its POL2 is not shown
  kTargetFallback = 4,  // the target has the fall-back attribute
};

enum class Outcome : std::uint8_t {
  kExecuted,
  kWarning,
  kRefused,     // FAILED
  kExpired,     // the validity period ended
  kNotReached,  // nothing was sent
  kUnknown,     // sent, and no answer that can be read
};

// One answered or lost exchange of a card: its history.
struct Attempt {
  std::uint64_t id = 0;  // ascending over a campaign
  std::uint32_t seq = 0;
  std::uint32_t call = 0;  // its number makes the FunctionCallIdentifier, with the campaign's tag
  Action action = Action::kLook;
  Outcome outcome = Outcome::kExecuted;
  Time sent_at{};
  Time ended_at{};
  std::uint16_t sends = 1;
  std::string subject_code, reason_code, text;
  bool operator==(const Attempt&) const = default;
};

// "<tag>-<seq>-<call>": known before it is sent, and the same however often it is.
std::string call_identifier(const Campaign& campaign, std::uint32_t seq, std::uint32_t call);
struct CallName {
  std::uint32_t seq = 0, call = 0;
  bool operator==(const CallName&) const = default;
};
// Nothing: it is no call of this campaign.
std::optional<CallName> parse_call_identifier(const Campaign& campaign, std::string_view text);

std::string_view to_string(Wanted value);
std::string_view to_string(CardState value);
std::string_view to_string(Action value);
std::string_view to_string(Reason value);
std::string_view to_string(Outcome value);
std::optional<CardState> parse_card_state(std::string_view text);
// For people: "the enabled Profile must not be disabled (POL2)".
std::string_view explain(Reason reason);
std::vector<std::string_view> explain_notes(std::uint8_t notes);

using Tally = std::array<std::uint64_t, kCardStates>;
inline std::uint64_t& of(Tally& tally, CardState s) {
  return tally[static_cast<std::size_t>(s)];
}
inline std::uint64_t of(const Tally& tally, CardState s) {
  return tally[static_cast<std::size_t>(s)];
}
inline bool ended(CardState s) {
  return s != CardState::kWaiting && s != CardState::kInFlight;
}

}  // namespace eider::campaign
