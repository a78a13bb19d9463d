// What an SM-DP finds out from an EIS, and what it tells an operator of an installation: SGP.02 v4.2
// section 3.1.
#pragma once
#include "roles/smdp/context.hpp"
#include "roles/smdp/es8/ecasd.hpp"

namespace eider::smdp {

// The EUM signed what it answers for in the EIS: VerificationFault otherwise.
Status verify_eis(const Context& cx, const sgp02::Eis& eis);
// CERT.ECASD.ECKA of the EIS, verified.
Result<es8::Ecasd> verified_ecasd(const Context& cx, const sgp02::Eis& eis, Time now);
sgp02::FunctionExecutionStatus ecasd_failure(const Fault& fault);

// Step 5: memory, bearer, versions. FunctionStatus 8.1/4.8 or 8.2.5/2.1.
Status check_eligibility(const sgp02::Eis& eis, const server::StockProfile& profile);

// Into the message of a status: "1 of 8 profile elements: 3 bad-values".
void describe_elements(const es8::InstallationResult& result, sgp02::FunctionExecutionStatus& status);

// EuiccResponseData with 69E1, as the card refuses what POL1 forbids.
bool is_pol1_refusal(ByteView euicc_response);

}  // namespace eider::smdp
