#include "spec/sgp02/es7.hpp"

#include "spec/sgp02/descriptions.hpp"

namespace eider::sgp02 {
namespace {

using namespace xml_types;  // NOLINT(google-build-using-namespace)
using xml::base;
using xml::element;
using xml::record;

std::optional<xml::Element> child_of(const xml::Element& parent, std::string_view name) {
  for (auto c = parent.first_child(); c; c = c->next())
    if (xml::same_name(c->name(), name)) return c;
  return std::nullopt;
}
// AuthenticateSMSR with an Eis, of which little more than the Eid may be there.
bool eid_of_eis(const xml::Element& owner, void* value) {
  auto at = child_of(owner, "Eis");
  if (at) at = child_of(*at, "EumSignedInfo");
  if (at) at = child_of(*at, "Eid");
  const auto text = at ? at->text() : std::nullopt;
  return text && kEid.read(kEid, *text, value);
}

constexpr std::string_view kEccNames[] = {"ECC-256", "ECC-384", "ECC-512", "ECC-521"};
const auto kEccKeyLength = xml::enum_type<es7::EccKeyLength>("ECCKeyLengthType", kEccNames);
const auto kKeyVersion = xml::octet_type("KeyVersionNumberType", 1, 127);
const auto kScenarioParameter = xml::octet_type("ScenarioParameterType", 0, 255);

constexpr xml::Field kRegisterEIS[] = {
    base<&es1::RegisterEISRequest::base>(),
    record<&es1::RegisterEISRequest::eis>("Eis"),
};
constexpr xml::Field kUpdateProperties[] = {
    base<&es1::UpdateEISAdditionalPropertiesRequest::base>(),
    element<&es1::UpdateEISAdditionalPropertiesRequest::eid>("Eid", kEid),
    record<&es1::UpdateEISAdditionalPropertiesRequest::additionalProperties>("AdditionalProperties"),
};
constexpr xml::Field kPrepareSMSRChange[] = {
    base<&es4::PrepareSMSRChangeRequest::base>(),
    element<&es4::PrepareSMSRChangeRequest::eid>("Eid", kEid),
    element<&es4::PrepareSMSRChangeRequest::currentSMSRid>("CurrentSMSRid", kObjectIdentifier),
};
constexpr xml::Field kSMSRChange[] = {
    base<&es4::SMSRChangeRequest::base>(),
    element<&es4::SMSRChangeRequest::eid>("Eid", kEid),
    element<&es4::SMSRChangeRequest::targetSMSRid>("TargetSMSRid", kObjectIdentifier),
};
constexpr xml::Field kHandover[] = {
    base<&es7::HandoverEUICCRequest::base>(),
    record<&es7::HandoverEUICCRequest::eis>("Eis"),
};
constexpr xml::Field kAuthenticate[] = {
    base<&es7::AuthenticateSMSRRequest::base>(),
    element<&es7::AuthenticateSMSRRequest::eid>("Eid", kEid).or_else(eid_of_eis),
    element<&es7::AuthenticateSMSRRequest::smsrCertificate>("SmsrCertificate", kHexValue),
};
constexpr xml::Field kAuthenticateResponse[] = {
    base<&es7::AuthenticateSMSRResponse::base>(),
    element<&es7::AuthenticateSMSRResponse::randomChallenge>("RandomChallenge", kHexValue),
    element<&es7::AuthenticateSMSRResponse::euiccResponseData>("EuiccResponseData", kHexData),
};
constexpr xml::Field kCreateKeySet[] = {
    base<&es7::CreateAdditionalKeySetRequest::base>(),
    element<&es7::CreateAdditionalKeySetRequest::eid>("Eid", kEid),
    element<&es7::CreateAdditionalKeySetRequest::keyVersionNumber>("KeyVersionNumber", kKeyVersion),
    element<&es7::CreateAdditionalKeySetRequest::initialSequenceCounter>("InitialSequenceCounter", kCounter),
    element<&es7::CreateAdditionalKeySetRequest::eccKeyLength>("ECCKeyLength", kEccKeyLength),
    element<&es7::CreateAdditionalKeySetRequest::scenarioParameter>("ScenarioParameter", kScenarioParameter),
    element<&es7::CreateAdditionalKeySetRequest::hostId>("HostId", kHex16),
    element<&es7::CreateAdditionalKeySetRequest::ephemeralPublicKey>("EphemeralPublicKey", kHexValue),
    element<&es7::CreateAdditionalKeySetRequest::signature>("Signature", kHexValue),
};
constexpr xml::Field kCreateKeySetResponse[] = {
    base<&es7::CreateAdditionalKeySetResponse::base>(),
    element<&es7::CreateAdditionalKeySetResponse::derivationRandom>("DerivationRandom", kHexValue),
    element<&es7::CreateAdditionalKeySetResponse::receipt>("Receipt", kHexValue),
    element<&es7::CreateAdditionalKeySetResponse::euiccResponseData>("EuiccResponseData", kHexData),
};

}  // namespace
}  // namespace eider::sgp02

using namespace eider::sgp02;  // NOLINT(google-build-using-namespace): the rows below

EIDER_XML_RECORD(es1::RegisterEISRequest, "RegisterEISRequestType", "5.2", kRegisterEIS);
EIDER_XML_RECORD(es1::UpdateEISAdditionalPropertiesRequest, "UpdateEISAdditionalPropertiesRequestType", "5.2",
                 kUpdateProperties);
EIDER_XML_RECORD(es4::PrepareSMSRChangeRequest, "PrepareSMSRChangeRequestType", "5.5", kPrepareSMSRChange);
EIDER_XML_RECORD(es4::SMSRChangeRequest, "SMSRChangeRequestType", "5.5", kSMSRChange);
EIDER_XML_RECORD(es7::HandoverEUICCRequest, "HandoverEUICCRequestType", "5.6", kHandover);
EIDER_XML_RECORD(es7::AuthenticateSMSRRequest, "AuthenticateSMSRRequestType", "5.6", kAuthenticate);
EIDER_XML_RECORD(es7::AuthenticateSMSRResponse, "AuthenticateSMSRResponseType", "5.6", kAuthenticateResponse);
EIDER_XML_RECORD(es7::CreateAdditionalKeySetRequest, "CreateAdditionalKeySetRequestType", "5.6",
                 kCreateKeySet);
EIDER_XML_RECORD(es7::CreateAdditionalKeySetResponse, "CreateAdditionalKeySetResponseType", "5.6",
                 kCreateKeySetResponse);
