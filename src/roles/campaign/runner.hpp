// Drives a campaign: what is due is called at the campaign's pace, what comes back decides what is next. One
// thread owns a runner. An intent is durable, with its identifiers, before it is sent; what is repeated is
// the same call, which SM-SR and SM-DP answer from their record: however a process ends, no card is lost and
// no function performed twice.
#pragma once
#include <queue>
#include <unordered_map>

#include "base/random.hpp"
#include "roles/campaign/pace.hpp"
#include "roles/campaign/ports.hpp"
#include "roles/campaign/retry.hpp"

namespace eider::campaign {

enum class Mode : std::uint8_t {
  kPlan,  // only looks: the cards' EISs are asked for, and what would be done is put down
  kRun,
};

struct Turn {
  enum class State : std::uint8_t {
    kGoing,
    kPaused,     // by a person
    kStopped,    // by itself: see the campaign's `why`
    kClosed,     // until the window opens
    kOver,       // the window never opens again, and there are cards left
    kUnreached,  // the other party: it is tried again later
    kFinished,   // nothing waits and nothing is out
  };
  State state = State::kGoing;
  std::optional<Time> next;  // when there is something to do, if no answer comes before
};

struct Counters {
  std::uint64_t sent = 0, repeated = 0;
  std::uint64_t answers = 0, duplicates = 0;  // answers that told nothing new
  std::uint64_t unknown = 0, not_reached = 0;
  std::uint64_t settled = 0;  // cards that have ended
};

class Runner {
 public:
  // All must outlive the runner. `self`: who calls.
  Runner(Store& store, CallPort& port, const Clock& clock, Random& random, EntityId self, Mode mode);

  // Beside the campaign's own limit: calls that would wait for a connection are not made.
  void limit_in_flight(std::size_t calls) { most_out_ = calls; }
  // Takes the campaign up where it was left: calls that were out are repeated.
  Status start(CampaignId id);
  // Call it when answers are there and when `next` comes; now and then besides, for what commands of other
  // processes want. After a fault, which is the store's, this runner is of no more use: start another one.
  Result<Turn> turn(std::vector<Answer> answers);

  const Campaign& campaign() const { return campaign_; }
  // Why it stopped by itself.
  const std::string& why() const { return mode_ == Mode::kPlan ? halted_ : campaign_.why; }
  const Tally& tally() const { return tally_; }
  const Counters& counters() const { return counters_; }
  std::size_t in_flight() const { return out_.size(); }

 private:
  struct Due {
    Time at;
    CallName name;
    bool operator>(const Due& o) const { return at > o.at; }
  };
  struct Out {
    Card card;
    Time due{};  // it is repeated then
  };
  Status refresh(StoreReader& reader);
  std::size_t looks_wanted() const;
  Status turn_in(StoreTransaction& tx, std::vector<Answer>& answers, std::vector<Call>& calls);
  Result<bool> anything_due(StoreReader& reader);
  Result<Turn> outlook();

  Status take(StoreTransaction& tx, const Answer& answer);
  Status take_late(StoreTransaction& tx, const Answer& answer);
  Status no_status(StoreTransaction& tx, Out& out, const Fault& fault);
  Status settle(StoreTransaction& tx, Card card, const Answer& answer);
  void looked(Card& card, const Answer& answer);
  Status refused(StoreTransaction& tx, Card& card, std::string_view subject, std::string_view reason);
  Status record(StoreTransaction& tx, const Card& card, Outcome outcome, const std::string& text);
  Status pause(StoreTransaction& tx, std::string why);
  void end(Card& card, CardState state, Reason reason);
  Status store(StoreTransaction& tx, const Card& before, const Card& card);

  bool cancelled() const { return mode_ == Mode::kRun && campaign_.wanted == Wanted::kCancelled; }
  bool may_act() const;  // functions that change a card
  bool may_look() const;
  std::size_t free_slots() const;
  Status repeat_due(StoreTransaction& tx, std::vector<Call>& calls);
  Status give_back(StoreTransaction& tx, Out& out);
  Status start_due(StoreTransaction& tx, std::vector<Call>& calls);
  Status launch(StoreTransaction& tx, Card card, std::vector<Call>& calls);
  Call call_of(const Card& card) const;
  void wait_for_answer(Out& out, Time until);
  void wait_for_answer(Out& out);

  Store& store_;
  CallPort& port_;
  const Clock& clock_;
  Random& random_;
  EntityId self_;
  Mode mode_;

  Campaign campaign_;
  Time now_{};
  Tally tally_{};
  Counters counters_;
  RateLimit rate_;
  StopRule stop_{0, 0};
  std::unordered_map<std::uint32_t, Out> out_;                      // by seq
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;  // also of calls that were answered since
  std::size_t most_out_ = SIZE_MAX;
  std::size_t looks_out_ = 0;
  std::uint64_t seen_ = 0;  // cards that wait to be changed
  std::uint32_t peer_failures_ = 0;
  Time peer_until_{};
  std::string halted_;  // a plan: nothing can be found out
};

}  // namespace eider::campaign
