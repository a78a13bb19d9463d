// What the SM-DP+ checks of an eUICC: SGP.22 v2.6.1 sections 4.5.2.2, 5.6.3 and annex F.
#pragma once
#include "roles/smdpp/context.hpp"

namespace eider::smdpp {

struct VerifiedEuicc {
  crypto::Certificate certificate;
  Eid eid;
  Bytes ci_ski;  // the root that the chain ends at
};
// The chain CERT.EUICC, CERT.EUM, CI. Faults are the status codes of
// ES9+.AuthenticateClient: 8.11.1/3.9, 8.1.2/6.1, 8.1.2/6.3, 8.1.3/6.1, 8.1.3/6.3.
Result<VerifiedEuicc> verify_euicc(Context& context, ByteView euicc_certificate, ByteView eum_certificate);

// Whether the eUICC and device can take the Profile; 8.2.5/4.3 or 8.1/4.8 with the reason in the message.
Status check_eligibility(const Profile& profile, const sgp22::EUICCInfo2& info);

}  // namespace eider::smdpp
