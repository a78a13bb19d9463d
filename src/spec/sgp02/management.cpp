#include "spec/sgp02/management.hpp"

#include "spec/sgp02/descriptions.hpp"

// What ES3 and ES4 share, and the notifications.
namespace eider::sgp02 {
namespace {

using namespace xml_types;  // NOLINT(google-build-using-namespace)
using xml::base;
using xml::element;
using xml::record;

constexpr xml::Field kSimpleResponse[] = {base<&SimpleResponse::base>()};
constexpr xml::Field kEuiccResponse[] = {
    base<&EuiccResponse::base>(),
    element<&EuiccResponse::euiccResponseData>("EuiccResponseData", kHexData),
};
constexpr xml::Field kEisResponse[] = {
    base<&EisResponse::base>(),
    record<&EisResponse::eis>("Eis"),
};
constexpr xml::Field kGetEIS[] = {
    base<&GetEISRequest::base>(),
    element<&GetEISRequest::eid>("Eid", kEid),
};
constexpr xml::Field kAuditEIS[] = {
    base<&AuditEISRequest::base>(),
    element<&AuditEISRequest::eid>("Eid", kEid),
    element<&AuditEISRequest::iccids>("Iccid", kIccid),
};
constexpr xml::Field kUpdatePolicyRules[] = {
    base<&UpdatePolicyRulesRequest::base>(),
    element<&UpdatePolicyRulesRequest::eid>("Eid", kEid),
    element<&UpdatePolicyRulesRequest::iccid>("Iccid", kIccid),
    record<&UpdatePolicyRulesRequest::pol2>("pol2"),
};
constexpr xml::Field kUpdateSubscriptionAddress[] = {
    base<&UpdateSubscriptionAddressRequest::base>(),
    element<&UpdateSubscriptionAddressRequest::eid>("Eid", kEid),
    element<&UpdateSubscriptionAddressRequest::iccid>("Iccid", kIccid),
    record<&UpdateSubscriptionAddressRequest::newSubscriptionAddress>("newSubscriptionAddress"),
};
// Requests about one Profile of a card, and nothing else.
template <class T>
constexpr xml::Field kOfProfile[] = {
    base<&T::base>(),
    element<&T::eid>("Eid", kEid),
    element<&T::iccid>("Iccid", kIccid),
};
constexpr xml::Field kSetPLMA[] = {base<&SetPLMARequest::base>(), record<&SetPLMARequest::plma>("Plma")};
constexpr xml::Field kGetPLMA[] = {
    base<&GetPLMARequest::base>(),
    element<&GetPLMARequest::mnoId>("Mno-id", kObjectIdentifier),
    element<&GetPLMARequest::m2mSpId>("M2m-sp-id", kObjectIdentifier),
    element<&GetPLMARequest::profileType>("ProfileType", kString100),
};
constexpr xml::Field kGetPLMAResponse[] = {base<&GetPLMAResponse::base>(),
                                           record<&GetPLMAResponse::plmas>("Plma")};
constexpr xml::Field kSetONC[] = {base<&SetONCRequest::base>(), record<&SetONCRequest::onc>("Onc")};
constexpr xml::Field kGetONC[] = {
    base<&GetONCRequest::base>(),
    element<&GetONCRequest::mnoId>("Mno-id", kObjectIdentifier),
    element<&GetONCRequest::profileType>("ProfileType", kString100),
};
constexpr xml::Field kGetONCResponse[] = {base<&GetONCResponse::base>(),
                                          record<&GetONCResponse::oncs>("Onc")};

template <class T>
constexpr xml::Field kNotification[] = {
    element<&ProfileNotification::eid, T>("Eid", kEid),
    element<&ProfileNotification::smsrId, T>("Smsr-id", kObjectIdentifier).v4(),
    element<&ProfileNotification::iccid, T>("Iccid", kIccid),
    element<&ProfileNotification::completionTimestamp, T>("CompletionTimestamp", xml::kDateTime),
    element<&ProfileNotification::requester, T>("M2m-sp-id", kObjectIdentifier).v4(),
};
constexpr xml::Field kPol2Updated[] = {
    element<&HandleProfilePOL2UpdatedNotification::eid>("Eid", kEid),
    element<&HandleProfilePOL2UpdatedNotification::smsrId>("Smsr-id", kObjectIdentifier),
    element<&HandleProfilePOL2UpdatedNotification::iccid>("Iccid", kIccid),
    element<&HandleProfilePOL2UpdatedNotification::completionTimestamp>("CompletionTimestamp",
                                                                        xml::kDateTime),
    record<&HandleProfilePOL2UpdatedNotification::pol2>("pol2"),
};
constexpr xml::Field kPlmaSetting[] = {
    element<&HandlePLMASettingNotification::smsrId>("Smsr-id", kObjectIdentifier),
    record<&HandlePLMASettingNotification::plma>("Plma"),
    element<&HandlePLMASettingNotification::completionTimestamp>("CompletionTimestamp", xml::kDateTime),
};
constexpr xml::Field kSmsrChange[] = {
    record<&HandleSMSRChangeNotification::eis>("Eis"),
    element<&HandleSMSRChangeNotification::completionTimestamp>("CompletionTimestamp", xml::kDateTime),
};

}  // namespace
}  // namespace eider::sgp02

