// The functions that the SM-SR serves, by the interface that defines them. What ES3 and ES4 share is in
// `shared`: the caller's rights are the difference (rights.hpp).
#pragma once
#include "roles/smsr/call.hpp"

namespace eider::smsr {

namespace es1 {
Result<Handled> register_eis(StoreTransaction&, Context&, const Incoming&);
Result<Handled> update_additional_properties(StoreTransaction&, Context&, const Incoming&);
}  // namespace es1

namespace shared {
Result<Handled> get_eis(StoreTransaction&, Context&, const Incoming&);
Result<Handled> audit_eis(StoreTransaction&, Context&, const Incoming&);
Result<Handled> update_policy_rules(StoreTransaction&, Context&, const Incoming&);
Result<Handled> update_subscription_address(StoreTransaction&, Context&, const Incoming&);
Result<Handled> enable_profile(StoreTransaction&, Context&, const Incoming&);
Result<Handled> disable_profile(StoreTransaction&, Context&, const Incoming&);
Result<Handled> delete_profile(StoreTransaction&, Context&, const Incoming&);  // and DeleteISDP
Result<Handled> set_fallback_attribute(StoreTransaction&, Context&, const Incoming&);
Result<Handled> set_emergency_attribute(StoreTransaction&, Context&, const Incoming&);
Result<Handled> set_plma(StoreTransaction&, Context&, const Incoming&);
Result<Handled> get_plma(StoreTransaction&, Context&, const Incoming&);
Result<Handled> set_onc(StoreTransaction&, Context&, const Incoming&);
Result<Handled> get_onc(StoreTransaction&, Context&, const Incoming&);
}  // namespace shared

namespace es3 {
Result<Handled> create_isdp(StoreTransaction&, Context&, const Incoming&);
Result<Handled> send_data(StoreTransaction&, Context&, const Incoming&);
Result<Handled> profile_download_completed(StoreTransaction&, Context&, const Incoming&);
Result<Handled> update_connectivity_parameters(StoreTransaction&, Context&, const Incoming&);
}  // namespace es3

namespace es4 {
Result<Handled> prepare_smsr_change(StoreTransaction&, Context&, const Incoming&);
Result<Handled> smsr_change(StoreTransaction&, Context&, const Incoming&);
}  // namespace es4

namespace es7 {
Result<Handled> handover_euicc(StoreTransaction&, Context&, const Incoming&);
Result<Handled> authenticate_smsr(StoreTransaction&, Context&, const Incoming&);
Result<Handled> create_additional_key_set(StoreTransaction&, Context&, const Incoming&);
}  // namespace es7

}  // namespace eider::smsr
