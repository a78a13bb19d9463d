// What cards say in their sessions, and what they get: operations.hpp.
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/turns.hpp"

namespace eider::smsr {
namespace {

Status hear(StoreTransaction& tx, Context& context, const Eid& eid, const SessionWord& word) {
  if (word.token.empty() && !word.first) return {};
  EIDER_TRY(o, turn_of(tx, eid, context.now()));
  if (!o || o->transport != Transport::kSession) return {};
  if (!word.token.empty() && o->token == word.token) {
    if (word.ok) return take_answer(tx, context, *o, word.body);
    return finish(tx, context, *o,
                  failure(code::kSdAidUnknown, {}, "the card found no such security domain"));
  }
  return word.first ? repeat(tx, context, *o) : Status{};
}

Status hand_out(StoreTransaction& tx, Context& context, const Eid& eid, std::optional<SessionScript>& out,
                bool& more) {
  EIDER_TRY(found, with_turn(tx, context, eid, more));
  if (!found) return {};
  auto o = *std::move(found);
  // What went out by SMS may be on its way: it is not said twice.
  if (o.transport != Transport::kReady && o.transport != Transport::kTriggered) return {};
  const auto& p = procedure(o.kind);
  if (!p.script) return {};
  const auto script = p.script(tx, context, o);
  EIDER_TRY(over, refused(tx, context, o, script));
  if (over) {
    more = true;
    return {};
  }
  out = for_session(context, o, *script);
  return tx.put_operation(o);
}

}  // namespace

Status session_heard(Context& context, const Eid& eid, const SessionWord& word) {
  EIDER_CHECK(
      context.store.write([&](StoreTransaction& tx) -> Status { return hear(tx, context, eid, word); }));
  context.progress.made(eid);
  return {};
}

Result<SessionReply> session_turn(Context& context, const Eid& eid, const SessionWord& word) {
  SessionReply out;
  out.seen = context.progress.of(eid);
  bool progress = word.first || !word.token.empty();
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_CHECK(hear(tx, context, eid, word));
    for (bool more = true; more && !out.script;) {
      more = false;
      EIDER_CHECK(hand_out(tx, context, eid, out.script, more));
      progress = progress || more || out.script;
    }
    if (out.script) return {};
    EIDER_TRY(euicc, tx.euicc(eid));
    if (euicc) out.hold_until = euicc->hold_until;
    return {};
  }));
  // Its own does not count as something to look for.
  if (progress) ++out.seen, context.progress.made(eid);
  return out;
}

Status session_over(Context& context, const Eid& eid) {
  return transact(context, [&](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_TRY(turn, turn_of(tx, eid, context.now()));
    if (!turn || turn->transport != Transport::kSms) return std::optional(eid);
    EIDER_TRY(all, tx.operations(eid));
    for (auto& o : all)
      if (o.transport == Transport::kTriggered) EIDER_CHECK(again(tx, context, o, o.stage));
    return std::optional(eid);
  });
}

}  // namespace eider::smsr
