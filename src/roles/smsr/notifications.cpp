#include "roles/smsr/notifications.hpp"

#include "base/log.hpp"
#include "roles/smsr/procedures/profile_change.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
using sgp02::es5::Notification, sgp02::es5::NotificationType;

// `again`: it has arrived before, and may have been confirmed.
Status confirm(StoreTransaction& tx, Context& context, const Notification& n, const Operation* parent,
               bool again = false) {
  EIDER_TRY(found, find_step(tx, n.eid, OperationKind::kConfirmation));
  if (found) {
    // Under way: it is repeated in its time.
    if (found->notification == n.sequence_number) return {};
    EIDER_CHECK(tx.remove_operation(found->id));  // the card speaks of something newer
  }
  Operation o;
  o.eid = n.eid;
  o.kind = OperationKind::kConfirmation;
  o.internal = true;
  o.started = true;
  if (parent) o.parent = parent->id;
  o.isdp_aid = n.isdp_aid;
  o.notification = n.sequence_number;
  if (again) o.attempts = 1;
  o.expires_at = context.now() + context.settings.settling;
  return enqueue(tx, context, o);
}

Status record(StoreTransaction& tx, Context& context, const Notification& n) {
  sgp02::AuditTrailRecord r;
  r.eid = n.eid;
  r.smsrId = context.settings.id;
  r.operationDate = context.now();
  r.operationType = static_cast<sgp02::OperationType>(n.type);
  r.isdpAid = n.isdp_aid;
  EIDER_TRY(profiles, tx.profiles(n.eid));
  if (const auto p = with_aid(profiles, n.isdp_aid)) r.iccid = p->iccid;
  r.imei = n.imei;
  r.meid = n.meid;
  return tx.add_audit_record(r);
}

// Does the report say that what was asked for has happened?
bool fulfils(const Operation& change, const Notification& n) {
  const bool enable = change.kind == OperationKind::kEnable;
  const bool type = n.type == NotificationType::kProfileChangeSucceeded ||
                    (!enable && n.type == NotificationType::kProfileChangeAfterFallBack);
  return type && (n.isdp_aid == change.isdp_aid) == enable;
}

// A report of success: taken while somebody waits for it. Late, the card must not hear a confirmation: it
// goes back to what it was (section 3.2).
Status succeeded(StoreTransaction& tx, Context& context, Euicc& euicc, const Notification& n,
                 std::optional<Operation> change) {
  if (change && fulfils(*change, n) && context.now() < change->expires_at) {
    euicc.last_notification = n.sequence_number;
    change->notification = n.sequence_number;
    EIDER_CHECK(wait(tx, context, *change, Stage::kConfirming));
    return confirm(tx, context, n, &*change);
  }
  EIDER_TRY(profiles, tx.profiles(n.eid));
  const auto enabled = enabled_of(profiles);
  if (enabled && enabled->isdp_aid == n.isdp_aid) {
    euicc.last_notification = n.sequence_number;
    return confirm(tx, context, n, nullptr);
  }
  return audit_later(tx, context, n.eid);
}

// Declaration, roll-back, fall-back: what is so already.
Status happened(StoreTransaction& tx, Context& context, Euicc& euicc, const Notification& n,
                std::optional<Operation> change) {
  euicc.last_notification = n.sequence_number;
  EIDER_TRY(step, find_step(tx, n.eid, OperationKind::kConfirmation));
  if (step && step->notification != n.sequence_number) EIDER_CHECK(tx.remove_operation(step->id));
  EIDER_TRY(before, set_enabled(tx, context, n.eid, n.isdp_aid, nullptr));
  (void)before;
  if (change && n.type == NotificationType::kProfileChangeFailedAndRollBack)
    EIDER_CHECK(change_failed(tx, context, *change, "the card rolled the change back"));
  else if (change && n.type == NotificationType::kProfileChangeAfterFallBack)
    EIDER_CHECK(change_failed(tx, context, *change, "the card fell back to another Profile"));
  return confirm(tx, context, n, nullptr);
}

Status take(StoreTransaction& tx, Context& context, const Notification& n, const std::string& from) {
  EIDER_TRY(euicc, tx.euicc(n.eid));
  if (!euicc) return {};
  if (!from.empty()) euicc->address = from;
  if (n.imei) euicc->imei = to_hex(*n.imei);
  if (n.meid) euicc->meid = to_hex(*n.meid);
  if (euicc->last_notification == n.sequence_number) {
    EIDER_CHECK(tx.put_euicc(*euicc));
    EIDER_TRY(change, change_of(tx, n.eid));
    const bool awaited =
        change && change->stage == Stage::kConfirming && change->notification == n.sequence_number;
    return confirm(tx, context, n, awaited ? &*change : nullptr, true);
  }
  if (euicc->last_notification &&
      static_cast<std::int16_t>(n.sequence_number - *euicc->last_notification) < 0) {
    log::info("smsr", "old notification of " + sgp22::eid_digits(n.eid));
    return {};  // replayed, or overtaken by a later one
  }
  EIDER_CHECK(record(tx, context, n));
  EIDER_TRY(change, change_of(tx, n.eid));
  const bool awaited = change && fulfils(*change, n);
  EIDER_CHECK(n.type == NotificationType::kProfileChangeSucceeded || awaited
                  ? succeeded(tx, context, *euicc, n, std::move(change))
                  : happened(tx, context, *euicc, n, std::move(change)));
  // Reports and deletions may have changed the row.
  EIDER_TRY(now, tx.euicc(n.eid));
  now->address = euicc->address;
  now->imei = euicc->imei;
  now->meid = euicc->meid;
  now->last_notification = euicc->last_notification;
  return tx.put_euicc(*now);
}

}  // namespace

Change notified(Context& context, const Notification& n, const std::string& from) {
  return [&context, n, from](StoreTransaction& tx) -> Result<std::optional<Eid>> {
    EIDER_CHECK(take(tx, context, n, from));
    return std::optional(n.eid);
  };
}

}  // namespace eider::smsr
