#include "spec/sgp02/xml_types.hpp"

#include <algorithm>

namespace eider::sgp02::xml_types {
namespace {

xml::SimpleOf<Iccid> iccid_type() {
  xml::Simple s{.name = "ICCIDType",
                .base = "xs:string",
                .example = "8988211000000350118",
                .max_length = 20,
                .pattern = "[0-9]{18,20}F{0,2}"};
  s.read = [](const xml::Simple&, std::string_view text, void* value) {
    const auto iccid = sgp22::parse_iccid(xml::detail::trimmed(text));
    if (iccid) *static_cast<Iccid*>(value) = *iccid;
    return iccid.has_value();
  };
  s.write = [](const xml::Simple&, const void* value) {
    return sgp22::iccid_digits(*static_cast<const Iccid*>(value));
  };
  return {s};
}

xml::SimpleOf<EntityId> object_identifier_type() {
  xml::Simple s{.name = "ObjectIdentifierType",
                .base = "xs:string",
                .example = "2.999.10",
                .max_length = 255,
                .pattern = "[0-9]+(\\.[0-9]+)+"};
  s.read = [](const xml::Simple&, std::string_view text, void* value) {
    const auto oid = EntityId::parse(xml::detail::trimmed(text));
    if (oid) *static_cast<EntityId*>(value) = *oid;
    return oid.has_value();
  };
  s.write = [](const xml::Simple&, const void* value) {
    return static_cast<const EntityId*>(value)->dotted();
  };
  return {s};
}

// Text of `min` to `max` digits, after a plus sign where its pattern has one.
xml::SimpleOf<std::string> number_type(xml::Simple s) {
  s.base = "xs:string";
  s.read = [](const xml::Simple& type, std::string_view text, void* value) {
    auto digits = text = xml::detail::trimmed(text);
    if (type.pattern.starts_with("\\+?") && digits.starts_with('+')) digits.remove_prefix(1);
    const bool number = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!number || digits.size() < type.min_length || digits.size() > 15) return false;
    *static_cast<std::string*>(value) = text;
    return true;
  };
  s.write = [](const xml::Simple&, const void* value) { return *static_cast<const std::string*>(value); };
  return {s};
}

// Two octets; a value that is not listed is kept.
xml::SimpleOf<OperationType> operation_type() {
  xml::Simple s{.name = "OperationTypeType",
                .base = "xs:hexBinary",
                .example = "0200",
                .min_length = 2,
                .max_length = 2};
  s.read = [](const xml::Simple&, std::string_view text, void* value) {
    std::uint8_t octets[2];
    if (!xml::detail::read_fixed(text, octets, 2)) return false;
    *static_cast<OperationType*>(value) = static_cast<OperationType>(octets[0] << 8 | octets[1]);
    return true;
  };
  s.write = [](const xml::Simple&, const void* value) {
    const auto v = static_cast<std::uint16_t>(*static_cast<const OperationType*>(value));
    const std::uint8_t octets[2] = {static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
    return to_hex(octets);
  };
  return {s};
}

constexpr std::string_view kKeySetNames[] = {
    "SCP03", "SCP80", "SCP81", "TokenGeneration", "ReceiptVerification", "CA"};
constexpr std::string_view kRoleNames[] = {"ISD-R", "ECASD"};
constexpr std::string_view kStateNames[] = {"Created", "Disabled", "Enabled"};
constexpr std::string_view kSubjectNames[] = {"PROFILE"};
constexpr std::string_view kActionNames[] = {"ENABLE", "DISABLE", "DELETE"};
constexpr std::string_view kQualificationNames[] = {"Not-Allowed", "Auto-Delete"};

const auto kOperationType = operation_type();
const auto kStatus = xml::enum_type<ExecutionStatus>("StatusType", kExecutionStatusNames);
const auto kKeySetType = xml::enum_type<KeySetType>("KeysetUsageType", kKeySetNames);
const auto kRole = xml::enum_type<SecurityDomainRole>("SDRoleType", kRoleNames);
const auto kState = xml::enum_type<ProfileState>("ProfileStateType", kStateNames);
const auto kPol2Subject = xml::enum_type<Pol2Subject>("POL2RuleSubjectType", kSubjectNames);
const auto kPol2Action = xml::enum_type<Pol2Action>("POL2RuleActionType", kActionNames);
const auto kPol2Qualification =
    xml::enum_type<Pol2Qualification>("POL2RuleQualificationType", kQualificationNames);
const auto kTar = xml::fixed_hex_type<3>("TARType", "000001");
const auto kKeyIndex = xml::octet_type("KeyIndexType", 0, 127);
const auto kKeySetVersion = xml::octet_type("KeysetVersionType", 1, 127);
const auto kKeyCoding = xml::hex_octet_type("KeyTypeCodingType");
const auto kKcv = xml::hex_type("KCVType", 0, 16);

}  // namespace

const xml::SimpleOf<Eid> kEid = xml::fixed_hex_type<16>("EIDType", "89001012012341234012345678901224");
const xml::SimpleOf<Iccid> kIccid = iccid_type();
const xml::SimpleOf<EntityId> kObjectIdentifier = object_identifier_type();
const xml::SimpleOf<Aid> kAid = xml::fixed_hex_type<16>("ISDPAIDType", "A0000005591010FFFFFFFF8900001000");
const xml::SimpleOf<BoundedBytes<16>> kSecurityDomainAid =
    xml::bounded_hex_type<16>("AIDType", 5, "A0000005591010FFFFFFFF8900000100");
const xml::SimpleOf<std::string> kString100 = xml::text_type("String100", 100, "a name");
const xml::SimpleOf<std::string> kVersion = xml::text_type("ThreeDigitVersion", 20, "3.2.0");
const xml::SimpleOf<std::string> kIdentifier = xml::text_type("IdentifierType", 255, "call-1");
const xml::SimpleOf<std::string> kCode = xml::text_type("StatusCodeType", 32, "8.2.1", "[0-9]+(\\.[0-9]+)*");
const xml::SimpleOf<std::string> kMessage = xml::text_type("MessageType", 2000, "why");
const xml::SimpleOf<std::string> kImsi = number_type({.name = "IMSIType",
                                                      .example = "001010000000001",
                                                      .min_length = 5,
                                                      .max_length = 15,
                                                      .pattern = "[0-9]{5,15}"});
const xml::SimpleOf<std::string> kMsisdn = number_type({.name = "MSISDNType",
                                                        .example = "46709123456",
                                                        .min_length = 1,
                                                        .max_length = 16,
                                                        .pattern = "\\+?[0-9]{1,15}"});
const xml::SimpleOf<std::string> kPropertyValue = xml::text_type("PropertyValueType", 1024, "a value");
const xml::SimpleOf<std::string> kFunctionName = xml::text_type("FunctionNameType", 100, "EnableProfile");
const xml::SimpleOf<std::uint32_t> kSeconds = xml::integer_type("SecondsType");
const xml::SimpleOf<std::uint32_t> kOctets = xml::integer_type("MemorySizeType");
const xml::SimpleOf<std::uint64_t> kCounter = xml::long_type("CounterType");
const xml::SimpleOf<Bytes> kHex16 = xml::hex_type("hexBinary16", 0, 16);
const xml::SimpleOf<Bytes> kHexData = xml::hex_type("HexDataType", 0, std::size_t{1} << 20);
const xml::SimpleOf<Bytes> kHexValue = xml::hex_type("HexValueType", 0, 4096);

namespace {

using xml::attribute;
using xml::base;
using xml::element;
using xml::record;

constexpr xml::Field kBaseRequestFields[] = {
    element<&BaseRequest::functionCallIdentifier>("FunctionCallIdentifier", kIdentifier),
    element<&BaseRequest::validityPeriod>("ValidityPeriod", kSeconds),
};
constexpr xml::Field kStatusCodeDataFields[] = {
    element<&StatusCodeData::subject>("Subject", kCode),
    element<&StatusCodeData::reason>("Reason", kCode),
    element<&StatusCodeData::subjectIdentifier>("SubjectIdentifier", kIdentifier),
    element<&StatusCodeData::message>("Message", kMessage),
};
constexpr xml::Field kExecutionStatusFields[] = {
    element<&FunctionExecutionStatus::status>("Status", kStatus),
    record<&FunctionExecutionStatus::statusCodeData>("StatusCodeData"),
};
constexpr xml::Field kBaseResponseFields[] = {
    element<&BaseResponse::processingStart>("ProcessingStart", xml::kDateTime),
    element<&BaseResponse::processingEnd>("ProcessingEnd", xml::kDateTime),
    element<&BaseResponse::acceptableValidityPeriod>("AcceptableValidityPeriod", kSeconds),
    record<&BaseResponse::functionExecutionStatus>("FunctionExecutionStatus"),
};
constexpr xml::Field kCapabilityFields[] = {
    element<&EuiccCapabilities::cattpSupport>("CattpSupport", xml::kBoolean),
    element<&EuiccCapabilities::cattpVersion>("CattpVersion", kVersion),
    element<&EuiccCapabilities::httpSupport>("HttpSupport", xml::kBoolean),
    element<&EuiccCapabilities::httpVersion>("HttpVersion", kVersion),
    element<&EuiccCapabilities::securePacketVersion>("SecurePacketVersion", kVersion),
    element<&EuiccCapabilities::remoteProvisioningVersion>("RemoteProvisioningVersion", kVersion),
};
constexpr xml::Field kKeyComponentFields[] = {
    attribute<&KeyComponent::type>("type", kKeyCoding),
    attribute<&KeyComponent::value>("value", kHexValue),
};
constexpr xml::Field kKeyFields[] = {
    element<&Key::index>("Index", kKeyIndex),
    attribute<&Key::kcv>("kcv", kKcv),
    record<&Key::keyComponents>("KeyComponents").occurs(1, 16),
};
constexpr xml::Field kCertificateFields[] = {
    element<&Certificate::index>("Index", kKeyIndex),
    element<&Certificate::caId>("CaId", kHex16),
    element<&Certificate::value>("Value", kHexValue),
};
constexpr xml::Field kKeySetFields[] = {
    element<&KeySet::version>("Version", kKeySetVersion),
    element<&KeySet::type>("Type", kKeySetType),
    element<&KeySet::cntr>("Cntr", kCounter),
    record<&KeySet::keys>("Key").occurs(0, 128).one_of(1),
    record<&KeySet::certificates>("Certificate").occurs(0, 128).one_of(1),
};
constexpr xml::Field kSecurityDomainFields[] = {
    element<&SecurityDomain::aid>("Aid", kSecurityDomainAid),
    element<&SecurityDomain::tars>("Tar", kTar).occurs(0, 32),
    element<&SecurityDomain::sin>("Sin", kHex16),
    element<&SecurityDomain::sdin>("Sdin", kHex16),
    element<&SecurityDomain::role>("Role", kRole),
    record<&SecurityDomain::keySets>("Keyset").occurs(0, 127),
};
constexpr xml::Field kEumSignedInfoFields[] = {
    element<&EumSignedInfo::eid>("Eid", kEid),
    element<&EumSignedInfo::eumId>("Eum-id", kObjectIdentifier),
    element<&EumSignedInfo::productionDate>("ProductionDate", xml::kDateTime),
    element<&EumSignedInfo::platformType>("PlatformType", kString100),
    element<&EumSignedInfo::platformVersion>("PlatformVersion", kVersion),
    element<&EumSignedInfo::isdpLoadFileAid>("Isd-p-loadfile-aid", kAid),
    element<&EumSignedInfo::isdpModuleAid>("Isd-p-module-aid", kAid),
    record<&EumSignedInfo::ecasd>("Ecasd"),
    record<&EumSignedInfo::euiccCapabilities>("EuiccCapabilities"),
};
constexpr xml::Field kSignedEumInfoFields[] = {
    xml::kept<&SignedEumInfo::info, &SignedEumInfo::signedInfoXml>("EumSignedInfo"),
    // Absent from an EIS that is only part of one.
    xml::raw<&SignedEumInfo::signatureXml>("EumSignature", "ds:SignatureType").occurs(0, 1),
};
constexpr xml::Field kSubscriptionAddressFields[] = {
    element<&SubscriptionAddress::imsi>("Imsi", kImsi),
    element<&SubscriptionAddress::msisdn>("Msisdn", kMsisdn),
};
constexpr xml::Field kPol2RuleFields[] = {
    element<&Pol2Rule::subject>("Subject", kPol2Subject),
    element<&Pol2Rule::action>("Action", kPol2Action),
    element<&Pol2Rule::qualification>("Qualification", kPol2Qualification),
};
constexpr xml::Field kPol2Fields[] = {record<&Pol2::rules>("Rule").occurs(0, 16)};
constexpr xml::Field kProfileInfoFields[] = {
    element<&ProfileInfo::iccid>("Iccid", kIccid),
    element<&ProfileInfo::isdpAid>("Isd-p-aid", kAid),
    element<&ProfileInfo::mnoId>("Mno-id", kObjectIdentifier),
    element<&ProfileInfo::fallbackAttribute>("FallbackAttribute", xml::kBoolean),
    element<&ProfileInfo::emergencyProfileAttribute>("EmergencyProfileAttribute", xml::kBoolean).v4(),
    record<&ProfileInfo::subscriptionAddress>("SubscriptionAddress"),
    element<&ProfileInfo::state>("State", kState),
    element<&ProfileInfo::smdpId>("Smdp-id", kObjectIdentifier),
    element<&ProfileInfo::profileType>("ProfileType", kString100),
    element<&ProfileInfo::allocatedMemory>("AllocatedMemory", kOctets),
    element<&ProfileInfo::freeMemory>("FreeMemory", kOctets),
    record<&ProfileInfo::pol2>("pol2"),
};
constexpr xml::Field kAuditTrailRecordFields[] = {
    element<&AuditTrailRecord::eid>("Eid", kEid),
    element<&AuditTrailRecord::smsrId>("Smsr-id", kObjectIdentifier),
    element<&AuditTrailRecord::operationDate>("OperationDate", xml::kDateTime),
    element<&AuditTrailRecord::operationType>("OperationType", kOperationType),
    element<&AuditTrailRecord::requesterId>("RequesterId", kObjectIdentifier),
    record<&AuditTrailRecord::operationExecutionStatus>("OperationExecutionStatus"),
    element<&AuditTrailRecord::isdpAid>("Isd-p-aid", kAid),
    element<&AuditTrailRecord::iccid>("Iccid", kIccid),
    element<&AuditTrailRecord::imei>("Imei", kHex16),
    element<&AuditTrailRecord::meid>("Meid", kHex16),
};
constexpr xml::Field kAuditTrailFields[] = {record<&AuditTrail::records>("Record")};
constexpr xml::Field kPropertyFields[] = {
    attribute<&AdditionalProperty::key>("key", kString100),
    attribute<&AdditionalProperty::value>("value", kPropertyValue),
};
constexpr xml::Field kPropertiesFields[] = {
    record<&AdditionalProperties::properties>("Property").occurs(0, 64)};
constexpr xml::Field kEisFields[] = {
    base<&Eis::eumSigned>(),
    element<&Eis::remainingMemory>("RemainingMemory", kOctets),
    element<&Eis::availableMemoryForProfiles>("AvailableMemoryForProfiles", kOctets),
    element<&Eis::lastAuditDate>("LastAuditDate", xml::kDateTime),
    element<&Eis::smsrId>("Smsr-id", kObjectIdentifier),
    record<&Eis::profileInfos>("ProfileInfo"),
    record<&Eis::isdR>("Isd-r"),
    record<&Eis::auditTrail>("AuditTrail"),
    record<&Eis::additionalProperties>("AdditionalProperties"),
};
constexpr xml::Field kPlmaFields[] = {
    element<&Plma::mnoId>("Mno-id", kObjectIdentifier),
    element<&Plma::m2mSpId>("M2m-sp-id", kObjectIdentifier),
    element<&Plma::profileType>("ProfileType", kString100),
    element<&Plma::authorisedOperations>("AuthorisedOperation", kFunctionName).occurs(0, 64),
    element<&Plma::authorisedNotifications>("AuthorisedNotification", kFunctionName).occurs(0, 64),
};
constexpr xml::Field kOncFields[] = {
    element<&Onc::mnoId>("Mno-id", kObjectIdentifier),
    element<&Onc::profileType>("ProfileType", kString100),
    element<&Onc::discardedNotifications>("DiscardedNotification", kFunctionName).occurs(0, 64),
};

}  // namespace
}  // namespace eider::sgp02::xml_types

