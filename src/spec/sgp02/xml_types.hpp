// The simple types of the off-card interfaces, and the descriptions of what their messages share.
#pragma once
#include "codec/record.hpp"
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::xml_types {

extern const xml::SimpleOf<Eid> kEid;
extern const xml::SimpleOf<Iccid> kIccid;  // digits; F at the end is read
extern const xml::SimpleOf<EntityId> kObjectIdentifier;
extern const xml::SimpleOf<Aid> kAid;
extern const xml::SimpleOf<BoundedBytes<16>> kSecurityDomainAid;
extern const xml::SimpleOf<std::string> kString100, kVersion, kIdentifier, kCode, kMessage, kImsi, kMsisdn,
    kPropertyValue, kFunctionName;
extern const xml::SimpleOf<std::uint32_t> kSeconds, kOctets;
extern const xml::SimpleOf<std::uint64_t> kCounter;
extern const xml::SimpleOf<Bytes> kHex16, kHexData, kHexValue;

}  // namespace eider::sgp02::xml_types

EIDER_XML(eider::sgp02::BaseRequest);
EIDER_XML(eider::sgp02::BaseResponse);
EIDER_XML(eider::sgp02::FunctionExecutionStatus);
EIDER_XML(eider::sgp02::StatusCodeData);
EIDER_XML(eider::sgp02::EuiccCapabilities);
EIDER_XML(eider::sgp02::KeyComponent);
EIDER_XML(eider::sgp02::Key);
EIDER_XML(eider::sgp02::Certificate);
EIDER_XML(eider::sgp02::KeySet);
EIDER_XML(eider::sgp02::SecurityDomain);
EIDER_XML(eider::sgp02::EumSignedInfo);
EIDER_XML(eider::sgp02::SignedEumInfo);
EIDER_XML(eider::sgp02::SubscriptionAddress);
EIDER_XML(eider::sgp02::Pol2Rule);
EIDER_XML(eider::sgp02::Pol2);
EIDER_XML(eider::sgp02::ProfileInfo);
EIDER_XML(eider::sgp02::AuditTrailRecord);
EIDER_XML(eider::sgp02::AuditTrail);
EIDER_XML(eider::sgp02::AdditionalProperty);
EIDER_XML(eider::sgp02::AdditionalProperties);
EIDER_XML(eider::sgp02::Eis);
EIDER_XML(eider::sgp02::Plma);
EIDER_XML(eider::sgp02::Onc);
