// ES5.SetFallbackAttribute and SetEmergencyProfileAttribute (SGP.02 v4.2 sections 3.25 to 3.29, 4.1.1.7,
// 4.1.1.13). Commands that may be repeated.
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/policy.hpp"
#include "roles/smsr/procedures/procedure.hpp"
#include "roles/smsr/registry.hpp"

namespace eider::smsr {
namespace {
namespace es5 = sgp02::es5;

template <Status (*May)(const Profile&)>
Status begin(StoreTransaction& tx, Context&, Operation& o) {
  EIDER_TRY(p, tx.profile(o.eid, o.iccid));
  if (!p) return refuse(code::kIccidUnknown, sgp22::iccid_digits(o.iccid));
  return May(*p);
}
template <es5::FunctionId Id>
Result<Script> script(StoreReader&, Context&, const Operation& o) {
  return Script::of(es5::encode_profile_command(Id, o.isdp_aid));
}

// The attribute moves: one has it now, another had it.
template <bool Profile::* Attribute>
Status answered(StoreTransaction& tx, Context& context, Operation& o, const CardAnswer& answer) {
  if (!answer.ok()) return finish(tx, context, o, card_refused(answer, sgp22::iccid_digits(o.iccid)));
  constexpr bool kFallback = Attribute == &Profile::fallback;
  EIDER_TRY(profiles, tx.profiles(o.eid));
  for (auto& p : profiles) {
    const bool now = p.iccid == o.iccid;
    if (p.*Attribute == now) continue;
    p.*Attribute = now;
    EIDER_CHECK(tx.put_profile(p));
    const auto what = kFallback ? (now ? Report::kFallbackSet : Report::kFallbackUnset)
                                : (now ? Report::kEmergencySet : Report::kEmergencyUnset);
    // Every Operator on the eUICC hears that there is an Emergency Profile.
    EIDER_CHECK(kFallback ? report(tx, context, p, what, initiator_of(o))
                          : report_to_owners(tx, context, p, what, initiator_of(o)));
  }
  Outcome out;
  out.euicc_response = answer.content;
  return finish(tx, context, o, out);
}
}  // namespace

const Procedure procedures::kSetFallback = {OperationKind::kSetFallback,
                                            0x0700,
                                            false,
                                            false,
                                            begin<may_set_fallback>,
                                            script<es5::FunctionId::kSetFallbackAttribute>,
                                            answered<&Profile::fallback>,
                                            nullptr};
const Procedure procedures::kSetEmergency = {OperationKind::kSetEmergency,
                                             0,
                                             false,
                                             false,
                                             begin<may_set_emergency>,
                                             script<es5::FunctionId::kSetEmergencyProfileAttribute>,
                                             answered<&Profile::emergency>,
                                             nullptr};

}  // namespace eider::smsr
