#include "roles/campaign/runner.hpp"

#include <algorithm>
#include <ranges>

#include "roles/campaign/plan.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::campaign {
namespace {
constexpr Duration kGrace{30'000};  // after the validity period, for the answer to come

bool acts(Action a) {
  return a != Action::kLook;
}
// What passes by itself, or would be the same for every card, tells nothing about the change.
bool is_failure(RetryClass c) {
  return c != RetryClass::kSoon && c != RetryClass::kStop;
}
bool counts_as_failure(const Attempt& a) {
  if (a.outcome != Outcome::kRefused && a.outcome != Outcome::kExpired) return false;
  return is_failure(retry_row(a.subject_code, a.reason_code).what);
}
}  // namespace

Runner::Runner(Store& store, CallPort& port, const Clock& clock, Random& random, EntityId self, Mode mode)
    : store_(store),
      port_(port),
      clock_(clock),
      random_(random),
      self_(self),
      mode_(mode),
      rate_(0, 1, clock.now()) {}

Status Runner::start(CampaignId id) {
  now_ = clock_.now();
  return store_.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.campaign(id));
    if (!found) return fail_local("there is no such campaign");
    campaign_ = *std::move(found);
    rate_ = RateLimit(campaign_.pace.per_minute, campaign_.pace.burst, now_);
    EIDER_CHECK(refresh(reader));
    EIDER_TRY(left, reader.in_flight(id));
    for (auto& card : left) {
      if (mode_ == Mode::kPlan && acts(card.action)) continue;  // the run's
      looks_out_ += acts(card.action) ? 0 : 1;
      Out out{std::move(card), now_};
      wait_for_answer(out, now_);
      const auto seq = out.card.seq;
      out_.emplace(seq, std::move(out));
    }
    return {};
  });
}

// What is known beside the rows: counts, and outcomes for the stop rule.
Status Runner::refresh(StoreReader& reader) {
  EIDER_TRY(tally, reader.tally(campaign_.id));
  tally_ = tally;
  EIDER_TRY(actions, reader.next_actions(campaign_.id));
  seen_ = 0;
  for (const auto& [action, cards] : actions) seen_ += acts(action) ? cards : 0;
  const auto& p = campaign_.pace;
  rate_.change(p.per_minute, p.burst, now_);
  stop_ = StopRule(p.stop_per_mille, p.stop_over);
  EIDER_TRY(latest, reader.latest_outcomes(campaign_.id, campaign_.counted_from, p.stop_over));
  for (const auto& a : latest | std::views::reverse) stop_.count(counts_as_failure(a));
  return {};
}

Result<Turn> Runner::turn(std::vector<Answer> answers) {
  now_ = clock_.now();
  bool needed = !answers.empty();
  if (!needed)
    EIDER_CHECK(store_.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(due, anything_due(reader));
      needed = due;
      return {};
    }));
  if (needed) {
    std::vector<Call> calls;
    EIDER_CHECK(store_.write([&](StoreTransaction& tx) { return turn_in(tx, answers, calls); }));
    if (!calls.empty()) port_.send(std::move(calls));
  }
  return outlook();
}

Status Runner::turn_in(StoreTransaction& tx, std::vector<Answer>& answers, std::vector<Call>& calls) {
  EIDER_TRY(fresh, tx.campaign(campaign_.id));
  if (!fresh) return fail_local("the campaign was removed");
  const bool changed = fresh->revision != campaign_.revision;
  campaign_ = *std::move(fresh);
  if (changed) EIDER_CHECK(refresh(tx));
  for (const auto& a : answers) EIDER_CHECK(take(tx, a));
  if (mode_ == Mode::kRun && campaign_.wanted == Wanted::kRun && stop_.stop())
    EIDER_CHECK(pause(tx, std::to_string(stop_.failures()) + " failures among the last " +
                              std::to_string(stop_.outcomes()) + " outcomes"));
  EIDER_CHECK(repeat_due(tx, calls));
  return start_due(tx, calls);
}

// ---- what comes back

