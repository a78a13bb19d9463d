// What short messages and sessions share: how an operation gets its turn, and how it takes answers. Internal
// to roles/smsr.
#pragma once
#include "roles/smsr/operations.hpp"
#include "roles/smsr/outbox.hpp"

namespace eider::smsr {

// A refusal of the procedure ends the operation with it; other faults are the store's.
template <class R>
Result<bool> refused(StoreTransaction& tx, Context& context, const Operation& o, const R& result) {
  if (result) return false;
  if (!result.error().template as<FunctionStatus>()) return fail(result.error());
  EIDER_CHECK(finish(tx, context, o, failure(result.error())));
  return true;
}

// The operation whose turn it is begins if it has not. Nothing: nobody has a script for the card now.
Result<std::optional<Operation>> with_turn(StoreTransaction& tx, Context& context, const Eid& eid,
                                           bool& more);
// The operation's script goes into a session; the caller stores the operation.
SessionScript for_session(Context& context, Operation& o, Script script);
// An attempt without an answer. What may have happened is asked first.
Status repeat(StoreTransaction& tx, Context& context, Operation& o);
// The card's answer to the operation's script.
Status take_answer(StoreTransaction& tx, Context& context, Operation& o, ByteView body);

}  // namespace eider::smsr
