// UpdatePolicyRules and UpdateSubscriptionAddress of ES3 and ES4 (SGP.02 v4.2 sections 5.4.6, 5.4.7, 5.5.1,
// 5.5.2): changes of the EIS alone.
#include "roles/smsr/eis_view.hpp"
#include "roles/smsr/functions.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/policy.hpp"
#include "roles/smsr/rights.hpp"

namespace eider::smsr::shared {

Result<Handled> update_policy_rules(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::UpdatePolicyRulesRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  EIDER_CHECK(check_rules(r.pol2.value_or(Pol2{})));
  p.pol2 = r.pol2.value_or(Pol2{});
  EIDER_CHECK(tx.put_profile(p));
  EIDER_CHECK(report(tx, context, p, Report::kPol2Updated, in.caller.id));
  return done(sgp02::SimpleResponse{});
}

Result<Handled> update_subscription_address(StoreTransaction& tx, Context& context, const Incoming& in) {
  const auto& r = in.as<sgp02::UpdateSubscriptionAddressRequest>();
  EIDER_TRY(p, entitled(tx, in.caller, in.function->id, r.eid, r.iccid));
  const auto& address = r.newSubscriptionAddress;
  if (!address.imsi && !address.msisdn)
    return refuse(code::kFormatConditionalMissing, "newSubscriptionAddress",
                  "it names neither IMSI nor MSISDN");
  // What is not named stays.
  if (address.imsi) p.imsi = *address.imsi;
  if (address.msisdn) p.msisdn = msisdn_digits(*address.msisdn);
  EIDER_CHECK(tx.put_profile(p));
  // What found no way to the card may find one now.
  EIDER_TRY(waiting, tx.operations(r.eid));
  for (auto& o : waiting) {
    if (o.transport != Transport::kReady || !o.started || p.state != ProfileState::kEnabled) continue;
    o.next_at = context.now();
    EIDER_CHECK(tx.put_operation(o));
  }
  auto handled = done(sgp02::SimpleResponse{});
  handled.eid = r.eid;
  return handled;
}

}  // namespace eider::smsr::shared