using namespace eider::sgp02;  // NOLINT(google-build-using-namespace): the rows below

EIDER_XML_RECORD(SimpleResponse, "SimpleResponseType", "5.1.5", kSimpleResponse);
EIDER_XML_RECORD(EuiccResponse, "EuiccResponseType", "5.1.5", kEuiccResponse);
EIDER_XML_RECORD(EisResponse, "EisResponseType", "5.1.5", kEisResponse);
EIDER_XML_RECORD(GetEISRequest, "GetEISRequestType", "5.4", kGetEIS);
EIDER_XML_RECORD(AuditEISRequest, "AuditEISRequestType", "5.4", kAuditEIS);
EIDER_XML_RECORD(UpdatePolicyRulesRequest, "UpdatePolicyRulesRequestType", "5.4", kUpdatePolicyRules);
EIDER_XML_RECORD(UpdateSubscriptionAddressRequest, "UpdateSubscriptionAddressRequestType", "5.4",
                 kUpdateSubscriptionAddress);
EIDER_XML_RECORD(EnableProfileRequest, "EnableProfileRequestType", "5.4", kOfProfile<EnableProfileRequest>);
EIDER_XML_RECORD(DisableProfileRequest, "DisableProfileRequestType", "5.4",
                 kOfProfile<DisableProfileRequest>);
EIDER_XML_RECORD(SetFallBackAttributeRequest, "SetFallBackAttributeRequestType", "5.4",
                 kOfProfile<SetFallBackAttributeRequest>);
EIDER_XML_RECORD(SetEmergencyProfileAttributeRequest, "SetEmergencyProfileAttributeRequestType", "5.4",
                 kOfProfile<SetEmergencyProfileAttributeRequest>);
EIDER_XML_RECORD(es3::DeleteISDPRequest, "DeleteISDPRequestType", "5.4", kOfProfile<es3::DeleteISDPRequest>);
EIDER_XML_RECORD(es4::DeleteProfileRequest, "DeleteProfileRequestType", "5.5",
                 kOfProfile<es4::DeleteProfileRequest>);
EIDER_XML_RECORD(SetPLMARequest, "SetPLMARequestType", "5.7", kSetPLMA);
EIDER_XML_RECORD(GetPLMARequest, "GetPLMARequestType", "5.7", kGetPLMA);
EIDER_XML_RECORD(GetPLMAResponse, "GetPLMAResponseType", "5.7", kGetPLMAResponse);
EIDER_XML_RECORD(SetONCRequest, "SetONCRequestType", "5.7", kSetONC);
EIDER_XML_RECORD(GetONCRequest, "GetONCRequestType", "5.7", kGetONC);
EIDER_XML_RECORD(GetONCResponse, "GetONCResponseType", "5.7", kGetONCResponse);
#define NOTIFICATION(NAME) EIDER_XML_RECORD(NAME, "ProfileNotificationType", "5.5", kNotification<NAME>)
NOTIFICATION(HandleProfileDisabledNotification);
NOTIFICATION(HandleProfileEnabledNotification);
NOTIFICATION(HandleProfileDeletedNotification);
NOTIFICATION(HandleProfileDownloadedNotification);
NOTIFICATION(HandleEmergencyProfileAttributeSetNotification);
NOTIFICATION(HandleEmergencyProfileAttributeUnsetNotification);
NOTIFICATION(HandleProfileFallBackAttributeSetNotification);
NOTIFICATION(HandleProfileFallBackAttributeUnsetNotification);
#undef NOTIFICATION
EIDER_XML_RECORD(HandleProfilePOL2UpdatedNotification, "ProfilePOL2UpdatedNotificationType", "5.5",
                 kPol2Updated);
EIDER_XML_RECORD(HandlePLMASettingNotification, "PLMASettingNotificationType", "5.5", kPlmaSetting);
EIDER_XML_RECORD(HandleSMSRChangeNotification, "SMSRChangeNotificationType", "5.5", kSmsrChange);
