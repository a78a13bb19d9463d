// ES5.EnableProfile and DisableProfile (SGP.02 v4.2 sections 3.2 to 3.5): the card says yes, switches,
// reports by the new Profile, and waits for the confirmation; without one it goes back.
#include "roles/smsr/procedures/profile_change.hpp"

#include "roles/smsr/policy.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;
constexpr std::uint8_t kLcsEnabled = 0x3F;

template <Status (*May)(const Profile&, const std::vector<Profile>&)>
Status begin(StoreTransaction& tx, Context&, Operation& o) {
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  if (!p) return refuse(code::kIccidUnknown, sgp22::iccid_digits(o.iccid));
  EIDER_TRY(all, tx.profiles(o.eid));
  return May(*p, all);
}

Result<Script> script(StoreReader&, Context&, const Operation& o) {
  if (o.stage == Stage::kProbe) return probe_script(o.isdp_aid);
  return Script::of(es5::encode_profile_command(
      o.kind == OperationKind::kEnable ? es5::FunctionId::kEnableProfile : es5::FunctionId::kDisableProfile,
      o.isdp_aid));
}

Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  const bool enable = o.kind == OperationKind::kEnable;
  if (o.stage == Stage::kProbe) {
    EIDER_TRY(state, probe_answer(answer));
    if (!state) return finish(tx, context, o, card_refused(answer, sgp22::iccid_digits(o.iccid)));
    const bool done = (state->life_cycle == kLcsEnabled) == enable;
    return done ? wait(tx, context, o, Stage::kNotification) : again(tx, context, o, Stage::kCommand);
  }
  if (!answer.ok()) return finish(tx, context, o, card_refused(answer, sgp22::iccid_digits(o.iccid)));
  return wait(tx, context, o, Stage::kNotification);
}

// A confirmation that was sent in time may still be answered.
Status expired(StoreTransaction& tx, Context& context, Operation& o) {
  if (o.stage == Stage::kConfirming && o.transport == Transport::kWaiting) {
    EIDER_TRY(step, find_step(tx, o.eid, OperationKind::kConfirmation));
    if (step && step->parent == o.id) {
      o.expires_at = o.next_at = step->expires_at + std::chrono::seconds(1);
      return tx.put_operation(o);
    }
  }
  const auto outcome = expired_in(sgp22::iccid_digits(o.iccid));
  EIDER_CHECK(finish(tx, context, o, outcome));
  return o.started ? audit_later(tx, context, o.eid) : Status{};
}
}  // namespace

Status change_confirmed(StoreTransaction& tx, Context& context, Operation& o, const Aid& enabled) {
  EIDER_TRY(before, set_enabled(tx, context, o.eid, enabled, &o));
  if (o.kind == OperationKind::kDelete) return again(tx, context, o, Stage::kCommand);
  if (before) EIDER_CHECK(apply_auto_delete(tx, context, *before));
  return finish(tx, context, o, Outcome{});
}

Status change_failed(StoreTransaction& tx, Context& context, Operation& o, std::string message) {
  return finish(tx, context, o,
                failure(code::kIsdpExecutionError, sgp22::iccid_digits(o.iccid), std::move(message)));
}

const Procedure procedures::kEnable = {OperationKind::kEnable, 0x0200, true,     false,
                                       begin<may_enable>,      script, answered, expired};
const Procedure procedures::kDisable = {OperationKind::kDisable, 0x0300, true,     false,
                                        begin<may_disable>,      script, answered, expired};

}  // namespace eider::smsr
