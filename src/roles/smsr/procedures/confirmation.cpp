// ES5.HandleNotificationConfirmation (SGP.02 v4.2 sections 3.15 and 4.1.1.12).
#include "roles/smsr/procedures/profile_change.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;

Result<Script> script(StoreReader&, Context&, const Operation& o) {
  return Script::of(es5::encode_notification_confirmation(o.notification));
}

// Of a Profile that POL1 deletes: whoever asked for a change did not ask for that.
std::optional<EntityId> deleter_of(const std::optional<Operation>& parent, const Profile& p) {
  const bool asked = parent && parent->kind == OperationKind::kDelete && parent->iccid == p.iccid;
  return asked ? initiator_of(*parent) : std::nullopt;
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  // An earlier attempt may have got through. Then the card knows the number no more, or says once more what
  // it deleted at that time: under an AID that may have been given to another Profile since. An audit tells.
  const bool repeated = o.attempts > 1;
  const bool earlier = repeated && !answer.ok();
  const auto enabled = o.isdp_aid;
  const auto parent_id = o.parent;
  EIDER_CHECK(finish(tx, context, o, Outcome{}));
  EIDER_TRY(parent, tx.operation(parent_id));
  if (!answer.ok() && (earlier || parent)) EIDER_CHECK(audit_later(tx, context, o.eid));
  if (!answer.ok() && !earlier)
    return parent ? change_failed(tx, context, *parent, "the card refused the confirmation") : Status{};
  if (answer.ok())
    if (const auto aids = es5::decode_confirmation_answer(answer.responses.back().data)) {
      // The Profile that was enabled before is disabled first: what is told keeps its order.
      EIDER_TRY(before, set_enabled(tx, context, o.eid, enabled, parent ? &*parent : nullptr));
      EIDER_TRY(profiles, tx.profiles(o.eid));
      if (repeated && !aids->empty()) EIDER_CHECK(audit_later(tx, context, o.eid));
      for (const auto& aid : repeated ? std::vector<Aid>{} : *aids)
        if (const auto p = with_aid(profiles, aid); p && p->state != ProfileState::kEnabled)
          EIDER_CHECK(profile_gone(tx, context, *p, deleter_of(parent, *p)));
      if (parent && before && parent->kind != OperationKind::kDelete)
        EIDER_CHECK(apply_auto_delete(tx, context, *before));
    }
  if (!parent) return {};
  return change_confirmed(tx, context, *parent, enabled);
}

// The card has stopped waiting; what it made of that it will say, or an audit does.
Status expired(StoreTransaction& tx, Context& context, Operation& o) {
  EIDER_CHECK(finish(tx, context, o, failure(code::kFunctionExpired)));
  return audit_later(tx, context, o.eid);
}
}  // namespace

const Procedure procedures::kConfirmation = {
    OperationKind::kConfirmation, 0, false, false, nullptr, script, answered, expired};

}  // namespace eider::smsr