using namespace eider::sgp02;             // NOLINT(google-build-using-namespace): the rows below
using namespace eider::sgp02::xml_types;  // NOLINT(google-build-using-namespace)

EIDER_XML_RECORD(BaseRequest, "BaseRequestType", "5.1.4", kBaseRequestFields);
EIDER_XML_RECORD(BaseResponse, "BaseResponseType", "5.1.5", kBaseResponseFields);
EIDER_XML_RECORD(FunctionExecutionStatus, "ExecutionStatusType", "5.1.5", kExecutionStatusFields);
EIDER_XML_RECORD(StatusCodeData, "StatusCodeDataType", "5.1.6", kStatusCodeDataFields);
EIDER_XML_RECORD(EuiccCapabilities, "EuiccCapabilitiesType", "Annex E", kCapabilityFields);
EIDER_XML_RECORD(KeyComponent, "KeyComponentsType", "Annex E", kKeyComponentFields);
EIDER_XML_RECORD(Key, "KeyType", "Annex E", kKeyFields);
EIDER_XML_RECORD(eider::sgp02::Certificate, "GPCertificateType", "Annex E", kCertificateFields);
EIDER_XML_RECORD(KeySet, "KeysetType", "Annex E", kKeySetFields);
EIDER_XML_RECORD(SecurityDomain, "SecurityDomainType", "Annex E", kSecurityDomainFields);
EIDER_XML_RECORD(EumSignedInfo, "EumSignedInfoType", "Annex E", kEumSignedInfoFields);
EIDER_XML_RECORD(SignedEumInfo, "SignedEumInfoType", "Annex E", kSignedEumInfoFields);
EIDER_XML_RECORD(SubscriptionAddress, "SubscriptionAddressType", "5.1.1.3", kSubscriptionAddressFields);
EIDER_XML_RECORD(Pol2Rule, "POL2RuleType", "5.1.1.3", kPol2RuleFields);
EIDER_XML_RECORD(Pol2, "POL2Type", "5.1.1.3", kPol2Fields);
EIDER_XML_RECORD(ProfileInfo, "ProfileInfoType", "Annex E", kProfileInfoFields);
EIDER_XML_RECORD(AuditTrailRecord, "AuditTrailRecordType", "5.1.1.3.12", kAuditTrailRecordFields);
EIDER_XML_RECORD(AuditTrail, "AuditTrailType", "5.1.1.3", kAuditTrailFields);
EIDER_XML_RECORD(AdditionalProperty, "PropertyType", "5.1.1.3", kPropertyFields);
EIDER_XML_RECORD(AdditionalProperties, "AdditionalPropertiesType", "5.1.1.3", kPropertiesFields);
EIDER_XML_RECORD(Eis, "EISType", "Annex E", kEisFields);
EIDER_XML_RECORD(Plma, "PLMAType", "3.20", kPlmaFields);
EIDER_XML_RECORD(Onc, "ONCType", "3.21", kOncFields);
