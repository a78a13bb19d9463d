// What happens to a procedure. Each runs within one transaction; what it needs from the inventory was fetched
// before.
#pragma once
#include "roles/smdp/context.hpp"

namespace eider::smdp {

struct Fetched {
  std::optional<Result<server::StockProfile>> stock;
  std::optional<Result<Secret>> package;
};
// What the next move of the procedure needs. Outside of any transaction of the store.
Fetched fetch(Context& cx, const Procedure& p, const Message* answer);
// Tells the inventory what became of the Profile.
Status settle(Context& cx, const Procedure& p);

// The SM-SR's answer to what the procedure waits for; `waiting` is cleared already.
Status on_answer(Work& w, Procedure& p, const Message& answer, Fetched& fetched);
// The answer to `asked` did not come in time.
Status on_silence(Work& w, Procedure& p, const Waiting& asked);
// It was begun, or is to go on.
Status on_resume(Work& w, Procedure& p, Fetched& fetched);

namespace relay {
Status on_answer(Work& w, Procedure& p, const Message& answer);
}
namespace download {
Status on_answer(Work& w, Procedure& p, const Message& answer, Fetched& fetched);
Status on_silence(Work& w, Procedure& p);
Status on_resume(Work& w, Procedure& p, Fetched& fetched);
}  // namespace download
namespace connectivity {
Status on_resume(Work& w, Procedure& p);
Status on_answer(Work& w, Procedure& p, const Message& answer);
}  // namespace connectivity

// What went wrong with the card, as an operator is told. `otherwise`: when the fault says nothing of it.
sgp02::FunctionExecutionStatus card_failure(const Fault& fault, std::string_view step);

}  // namespace eider::smdp
