// The queue of a card: one operation at a time has its turn, steps of it go first. What an operation does is
// its procedure's (procedures/procedure.hpp); how its scripts reach the card is here.
#pragma once
#include "roles/smsr/card_link.hpp"
#include "roles/smsr/context.hpp"

namespace eider::smsr {

// Puts the operation into the queue of its card: kBusy when too many wait. Sets times that are not set.
Status enqueue(StoreTransaction& tx, Context& context, Operation& operation);

// The operation is over: it and its steps leave the queue, its caller gets the outcome, the audit trail a
// record.
Status finish(StoreTransaction& tx, Context& context, const Operation& operation, const Outcome& outcome);

// Its script goes out again, or the one of another stage.
Status again(StoreTransaction& tx, Context& context, Operation& operation, Stage stage);
// Waits for something that is no answer to a script.
Status wait(StoreTransaction& tx, Context& context, Operation& operation, Stage stage);

// The one whose turn it is. Steps first, then what has begun, then the oldest.
Result<std::optional<Operation>> turn_of(StoreReader& reader, const Eid& eid, Time now);
// The step of this kind, and of the operation when `parent` is not 0.
Result<std::optional<Operation>> find_step(StoreReader& reader, const Eid& eid, OperationKind kind);
// What changes the enabled Profile and has begun.
Result<std::optional<Operation>> change_of(StoreReader& reader, const Eid& eid);
// An SM-SR change is queued or under way: nothing else may begin (section 3.8).
Result<bool> being_handed_over(StoreReader& reader, const Eid& eid);

// Whether the EIS is what the card has is to be found out later: an audit that nobody asked for.
Status audit_later(StoreTransaction& tx, Context& context, const Eid& eid);

// One transaction: what `change` does, and everything that can go on then for the card that it names. What is
// to go out in short messages, scripts and triggers, goes once that is durable.
using Change = std::function<Result<std::optional<Eid>>(StoreTransaction&)>;
Status transact(Context& context, const Change& change);
Status transact(Context& context, std::span<const Change> changes);
// In one transaction if all goes well. What each came to.
std::vector<Status> transact_each(Context& context, std::span<const Change> changes);
// Everything that can go on for this card goes on.
Status drive(Context& context, const Eid& eid);
// What time has come for: repetition, expiry. `limit` operations at most; true: there may be more.
Result<bool> run_due(Context& context, std::size_t limit);

// A Response Packet that matches no command changes nothing.
Change por_arrived(Context& context, const Eid& eid, channel::scp80::OpenedResponse response);

// ---- Sessions (SCP81)
// What the card says.
struct SessionWord {
  bool first = false;  // of this session: what another one handed out without an answer goes out again
  std::string token;   // of the script that is answered; another than the last one: late or repeated, ignored
  bool ok = true;
  ByteView body;
};
// The session that was given the script of this token went without taking it: the card has not heard of it.
Status session_lost(Context& context, const Eid& eid, const std::string& token);
// A session is over. What asked for it and did not get its turn, because a message was on its way, asks
// again.
Status session_over(Context& context, const Eid& eid);
Status session_heard(Context& context, const Eid& eid, const SessionWord& word);
// What it gets: the script whose turn it is, or nothing; then, the session is held open till that time.
struct SessionReply {
  std::optional<SessionScript> script;
  std::optional<Time> hold_until;
  std::uint64_t seen = 0;  // of Context::progress: while it is that, nothing has come
};
// In one transaction, which takes the word first.
Result<SessionReply> session_turn(Context& context, const Eid& eid, const SessionWord& word);

}  // namespace eider::smsr
