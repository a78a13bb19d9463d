// ES2, Operator to SM-DP, and back for notifications (SGP.02 v4.2 section 5.3). Requests say which SM-SR
// manages the card: the SM-DP serves many.
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es2 {

struct GetEISRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  bool operator==(const GetEISRequest&) const = default;
};
using GetEISResponse = EisResponse;

struct AuditEISRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  std::vector<Iccid> iccids;
  bool operator==(const AuditEISRequest&) const = default;
};
using AuditEISResponse = EisResponse;

// Without an ICCID the SM-DP takes any free Profile of the type.
struct DownloadProfileRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  std::optional<Iccid> iccid;
  std::optional<std::string> profileType;
  bool enableProfile = false;
  bool operator==(const DownloadProfileRequest&) const = default;
};
struct DownloadProfileResponse {
  BaseResponse base;
  std::optional<Iccid> iccid;
  std::optional<Bytes> euiccResponseData;
  bool operator==(const DownloadProfileResponse&) const = default;
};

struct UpdatePolicyRulesRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  std::optional<Pol2> pol2;
  bool operator==(const UpdatePolicyRulesRequest&) const = default;
};
using UpdatePolicyRulesResponse = SimpleResponse;

struct UpdateSubscriptionAddressRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  SubscriptionAddress newSubscriptionAddress;
  bool operator==(const UpdateSubscriptionAddressRequest&) const = default;
};
using UpdateSubscriptionAddressResponse = SimpleResponse;

struct EnableProfileRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  bool operator==(const EnableProfileRequest&) const = default;
};
using EnableProfileResponse = EuiccResponse;

struct DisableProfileRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  bool operator==(const DisableProfileRequest&) const = default;
};
using DisableProfileResponse = EuiccResponse;

struct DeleteProfileRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  bool operator==(const DeleteProfileRequest&) const = default;
};
using DeleteProfileResponse = EuiccResponse;

// v4
struct SetFallBackAttributeRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  bool operator==(const SetFallBackAttributeRequest&) const = default;
};
using SetFallBackAttributeResponse = EuiccResponse;

struct SetEmergencyProfileAttributeRequest {
  BaseRequest base;
  Eid eid;
  EntityId smsrId;
  Iccid iccid;
  bool operator==(const SetEmergencyProfileAttributeRequest&) const = default;
};
using SetEmergencyProfileAttributeResponse = EuiccResponse;

struct SetPLMARequest {
  BaseRequest base;
  EntityId smsrId;
  Plma plma;
  bool operator==(const SetPLMARequest&) const = default;
};
using SetPLMAResponse = SimpleResponse;

struct GetPLMARequest {
  BaseRequest base;
  EntityId smsrId;
  std::optional<EntityId> mnoId, m2mSpId;
  std::optional<std::string> profileType;
  bool operator==(const GetPLMARequest&) const = default;
};
using sgp02::GetPLMAResponse;

struct SetONCRequest {
  BaseRequest base;
  EntityId smsrId;
  Onc onc;
  bool operator==(const SetONCRequest&) const = default;
};
using SetONCResponse = SimpleResponse;

struct GetONCRequest {
  BaseRequest base;
  EntityId smsrId;
  std::optional<EntityId> mnoId;
  std::optional<std::string> profileType;
  bool operator==(const GetONCRequest&) const = default;
};
using sgp02::GetONCResponse;

}  // namespace eider::sgp02::es2
