// Functions that ES3 and ES4 share, and the notifications of ES2, ES3 and ES4 (SGP.02 v4.2 sections 5.3
// to 5.7). One struct a function: which interface a message belongs to says its row (functions.hpp).
#pragma once
#include "spec/sgp02/eis.hpp"

namespace eider::sgp02 {

// Nothing beside the base.
struct SimpleResponse {
  BaseResponse base;
  bool operator==(const SimpleResponse&) const = default;
};
// Of functions that reach the card: its answer, when it refused or has more to say.
struct EuiccResponse {
  BaseResponse base;
  std::optional<Bytes> euiccResponseData;
  bool operator==(const EuiccResponse&) const = default;
};
struct EisResponse {
  BaseResponse base;
  std::optional<Eis> eis;  // of an executed function
  bool operator==(const EisResponse&) const = default;
};

struct GetEISRequest {
  BaseRequest base;
  Eid eid;
  bool operator==(const GetEISRequest&) const = default;
};
// Without an ICCID: every Profile that the requester may see.
struct AuditEISRequest {
  BaseRequest base;
  Eid eid;
  std::vector<Iccid> iccids;
  bool operator==(const AuditEISRequest&) const = default;
};
// Absent: no rule any more.
struct UpdatePolicyRulesRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  std::optional<Pol2> pol2;
  bool operator==(const UpdatePolicyRulesRequest&) const = default;
};
struct UpdateSubscriptionAddressRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  SubscriptionAddress newSubscriptionAddress;
  bool operator==(const UpdateSubscriptionAddressRequest&) const = default;
};
struct EnableProfileRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const EnableProfileRequest&) const = default;
};
struct DisableProfileRequest {
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const DisableProfileRequest&) const = default;
};
struct SetFallBackAttributeRequest {  // v4
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const SetFallBackAttributeRequest&) const = default;
};
struct SetEmergencyProfileAttributeRequest {  // v4
  BaseRequest base;
  Eid eid;
  Iccid iccid;
  bool operator==(const SetEmergencyProfileAttributeRequest&) const = default;
};

// PLMA and ONC (v4): ES4A, and ES2 with ES3 when the SM-DP forwards them.
struct SetPLMARequest {
  BaseRequest base;
  Plma plma;
  bool operator==(const SetPLMARequest&) const = default;
};
// What is not given does not narrow.
struct GetPLMARequest {
  BaseRequest base;
  std::optional<EntityId> mnoId, m2mSpId;
  std::optional<std::string> profileType;
  bool operator==(const GetPLMARequest&) const = default;
};
struct GetPLMAResponse {
  BaseResponse base;
  std::vector<Plma> plmas;
  bool operator==(const GetPLMAResponse&) const = default;
};
struct SetONCRequest {
  BaseRequest base;
  Onc onc;
  bool operator==(const SetONCRequest&) const = default;
};
struct GetONCRequest {
  BaseRequest base;
  std::optional<EntityId> mnoId;
  std::optional<std::string> profileType;
  bool operator==(const GetONCRequest&) const = default;
};
struct GetONCResponse {
  BaseResponse base;
  std::vector<Onc> oncs;
  bool operator==(const GetONCResponse&) const = default;
};

// Notifications: one way, no base, no answer. What they are about is in the function's name.
struct ProfileNotification {
  Eid eid;
  Iccid iccid;
  Time completionTimestamp;
  std::optional<EntityId> smsrId;     // v4
  std::optional<EntityId> requester;  // v4: the M2M SP, or other Operator, that asked
  bool operator==(const ProfileNotification&) const = default;
};
struct HandleProfileDisabledNotification : ProfileNotification {};
struct HandleProfileEnabledNotification : ProfileNotification {};
struct HandleProfileDeletedNotification : ProfileNotification {};
struct HandleProfileDownloadedNotification : ProfileNotification {};               // v4
struct HandleEmergencyProfileAttributeSetNotification : ProfileNotification {};    // v4
struct HandleEmergencyProfileAttributeUnsetNotification : ProfileNotification {};  // v4
struct HandleProfileFallBackAttributeSetNotification : ProfileNotification {};     // v4
struct HandleProfileFallBackAttributeUnsetNotification : ProfileNotification {};   // v4
struct HandleProfilePOL2UpdatedNotification {                                      // v4
  Eid eid;
  Iccid iccid;
  Time completionTimestamp;
  std::optional<EntityId> smsrId;
  std::optional<Pol2> pol2;
  bool operator==(const HandleProfilePOL2UpdatedNotification&) const = default;
};
struct HandlePLMASettingNotification {  // v4
  Plma plma;
  Time completionTimestamp;
  std::optional<EntityId> smsrId;
  bool operator==(const HandlePLMASettingNotification&) const = default;
};
struct HandleSMSRChangeNotification {
  Eis eis;
  Time completionTimestamp;
  bool operator==(const HandleSMSRChangeNotification&) const = default;
};

}  // namespace eider::sgp02
