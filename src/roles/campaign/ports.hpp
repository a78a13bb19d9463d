// What a campaign needs from outside: durable state, and a way to call functions. Clock and random in base.
#pragma once
#include <functional>

#include "base/result.hpp"
#include "roles/campaign/records.hpp"

namespace eider::campaign {

struct ReasonCount {
  CardState state = CardState::kWaiting;
  Reason reason = Reason::kNone;
  std::string subject_code, reason_code;
  std::uint64_t cards = 0;
};

// Faults of all members: LocalFault, the store cannot be read or written.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual Result<std::vector<Campaign>> campaigns() = 0;
  virtual Result<std::optional<Campaign>> campaign(CampaignId id) = 0;
  virtual Result<std::optional<Campaign>> find_campaign(const std::string& name) = 0;
  virtual Result<std::optional<Card>> card(CampaignId id, std::uint32_t seq) = 0;
  virtual Result<std::optional<Card>> find_card(CampaignId id, const Eid& eid) = 0;
  // In the order of the list.
  virtual Result<std::vector<Card>> cards(CampaignId id, std::uint32_t from_seq, std::size_t limit,
                                          std::optional<CardState> state) = 0;
  // Waiting cards whose time has come: those that come back, then those that have no time (Time{}) in the
  // order of the list. `look`: with that action, or with another one.
  virtual Result<std::vector<Card>> due(CampaignId id, bool look, Time now, std::size_t limit) = 0;
  virtual Result<std::vector<Card>> in_flight(CampaignId id) = 0;
  virtual Result<std::optional<Time>> next_due(CampaignId id, bool look) = 0;
  virtual Result<Tally> tally(CampaignId id) = 0;
  // Of cards that wait, by what comes next: dry runs.
  virtual Result<std::vector<std::pair<Action, std::uint64_t>>> next_actions(CampaignId id) = 0;
  virtual Result<std::vector<ReasonCount>> reasons(CampaignId id) = 0;
  // Ascending; of one card with `seq`.
  virtual Result<std::vector<Attempt>> attempts(CampaignId id, std::uint64_t after, std::size_t limit,
                                                std::optional<std::uint32_t> seq) = 0;
  // Newest first: those that could change a card and were answered.
  virtual Result<std::vector<Attempt>> latest_outcomes(CampaignId id, std::uint64_t after,
                                                       std::size_t limit) = 0;
  virtual Result<std::uint64_t> last_attempt(CampaignId id) = 0;
  // Milliseconds, of executed calls that changed a card.
  virtual Result<std::vector<std::uint32_t>> durations(CampaignId id) = 0;
};

class StoreTransaction : public StoreReader {
 public:
  virtual Status add_campaign(Campaign& campaign) = 0;  // gives it its id
  virtual Status put_campaign(const Campaign& campaign) = 0;
  virtual Status remove_campaign(CampaignId id) = 0;  // with its cards and their history
  virtual Status add_card(CampaignId id, const Card& card) = 0;
  virtual Status put_card(CampaignId id, const Card& card) = 0;
  virtual Status add_attempt(CampaignId id, const Attempt& attempt) = 0;  // numbers it
  // Every waiting card.
  virtual Status cancel_waiting(CampaignId id) = 0;
};

// Safe to use from several threads and processes.
class Store {
 public:
  virtual ~Store() = default;
  virtual Status read(const std::function<Status(StoreReader&)>& body) = 0;
  // All changes of `body`, or none: none when it returns a fault. On return they survive a power failure.
  virtual Status write(const std::function<Status(StoreTransaction&)>& body) = 0;
};

// A function to be called, whose identifiers are durable.
struct Call {
  CallName name;
  std::string identifier;  // FunctionCallIdentifier; also the unique part of MessageID
  Action action = Action::kLook;
  Eid eid;
  std::optional<Iccid> iccid;
  std::string profile_type;  // of a download without an ICCID
  std::uint32_t validity = 0;
  Time first_sent{};  // MessageDate: a repetition is the same message
};

// What became of it, as far as is known.
struct Answer {
  CallName name;
  // The function's status; or why there is none: nothing was sent, or nobody knows.
  Result<sgp02::FunctionExecutionStatus> status;
  std::optional<sgp02::Eis> eis;    // of a look
  std::optional<Iccid> iccid;       // of a download
  std::vector<sgp02::Plma> rights;  // of a look: what owners of its Profiles let this party do
};

// Takes calls and gives no answer at once: those come to Runner::turn, in any order, late, twice or never.
class CallPort {
 public:
  virtual ~CallPort() = default;
  virtual void send(std::vector<Call> calls) = 0;
};

}  // namespace eider::campaign