Status Runner::take(StoreTransaction& tx, const Answer& answer) {
  const auto it = out_.find(answer.name.seq);
  if (it == out_.end() || it->second.card.call != answer.name.call) return take_late(tx, answer);
  if (!answer.status) return no_status(tx, it->second, answer.status.error());
  peer_failures_ = 0;
  auto card = std::move(it->second.card);
  looks_out_ -= acts(card.action) ? 0 : 1;
  out_.erase(it);
  return settle(tx, std::move(card), answer);
}

// Only of a card that was given up because nothing was heard is it news.
Status Runner::take_late(StoreTransaction& tx, const Answer& answer) {
  EIDER_TRY(card, tx.card(campaign_.id, answer.name.seq));
  const bool news = card && answer.status && card->call == answer.name.call &&
                    card->state == CardState::kHeld && card->reason == Reason::kNoAnswer;
  if (news) return settle(tx, *std::move(card), answer);
  ++counters_.duplicates;
  return {};
}

Status Runner::no_status(StoreTransaction& tx, Out& out, const Fault& fault) {
  const auto* transport = fault.as<TransportFault>();
  const bool sent = transport ? transport->sent : fault.refused() && !fault.as<VerificationFault>();
  if (now_ >= peer_until_) peer_until_ = now_ + peer_back_off(++peer_failures_);
  const auto before = out.card;
  if (!transport && !sent) {
    // Neither a card's trouble nor one that passes: certificates, names, this side's own.
    EIDER_CHECK(pause(tx, fault.message()));
  }
  if (!sent) {
    ++counters_.not_reached;
    out.card.sends -= out.card.sends > 0 ? 1 : 0;
    wait_for_answer(out, peer_until_);
    return store(tx, before, out.card);
  }
  ++counters_.unknown;
  EIDER_CHECK(record(tx, out.card, Outcome::kUnknown, fault.message()));
  out.card.text = fault.message();
  if (out.card.sends < kMostSends) {
    const auto delay = retry_delay(RetryClass::kSoon, campaign_.pace);
    wait_for_answer(out, now_ + back_off(delay, out.card.sends, random_));
    return store(tx, before, out.card);
  }
  auto card = std::move(out.card);
  looks_out_ -= acts(card.action) ? 0 : 1;
  out_.erase(card.seq);
  end(card, CardState::kHeld, Reason::kNoAnswer);
  return store(tx, before, card);
}

Status Runner::settle(StoreTransaction& tx, Card card, const Answer& answer) {
  using E = sgp02::ExecutionStatus;
  ++counters_.answers;
  const auto before = card;
  const auto& status = *answer.status;
  const bool expired = status.status == E::kExpired;
  const bool seen = !acts(card.action) && status.status == E::kExecutedSuccess;
  if (!seen) card.subject_code = card.reason_code = card.text = {};  // else: why it had to be looked at
  if (status.statusCodeData || expired) {
    const auto told = sgp02::status::to_function_status(status);
    card.subject_code = told.subject_code;
    card.reason_code = told.reason_code;
    card.text = told.message;
  }
  const bool done = status.status == E::kExecutedSuccess, warning = status.status == E::kExecutedWithWarning;
  const auto outcome = done      ? Outcome::kExecuted
                       : warning ? Outcome::kWarning
                       : expired ? Outcome::kExpired
                                 : Outcome::kRefused;
  EIDER_CHECK(record(tx, card, outcome, card.text));
  card.sends = 0;
  card.state = CardState::kWaiting;
  if (acts(card.action)) {
    ++card.attempts;
    if (answer.iccid) card.target = answer.iccid;
  }
  card.not_before = card.attempts > 0 ? now_ : Time{};
  if (!done && !warning) {
    EIDER_CHECK(refused(tx, card, card.subject_code, card.reason_code));
  } else if (!acts(card.action)) {
    looked(card, answer);
  } else {
    stop_.count(false);
    if (done)
      end(card, CardState::kDone, Reason::kMoved);
    else
      card.action = Action::kLook;  // a part of it may not have been done
  }
  if (campaign_.wanted == Wanted::kCancelled && card.state == CardState::kWaiting &&
      (acts(card.action) || !acts(before.action)))
    end(card, CardState::kCancelled, Reason::kCancelledByHand);
  return store(tx, before, card);
}

