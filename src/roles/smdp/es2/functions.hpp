// ES2 as rows: how a function of an operator becomes one of the SM-SR, and what of its answer the SM-DP
// keeps. DownloadProfile is a procedure of its own.
#pragma once
#include "roles/smdp/context.hpp"
#include "spec/sgp02/status_codes.hpp"

namespace eider::smdp::es2 {

using sgp02::status::refuse;
namespace status = sgp02::status;

struct Relay {
  FunctionName es2{}, es3{};
  EntityId (*smsr)(const std::any& request) = nullptr;
  // What the SM-SR is asked; notes in the procedure which card and Profile it is about. FunctionStatus: the
  // caller may not ask this.
  Result<std::any> (*request)(StoreReader& reader, Procedure& p, const std::any& request) = nullptr;
  // Of an executed function: what changes here, and what of the answer the caller may see.
  Status (*executed)(Work& w, Procedure& p, const std::any& request, std::any& response) = nullptr;
};

Relay get_eis();
Relay audit_eis();
Relay update_policy_rules();
Relay update_subscription_address();
Relay enable_profile();
Relay disable_profile();
Relay delete_profile();
Relay set_fall_back_attribute();
Relay set_emergency_profile_attribute();
Relay set_plma();
Relay get_plma();
Relay set_onc();
Relay get_onc();
std::span<const Relay> relays();
const Relay* find_relay(FunctionName es2);

// A Profile that this SM-DP installed on the card, and that is the caller's: 8.2.1/3.9, 8.2.1/1.2.
Result<Profile> own_profile(StoreReader& reader, const EntityId& caller, const Eid& eid, const Iccid& iccid);

// Most functions about one Profile.
template <class Es2, class Es3>
Result<std::any> about_profile(StoreReader& reader, Procedure& p, const std::any& request) {
  const auto& r = std::any_cast<const Es2&>(request);
  EIDER_CHECK(own_profile(reader, p.caller, r.eid, r.iccid));
  p.eid = r.eid;
  p.iccid = r.iccid;
  Es3 out;
  out.eid = r.eid;
  out.iccid = r.iccid;
  if constexpr (requires { out.pol2; }) out.pol2 = r.pol2;
  if constexpr (requires { out.newSubscriptionAddress; })
    out.newSubscriptionAddress = r.newSubscriptionAddress;
  return std::any(std::move(out));
}
template <class Es2>
EntityId smsr_of(const std::any& request) {
  return std::any_cast<const Es2&>(request).smsrId;
}
// Changes the Profile of the procedure, when there is one.
Status change_profile(Work& w, const Procedure& p, const std::function<void(Profile&)>& edit);
// The answer comes after the call has expired, and the Profile has been reported on since.
bool is_overtaken(const Work& w, const Procedure& p, std::any& response, const Profile& profile);
Status change_state(Work& w, const Procedure& p, std::any& response, sgp02::ProfileState to);
// Of the Profiles in an EIS only the caller's; nothing that protects the ISD-R.
void restrict_eis(const EntityId& caller, std::any& response);

}  // namespace eider::smdp::es2
