// How procedures go on: what they need from the inventory is fetched, then one transaction makes the move.
#pragma once
#include "roles/smdp/context.hpp"

namespace eider::smdp {

// Does what the procedure's time has come for, if it has.
Status move_on(Context& cx, ProcedureId id);
// The same in place of run(), which does it if this fails.
void move_on_now(Context& cx, ProcedureId id);

// That waits for the answer to this message.
Result<std::optional<Procedure>> waiting_for(Context& cx, const std::string& message_id);
// The answer of an SM-SR to what `found` waits for, wherever it came from. Of another SM-SR or to another
// function it changes nothing.
Status take_answer(Context& cx, const EntityId& sender, const Message& answer, const Procedure& found);

}  // namespace eider::smdp
