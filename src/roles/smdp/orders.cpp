#include "roles/smdp/orders.hpp"

#include "roles/smdp/context.hpp"
#include "roles/smdp/es8/delete_token.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp {
namespace status = sgp02::status;

Result<OwnedProfile> owned_profile(StoreReader& reader, const EntityId& owner, const Iccid& iccid) {
  EIDER_TRY(profile, reader.profile(iccid));
  if (!profile) return status::refuse(status::kIccidUnknown, iccid_text(iccid));
  if (!(profile->owner == owner)) return status::refuse(status::kIccidNotAllowed, iccid_text(iccid));
  EIDER_TRY(keys, reader.keys(iccid));
  if (!keys || keys->keys.enc.empty())
    return status::refuse(status::kIsdpExecutionError, iccid_text(iccid),
                          "the keys of this ISD-P are not kept");
  return OwnedProfile{*std::move(profile), *std::move(keys)};
}

Result<Procedure> order_connectivity_update(StoreTransaction& tx, const ConnectivityOrder& order, Time now) {
  EIDER_TRY(owned, owned_profile(tx, order.owner, order.iccid));
  EIDER_CHECK(es8::update_connectivity_parameters(order.parameters));
  Procedure p;
  p.caller = order.owner;
  p.call_identifier = order.call_identifier;
  p.function = FunctionName::kUpdateConnectivityParameters;
  p.smsr = owned.profile.smsr;
  p.eid = owned.profile.eid;
  p.iccid = order.iccid;
  p.step = Step::kConnect;
  p.payload = order.parameters;
  p.received_at = now;
  p.resume_at = now;
  p.expires_at = order.expires_at;
  EIDER_CHECK(tx.add_procedure(p));
  return p;
}

Result<std::optional<sgp02::FunctionExecutionStatus>> outcome_of_order(StoreReader& reader,
                                                                       const EntityId& owner,
                                                                       const std::string& call_identifier) {
  std::optional<sgp02::FunctionExecutionStatus> out;
  EIDER_TRY(answered, reader.answered_call(owner, call_identifier));
  if (!answered) return out;
  const auto kept = sgp02::soap::decode(answered->response);
  if (!kept || !kept->response()) return fail_local("an answer in the store cannot be read");
  out = kept->response()->functionExecutionStatus;
  return out;
}

Result<sgp02::es5::MasterDelete> delete_token(StoreReader& reader, const EntityId& smsr, const Iccid& iccid) {
  EIDER_TRY(profile, reader.profile(iccid));
  if (!profile) return status::refuse(status::kIccidUnknown, iccid_text(iccid));
  if (!(profile->smsr == smsr)) return status::refuse(status::kEuiccNotAllowed, smsr.dotted());
  if (profile->state == sgp02::ProfileState::kEnabled)
    return status::refuse(status::kIccidInvalidTransition, iccid_text(iccid));
  EIDER_TRY(owner, reader.find_operator(profile->owner));
  if (owner && owner->master_delete == MasterDeleteConsent::kRefused)
    return status::refuse({"8.2.1", "3.8"}, iccid_text(iccid), "the operator does not agree");
  EIDER_TRY(keys, reader.keys(iccid));
  if (!keys || !keys->token)
    return status::refuse(status::kIsdpExecutionError, iccid_text(iccid),
                          "no key for delete tokens was loaded");
  return es8::make_delete_token(profile->isdp, keys->token->domain, keys->token->identifier,
                                keys->token->key);
}

}  // namespace eider::smdp