void Runner::looked(Card& card, const Answer& answer) {
  if (!answer.eis || answer.eis->eid() != card.eid) {
    card.text = "the answer has no EIS of the card";
    return end(card, CardState::kHeld, Reason::kRefused);
  }
  // The code says why it is looked at again: that decides how often.
  const auto attempts = card.attempts;
  decide(campaign_.goal, self_, *answer.eis, answer.rights, card);
  if (card.state != CardState::kWaiting) return end(card, card.state, card.reason);
  const auto most = retry_delay(RetryClass::kLater, campaign_.pace).attempts;
  if (attempts >= most) end(card, CardState::kFailed, Reason::kTooOften);
}

Status Runner::refused(StoreTransaction& tx, Card& card, std::string_view subject, std::string_view reason) {
  const auto& row = retry_row(subject, reason);
  if (acts(card.action) && is_failure(row.what)) stop_.count(true);
  switch (row.what) {
    case RetryClass::kGiveUp:
      end(card, CardState::kFailed, Reason::kRefused);
      return {};
    case RetryClass::kHuman:
      end(card, CardState::kHeld, Reason::kRefused);
      return {};
    case RetryClass::kStop:
      card.attempts -= acts(card.action) ? 1 : 0;  // not the card's fault
      return pause(tx, std::string(subject) + "/" + std::string(reason) + ": " + std::string(row.why));
    case RetryClass::kSoon:
    case RetryClass::kLater:
      break;
  }
  if (!acts(card.action)) ++card.attempts;
  const auto delay = retry_delay(row.what, campaign_.pace);
  if (card.attempts >= delay.attempts && !(row.look && acts(card.action))) {
    end(card, CardState::kFailed, Reason::kTooOften);
    return {};
  }
  card.not_before = now_ + back_off(delay, card.attempts, random_);
  if (row.look) card.action = Action::kLook;
  return {};
}

Status Runner::record(StoreTransaction& tx, const Card& card, Outcome outcome, const std::string& text) {
  Attempt a;
  a.seq = card.seq;
  a.call = card.call;
  a.action = card.action;
  a.outcome = outcome;
  a.sent_at = card.sent_at;
  a.ended_at = now_;
  a.sends = std::max<std::uint16_t>(card.sends, 1);
  if (outcome != Outcome::kUnknown) {
    a.subject_code = card.subject_code;
    a.reason_code = card.reason_code;
  }
  a.text = text;
  return tx.add_attempt(campaign_.id, a);
}

Status Runner::pause(StoreTransaction& tx, std::string why) {
  if (mode_ == Mode::kPlan) halted_ = std::move(why);
  if (mode_ == Mode::kPlan || campaign_.wanted != Wanted::kRun) return {};
  campaign_.wanted = Wanted::kPaused;
  campaign_.why = std::move(why);
  return tx.put_campaign(campaign_);
}

void Runner::end(Card& card, CardState state, Reason reason) {
  card.state = state;
  card.reason = reason;
  if (state == CardState::kDone) card.subject_code = card.reason_code = card.text = {};
  ++counters_.settled;
}

Status Runner::store(StoreTransaction& tx, const Card& before, const Card& card) {
  const auto seen = [](const Card& c) { return c.state == CardState::kWaiting && acts(c.action) ? 1U : 0U; };
  --of(tally_, before.state);
  ++of(tally_, card.state);
  seen_ = seen_ + seen(card) - seen(before);
  return tx.put_card(campaign_.id, card);
}

// ---- what goes out

bool Runner::may_act() const {
  return mode_ == Mode::kRun && campaign_.wanted == Wanted::kRun && now_ >= peer_until_ &&
         open_at(campaign_.pace, now_);
}
bool Runner::may_look() const {
  if (now_ < peer_until_ || !halted_.empty()) return false;
  return mode_ == Mode::kPlan || cancelled() || may_act();
}
std::size_t Runner::free_slots() const {
  const auto most = std::min<std::size_t>(std::max(campaign_.pace.in_flight, 1U), most_out_);
  return most - std::min(most, out_.size());
}

