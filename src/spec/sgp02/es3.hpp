// ES3, SM-DP to SM-SR, and back for notifications (SGP.02 v4.2 section 5.4).
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es3 {

struct CreateISDPRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  EntityId mnoId;
  std::uint32_t requiredMemory = 0;  // octets
  std::optional<bool> moreToDo;      // another call follows: the session with the card may stay open
  bool operator==(const CreateISDPRequest&) const = default;
};
struct CreateISDPResponse {
  BaseResponse base;
  std::optional<Aid> isdpAid;  // of an executed function
  std::optional<Bytes> euiccResponseData;
  bool operator==(const CreateISDPResponse&) const = default;
};

// `data`: TLVs, either C-APDUs (22) or of SCP03t (84, 85, 86), never mixed; the answer mirrors them (23, 84
// …).
struct SendDataRequest {
  BaseRequest base;
  Eid eid;
  Aid sdAid;
  Bytes data;
  std::optional<bool> moreToDo;
  bool operator==(const SendDataRequest&) const = default;
};
using SendDataResponse = EuiccResponse;

struct ProfileDownloadCompletedRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  std::optional<std::string> profileType;
  std::optional<SubscriptionAddress> subscriptionAddress;
  std::optional<Pol2> pol2;
  bool operator==(const ProfileDownloadCompletedRequest&) const = default;
};
using ProfileDownloadCompletedResponse = SimpleResponse;

struct DeleteISDPRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const DeleteISDPRequest&) const = default;
};
using DeleteISDPResponse = EuiccResponse;

// `connectivityParameters`: a command that SCP03 protects, for the ISD-P.
struct UpdateConnectivityParametersRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  Bytes connectivityParameters;
  bool operator==(const UpdateConnectivityParametersRequest&) const = default;
};
using UpdateConnectivityParametersResponse = EuiccResponse;

using GetEISResponse = EisResponse;
using AuditEISResponse = EisResponse;
using UpdatePolicyRulesResponse = SimpleResponse;
using UpdateSubscriptionAddressResponse = SimpleResponse;
using EnableProfileResponse = EuiccResponse;
using DisableProfileResponse = EuiccResponse;
using SetFallBackAttributeResponse = EuiccResponse;
using SetEmergencyProfileAttributeResponse = EuiccResponse;
using SetPLMAResponse = SimpleResponse;
using SetONCResponse = SimpleResponse;
using sgp02::AuditEISRequest;
using sgp02::DisableProfileRequest;
using sgp02::EnableProfileRequest;
using sgp02::GetEISRequest;
using sgp02::GetONCRequest;
using sgp02::GetONCResponse;
using sgp02::GetPLMARequest;
using sgp02::GetPLMAResponse;
using sgp02::SetEmergencyProfileAttributeRequest;
using sgp02::SetFallBackAttributeRequest;
using sgp02::SetONCRequest;
using sgp02::SetPLMARequest;
using sgp02::UpdatePolicyRulesRequest;
using sgp02::UpdateSubscriptionAddressRequest;

}  // namespace eider::sgp02::es3
