#include "spec/sgp02/es2.hpp"

#include "spec/sgp02/descriptions.hpp"

namespace eider::sgp02::es2 {
namespace {

using namespace xml_types;  // NOLINT(google-build-using-namespace)
using xml::base;
using xml::element;
using xml::record;

template <class T>
constexpr xml::Field kOfCard[] = {
    base<&T::base>(),
    element<&T::eid>("Eid", kEid),
    element<&T::smsrId>("Smsr-id", kObjectIdentifier),
};
template <class T>
constexpr xml::Field kOfProfile[] = {
    base<&T::base>(),
    element<&T::eid>("Eid", kEid),
    element<&T::smsrId>("Smsr-id", kObjectIdentifier),
    element<&T::iccid>("Iccid", kIccid),
};
constexpr xml::Field kAuditEIS[] = {
    base<&AuditEISRequest::base>(),
    element<&AuditEISRequest::eid>("Eid", kEid),
    element<&AuditEISRequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&AuditEISRequest::iccids>("Iccid", kIccid),
};
constexpr xml::Field kDownloadProfile[] = {
    base<&DownloadProfileRequest::base>(),
    element<&DownloadProfileRequest::eid>("Eid", kEid),
    element<&DownloadProfileRequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&DownloadProfileRequest::iccid>("Iccid", kIccid),
    element<&DownloadProfileRequest::profileType>("ProfileType", kString100),
    element<&DownloadProfileRequest::enableProfile>("EnableProfile", xml::kBoolean),
};
constexpr xml::Field kDownloadProfileResponse[] = {
    base<&DownloadProfileResponse::base>(),
    element<&DownloadProfileResponse::iccid>("Iccid", kIccid),
    element<&DownloadProfileResponse::euiccResponseData>("EuiccResponseData", kHexData),
};
constexpr xml::Field kUpdatePolicyRules[] = {
    base<&UpdatePolicyRulesRequest::base>(),
    element<&UpdatePolicyRulesRequest::eid>("Eid", kEid),
    element<&UpdatePolicyRulesRequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&UpdatePolicyRulesRequest::iccid>("Iccid", kIccid),
    record<&UpdatePolicyRulesRequest::pol2>("pol2"),
};
constexpr xml::Field kUpdateSubscriptionAddress[] = {
    base<&UpdateSubscriptionAddressRequest::base>(),
    element<&UpdateSubscriptionAddressRequest::eid>("Eid", kEid),
    element<&UpdateSubscriptionAddressRequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&UpdateSubscriptionAddressRequest::iccid>("Iccid", kIccid),
    record<&UpdateSubscriptionAddressRequest::newSubscriptionAddress>("newSubscriptionAddress"),
};
constexpr xml::Field kSetPLMA[] = {
    base<&SetPLMARequest::base>(),
    element<&SetPLMARequest::smsrId>("Smsr-id", kObjectIdentifier),
    record<&SetPLMARequest::plma>("Plma"),
};
constexpr xml::Field kGetPLMA[] = {
    base<&GetPLMARequest::base>(),
    element<&GetPLMARequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&GetPLMARequest::mnoId>("Mno-id", kObjectIdentifier),
    element<&GetPLMARequest::m2mSpId>("M2m-sp-id", kObjectIdentifier),
    element<&GetPLMARequest::profileType>("ProfileType", kString100),
};
constexpr xml::Field kSetONC[] = {
    base<&SetONCRequest::base>(),
    element<&SetONCRequest::smsrId>("Smsr-id", kObjectIdentifier),
    record<&SetONCRequest::onc>("Onc"),
};
constexpr xml::Field kGetONC[] = {
    base<&GetONCRequest::base>(),
    element<&GetONCRequest::smsrId>("Smsr-id", kObjectIdentifier),
    element<&GetONCRequest::mnoId>("Mno-id", kObjectIdentifier),
    element<&GetONCRequest::profileType>("ProfileType", kString100),
};

}  // namespace
}  // namespace eider::sgp02::es2

using namespace eider::sgp02::es2;  // NOLINT(google-build-using-namespace): the rows below

EIDER_XML_RECORD(GetEISRequest, "ES2GetEISRequestType", "5.3", kOfCard<GetEISRequest>);
EIDER_XML_RECORD(AuditEISRequest, "ES2AuditEISRequestType", "5.3", kAuditEIS);
EIDER_XML_RECORD(DownloadProfileRequest, "DownloadProfileRequestType", "5.3", kDownloadProfile);
EIDER_XML_RECORD(DownloadProfileResponse, "DownloadProfileResponseType", "5.3", kDownloadProfileResponse);
EIDER_XML_RECORD(UpdatePolicyRulesRequest, "ES2UpdatePolicyRulesRequestType", "5.3", kUpdatePolicyRules);
EIDER_XML_RECORD(UpdateSubscriptionAddressRequest, "ES2UpdateSubscriptionAddressRequestType", "5.3",
                 kUpdateSubscriptionAddress);
EIDER_XML_RECORD(EnableProfileRequest, "ES2EnableProfileRequestType", "5.3",
                 kOfProfile<EnableProfileRequest>);
EIDER_XML_RECORD(DisableProfileRequest, "ES2DisableProfileRequestType", "5.3",
                 kOfProfile<DisableProfileRequest>);
EIDER_XML_RECORD(DeleteProfileRequest, "ES2DeleteProfileRequestType", "5.3",
                 kOfProfile<DeleteProfileRequest>);
EIDER_XML_RECORD(SetFallBackAttributeRequest, "ES2SetFallBackAttributeRequestType", "5.3",
                 kOfProfile<SetFallBackAttributeRequest>);
EIDER_XML_RECORD(SetEmergencyProfileAttributeRequest, "ES2SetEmergencyProfileAttributeRequestType", "5.3",
                 kOfProfile<SetEmergencyProfileAttributeRequest>);
EIDER_XML_RECORD(SetPLMARequest, "ES2SetPLMARequestType", "5.3", kSetPLMA);
EIDER_XML_RECORD(GetPLMARequest, "ES2GetPLMARequestType", "5.3", kGetPLMA);
EIDER_XML_RECORD(SetONCRequest, "ES2SetONCRequestType", "5.3", kSetONC);
EIDER_XML_RECORD(GetONCRequest, "ES2GetONCRequestType", "5.3", kGetONC);