// A cheap look whether a transaction would do anything.
Result<bool> Runner::anything_due(StoreReader& reader) {
  EIDER_TRY(fresh, reader.campaign(campaign_.id));
  if (!fresh) return fail_local("the campaign was removed");
  if (fresh->revision != campaign_.revision) return true;
  if (!may_look()) return false;
  if (!due_.empty() && due_.top().at <= now_) return true;
  if (free_slots() == 0) return false;
  if (mode_ == Mode::kRun && !cancelled()) {
    EIDER_TRY(ready, reader.next_due(campaign_.id, false));
    if (ready && *ready <= now_ && rate_.available(now_) > 0) return true;
  }
  if (looks_wanted() == 0) return false;
  EIDER_TRY(looks, reader.next_due(campaign_.id, true));
  return looks && *looks <= now_;
}

void Runner::wait_for_answer(Out& out, Time until) {
  out.due = until;
  due_.push({until, {out.card.seq, out.card.call}});
}
void Runner::wait_for_answer(Out& out) {
  wait_for_answer(out, now_ + Duration(std::int64_t{out.card.validity} * 1000) + kGrace);
}

// Calls without an answer go out again under their identifier, with the same content.
Status Runner::repeat_due(StoreTransaction& tx, std::vector<Call>& calls) {
  if (!may_look()) return {};
  if (due_.size() > 2 * out_.size() + 1000) {  // of answered calls, most of all
    due_ = {};
    for (const auto& [seq, out] : out_) due_.push({out.due, {seq, out.card.call}});
  }
  while (!due_.empty() && due_.top().at <= now_) {
    const auto next = due_.top();
    const auto it = out_.find(next.name.seq);
    if (it == out_.end() || it->second.card.call != next.name.call || it->second.due != next.at) {
      due_.pop();
      continue;
    }
    auto& out = it->second;
    const bool act = acts(out.card.action);
    if (cancelled()) {
      due_.pop();
      EIDER_CHECK(give_back(tx, out));
      continue;
    }
    if (act && rate_.available(now_) == 0) return {};
    due_.pop();
    const auto before = out.card;
    if (out.card.sends >= kMostSends) {
      auto card = std::move(out.card);
      looks_out_ -= act ? 0 : 1;
      out_.erase(it);
      end(card, CardState::kHeld, Reason::kNoAnswer);
      EIDER_CHECK(store(tx, before, card));
      continue;
    }
    if (act) rate_.take(1);
    ++out.card.sends;
    ++counters_.repeated;
    wait_for_answer(out);
    EIDER_CHECK(store(tx, before, out.card));
    calls.push_back(call_of(out.card));
  }
  return {};
}

// The campaign was cancelled: what never arrived will not, and of what may have the card tells.
Status Runner::give_back(StoreTransaction& tx, Out& out) {
  const auto before = out.card;
  auto card = std::move(out.card);
  const bool look = !acts(card.action);
  looks_out_ -= look ? 1 : 0;
  const bool arrived = card.sends > 0;  // or may have
  out_.erase(card.seq);
  card.sends = 0;
  if (look || !arrived) {
    end(card, CardState::kCancelled, Reason::kCancelledByHand);
  } else {
    card.state = CardState::kWaiting;
    card.action = Action::kLook;
    card.not_before = now_;
    ++card.attempts;
  }
  return store(tx, before, card);
}

Status Runner::start_due(StoreTransaction& tx, std::vector<Call>& calls) {
  if (!may_look()) return {};
  if (may_act()) {
    EIDER_TRY(ready, tx.due(campaign_.id, false, now_, std::min(free_slots(), rate_.available(now_))));
    rate_.take(ready.size());
    for (auto& card : ready) EIDER_CHECK(launch(tx, std::move(card), calls));
  }
  const auto looks = looks_wanted();
  if (looks == 0) return {};
  EIDER_TRY(unseen, tx.due(campaign_.id, true, now_, looks));
  for (auto& card : unseen) EIDER_CHECK(launch(tx, std::move(card), calls));
  return {};
}

