// ES4, Operator or M2M SP to SM-SR, and back for notifications (SGP.02 v4.2 section 5.5).
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es4 {

struct DeleteProfileRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const DeleteProfileRequest&) const = default;
};
using DeleteProfileResponse = EuiccResponse;

// To the SM-SR that will manage the card.
struct PrepareSMSRChangeRequest {
  BaseRequest base;
  Eid eid;
  EntityId currentSMSRid;
  bool operator==(const PrepareSMSRChangeRequest&) const = default;
};
using PrepareSMSRChangeResponse = SimpleResponse;

// To the SM-SR that manages it; answered when all is done.
struct SMSRChangeRequest {
  BaseRequest base;
  Eid eid;
  EntityId targetSMSRid;
  bool operator==(const SMSRChangeRequest&) const = default;
};
using SMSRChangeResponse = EuiccResponse;

using GetEISResponse = EisResponse;
using AuditEISResponse = EisResponse;
using UpdatePolicyRulesResponse = SimpleResponse;
using UpdateSubscriptionAddressResponse = SimpleResponse;
using EnableProfileResponse = EuiccResponse;
using DisableProfileResponse = EuiccResponse;
using SetFallBackAttributeResponse = EuiccResponse;
using SetEmergencyProfileAttributeResponse = EuiccResponse;
using sgp02::AuditEISRequest;
using sgp02::DisableProfileRequest;
using sgp02::EnableProfileRequest;
using sgp02::GetEISRequest;
using sgp02::GetPLMARequest;
using sgp02::GetPLMAResponse;
using sgp02::SetEmergencyProfileAttributeRequest;
using sgp02::SetFallBackAttributeRequest;
using sgp02::UpdatePolicyRulesRequest;
using sgp02::UpdateSubscriptionAddressRequest;

}  // namespace eider::sgp02::es4
