// What the SM-DP+ checks of an eUICC: SGP.22 v2.6.1 sections 4.5.2.2, 5.6.3 and annex F.
#pragma once
#include "roles/smdpp/context.hpp"

namespace eider::smdpp {

using server::VerifiedEuicc;

// By what this server judges a chain; `crls` must outlive it.
server::EuiccTrust euicc_trust(Context& context, const crypto::CrlSet& crls);
// As server::verify_euicc, with the CRLs in force.
Result<VerifiedEuicc> verify_euicc(Context& context, ByteView euicc_certificate, ByteView eum_certificate);

// Whether the eUICC and device can take the Profile; 8.2.5/4.3 or 8.1/4.8 with the reason in the message.
Status check_eligibility(const Profile& profile, const sgp22::EUICCInfo2& info);

}  // namespace eider::smdpp
