#include "roles/smsr/call.hpp"

#include "roles/smsr/functions.hpp"

namespace eider::smsr {
namespace {
using I = sgp02::Interface;
using N = sgp02::FunctionName;
constexpr Served kServed[] = {
    {I::kEs1, N::kRegisterEIS, es1::register_eis},
    {I::kEs1, N::kUpdateEISAdditionalProperties, es1::update_additional_properties},
    {I::kEs3, N::kGetEIS, shared::get_eis},
    {I::kEs3, N::kAuditEIS, shared::audit_eis},
    {I::kEs3, N::kCreateISDP, es3::create_isdp},
    {I::kEs3, N::kSendData, es3::send_data},
    {I::kEs3, N::kProfileDownloadCompleted, es3::profile_download_completed},
    {I::kEs3, N::kUpdatePolicyRules, shared::update_policy_rules},
    {I::kEs3, N::kUpdateSubscriptionAddress, shared::update_subscription_address},
    {I::kEs3, N::kEnableProfile, shared::enable_profile},
    {I::kEs3, N::kDisableProfile, shared::disable_profile},
    {I::kEs3, N::kDeleteISDP, shared::delete_profile},
    {I::kEs3, N::kUpdateConnectivityParameters, es3::update_connectivity_parameters},
    {I::kEs3, N::kSetPLMA, shared::set_plma},
    {I::kEs3, N::kGetPLMA, shared::get_plma},
    {I::kEs3, N::kSetONC, shared::set_onc},
    {I::kEs3, N::kGetONC, shared::get_onc},
    {I::kEs3, N::kSetFallBackAttribute, shared::set_fallback_attribute},
    {I::kEs3, N::kSetEmergencyProfileAttribute, shared::set_emergency_attribute},
    {I::kEs4, N::kGetEIS, shared::get_eis},
    {I::kEs4, N::kAuditEIS, shared::audit_eis},
    {I::kEs4, N::kUpdatePolicyRules, shared::update_policy_rules},
    {I::kEs4, N::kUpdateSubscriptionAddress, shared::update_subscription_address},
    {I::kEs4, N::kEnableProfile, shared::enable_profile},
    {I::kEs4, N::kDisableProfile, shared::disable_profile},
    {I::kEs4, N::kDeleteProfile, shared::delete_profile},
    {I::kEs4, N::kPrepareSMSRChange, es4::prepare_smsr_change},
    {I::kEs4, N::kSMSRChange, es4::smsr_change},
    {I::kEs4, N::kGetPLMA, shared::get_plma},
    {I::kEs4, N::kSetFallBackAttribute, shared::set_fallback_attribute},
    {I::kEs4, N::kSetEmergencyProfileAttribute, shared::set_emergency_attribute},
    {I::kEs4a, N::kSetPLMA, shared::set_plma},
    {I::kEs4a, N::kGetPLMA, shared::get_plma},
    {I::kEs4a, N::kSetONC, shared::set_onc},
    {I::kEs4a, N::kGetONC, shared::get_onc},
    {I::kEs7, N::kHandoverEUICC, es7::handover_euicc},
    {I::kEs7, N::kAuthenticateSMSR, es7::authenticate_smsr},
    {I::kEs7, N::kCreateAdditionalKeySet, es7::create_additional_key_set},
};
}  // namespace

std::span<const Served> served() {
  return kServed;
}
Handler find_handler(const sgp02::Function& function) {
  for (const auto& s : kServed)
    if (s.interface == function.interface && s.name == function.id) return s.handler;
  return nullptr;
}

Operation operation_of(const Incoming& in, OperationKind kind, const Eid& eid) {
  Operation o;
  o.eid = eid;
  o.kind = kind;
  o.call = in.call;
  o.expires_at = in.expires_at;
  return o;
}
Result<Handled> later(StoreTransaction& tx, Context& context, Operation o) {
  if (o.call.acceptable_validity != 0 && context.settings.longer_validity == server::LongerValidity::kRefuse)
    return refuse(code::kValidityRefused, "ValidityPeriod");
  EIDER_CHECK(enqueue(tx, context, o));
  Handled h;
  h.eid = o.eid;
  h.iccids = o.iccids;
  return h;
}

}  // namespace eider::smsr
