#include "roles/smdp/moves.hpp"

#include "base/log.hpp"
#include "roles/smdp/procedures/procedure.hpp"

namespace eider::smdp {
namespace {

bool is_due(const Procedure& p, Time now) {
  return p.waiting ? p.waiting->deadline <= now : p.resume_at && *p.resume_at <= now;
}

Result<std::optional<Procedure>> read_procedure(Context& cx, ProcedureId id) {
  std::optional<Procedure> found;
  EIDER_CHECK(cx.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(p, reader.procedure(id));
    found = std::move(p);
    return {};
  }));
  return found;
}

// What is told to the inventory twice is told once.
Status settle_account(Context& cx, const Procedure& known) {
  const auto told = settle(cx, known);
  return change(
      cx, known.id,
      [&](Work& w) -> Status {
        if (told) return w.tx.remove_procedure(known.id);
        log::warn("smdp", "the inventory was not told of a Profile: " + told.error().message());
        EIDER_TRY(p, w.tx.procedure(known.id));
        if (!p) return {};
        resume_later(w, *p);
        return w.tx.put_procedure(*p);
      },
      Synced::kNo);
}

}  // namespace

Status move_on(Context& cx, ProcedureId id) {
  EIDER_TRY(found, read_procedure(cx, id));
  if (!found || !is_due(*found, cx.clock.now())) return {};
  if (found->step == Step::kSettle) return settle_account(cx, *found);
  auto fetched = found->waiting ? Fetched{} : fetch(cx, *found, nullptr);
  // To have asked for the EIS may be forgotten: it is asked for again.
  const bool asks = found->step == Step::kGetEis && !found->waiting && fetched.stock && *fetched.stock;
  const auto body = [&](bool only_asks) {
    return [&, only_asks](Work& w) -> Status {
      EIDER_TRY(p, w.tx.procedure(id));
      if (!p || !is_due(*p, w.now)) return {};
      if (only_asks && (p->step != Step::kGetEis || p->waiting || w.now >= p->expires_at)) return {};
      if (!p->waiting) return on_resume(w, *p, fetched);
      const auto asked = *std::exchange(p->waiting, std::nullopt);
      EIDER_CHECK(w.tx.remove_outbox_of(id));
      return on_silence(w, *p, asked);
    };
  };
  if (asks && cx.clock.now() < found->expires_at) return change(cx, id, body(true), Synced::kNo);
  return change(cx, id, body(false));
}

void move_on_now(Context& cx, ProcedureId id) {
  if (const auto done = move_on(cx, id); !done) log::warn("smdp", done.error().message());
}

Result<std::optional<Procedure>> waiting_for(Context& cx, const std::string& message_id) {
  std::optional<Procedure> found;
  EIDER_CHECK(cx.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(p, reader.procedure_by_message(message_id));
    found = std::move(p);
    return {};
  }));
  return found;
}

Status take_answer(Context& cx, const EntityId& sender, const Message& m, const Procedure& found) {
  if (!(found.waiting->smsr == sender)) return {};
  if (m.function && m.function->id != found.waiting->function) return {};
  auto fetched = fetch(cx, found, &m);
  // A restart begins a session with a card anew, wherever it stood, until the last answer of the card is
  // there.
  const auto session = found.step == Step::kCard ? cx.installations.find(found.id) : nullptr;
  const auto synced = session && !session->finishing() ? Synced::kNo : Synced::kYes;
  bool over = false;
  EIDER_CHECK(change(
      cx, found.id,
      [&](Work& w) -> Status {
        EIDER_TRY(p, w.tx.procedure_by_message(found.waiting->message_id));
        if (!p) return {};
        if (cx.observer && m.function && m.response()) cx.observer->peer_answered(*m.function, *m.response());
        p->waiting.reset();
        EIDER_CHECK(w.tx.remove_outbox_of(p->id));
        EIDER_CHECK(on_answer(w, *p, m, fetched));
        over = p->step == Step::kSettle;
        return {};
      },
      synced));
  if (over) move_on_now(cx, found.id);
  return {};
}

}  // namespace eider::smdp
