// ES2.UpdateSubscriptionAddress, SGP.02 v4.2 section 5.3: IMSI and MSISDN of a Profile.
#include "roles/smdp/es2/functions.hpp"

namespace eider::smdp::es2 {
namespace {
Status update_subscription_address_executed(Work& w, Procedure& p, const std::any& request, std::any&) {
  const auto& r = std::any_cast<const sgp02::es2::UpdateSubscriptionAddressRequest&>(request);
  return change_profile(w, p, [&](Profile& profile) {
    const auto& address = r.newSubscriptionAddress;
    if (address.imsi) profile.address.imsi = address.imsi;
    if (address.msisdn) profile.address.msisdn = address.msisdn;
  });
}
}  // namespace

Relay update_subscription_address() {
  return {FunctionName::kUpdateSubscriptionAddress, FunctionName::kUpdateSubscriptionAddress,
          smsr_of<sgp02::es2::UpdateSubscriptionAddressRequest>,
          about_profile<sgp02::es2::UpdateSubscriptionAddressRequest,
                        sgp02::es3::UpdateSubscriptionAddressRequest>,
          update_subscription_address_executed};
}

}  // namespace eider::smdp::es2