// Cards are looked at some seconds before their turn: what is seen long before may not hold any more.
std::size_t Runner::looks_wanted() const {
  if (mode_ == Mode::kPlan || cancelled()) return free_slots();
  constexpr std::size_t kSecondsAhead = 5;
  const auto& p = campaign_.pace;
  const std::size_t ahead = p.per_minute == 0 ? 2 * std::size_t{p.in_flight}
                                              : 1 + p.burst + std::size_t{p.per_minute} * kSecondsAhead / 60;
  return std::min(free_slots(), ahead - std::min<std::size_t>(ahead, looks_out_ + seen_));
}

Status Runner::launch(StoreTransaction& tx, Card card, std::vector<Call>& calls) {
  const auto before = card;
  card.state = CardState::kInFlight;
  ++card.call;
  card.sends = 1;
  card.sent_at = now_;
  card.validity = campaign_.pace.validity;
  if (acts(card.action)) {
    // The SM-SR gives up when the window closes.
    if (const auto closes = next_close(campaign_.pace, now_)) {
      const auto left = std::max<std::int64_t>((*closes - now_).count() / 1000, 1);
      card.validity = static_cast<std::uint32_t>(std::min<std::int64_t>(card.validity, left));
    }
  }
  ++counters_.sent;
  looks_out_ += acts(card.action) ? 0 : 1;
  EIDER_CHECK(store(tx, before, card));
  calls.push_back(call_of(card));
  Out out{std::move(card), {}};
  wait_for_answer(out);
  const auto seq = out.card.seq;
  out_.insert_or_assign(seq, std::move(out));
  return {};
}

Call Runner::call_of(const Card& card) const {
  Call c;
  c.name = {card.seq, card.call};
  c.identifier = call_identifier(campaign_, card.seq, card.call);
  c.action = card.action;
  c.eid = card.eid;
  c.iccid = card.target;
  if (card.action == Action::kDownload && !card.target) c.profile_type = campaign_.goal.type;
  c.validity = card.validity;
  c.first_sent = card.sent_at;
  return c;
}

// ---- what is next

Result<Turn> Runner::outlook() {
  using S = Turn::State;
  Turn t;
  const auto earlier = [&](std::optional<Time> at) {
    if (at && (!t.next || *at < *t.next)) t.next = at;
  };
  std::optional<Time> looks, functions;
  EIDER_CHECK(store_.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(look, reader.next_due(campaign_.id, true));
    looks = look;
    EIDER_TRY(other, reader.next_due(campaign_.id, false));
    functions = other;
    return {};
  }));
  const bool run = mode_ == Mode::kRun;
  if (out_.empty() && !looks && (!run || !functions)) {
    t.state = S::kFinished;
    t.next.reset();
    return t;
  }
  if (!halted_.empty())
    t.state = S::kStopped;
  else if (run && campaign_.wanted == Wanted::kPaused)
    t.state = campaign_.why.empty() ? S::kPaused : S::kStopped;
  else if (now_ < peer_until_)
    t.state = S::kUnreached;
  else if (run && !cancelled() && !open_at(campaign_.pace, now_))
    t.state = next_open(campaign_.pace, now_) ? S::kClosed : S::kOver;
  if (t.state == S::kUnreached) t.next = peer_until_;
  if (t.state == S::kClosed) t.next = next_open(campaign_.pace, now_);
  if (t.state != S::kGoing) return t;
  const auto token = run && !cancelled() ? rate_.next(now_) : now_;
  if (!due_.empty()) earlier(due_.top().at <= now_ ? std::max(due_.top().at, token) : due_.top().at);
  if (free_slots() == 0) return t;
  if (run && functions) earlier(std::max(*functions, token));
  if (looks && looks_wanted() > 0) earlier(std::max(*looks, now_));
  return t;
}

}  // namespace eider::campaign
