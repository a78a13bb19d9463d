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

// Everything that can go on for this card goes on: scripts go out in short messages, triggers ask for
// sessions.
Status drive(Context& context, const Eid& eid);
// What time has come for: repetition, expiry. `limit` operations at most; true: there may be more.
Result<bool> run_due(Context& context, std::size_t limit);

// A Response Packet that matches no command changes nothing.
Status por_arrived(Context& context, const Eid& eid, const channel::scp80::OpenedResponse& response);

// ---- Sessions (SCP81)
struct SessionScript {
  Script script;
  std::string token;  // of the next URI
};
// The script whose turn it is, or nothing.
Result<std::optional<SessionScript>> session_script(Context& context, const Eid& eid);
// The card's answer to the script with this token. Another token than the last one: repeated or late,
// ignored.
Status session_answer(Context& context, const Eid& eid, const std::string& token, bool ok, ByteView body);
// The session broke or the card came back: a script that was handed out without an answer goes out again.
Status session_lost(Context& context, const Eid& eid);

}  // namespace eider::smsr
