#include "store/sgp02_rows.hpp"

namespace eider::store {
namespace {
using namespace sgp02;
using der::field;

constexpr der::Field kStatusCodeData[] = {
    filled<&StatusCodeData::subject>("subject", 0x80), filled<&StatusCodeData::reason>("reason", 0x81),
    field<&StatusCodeData::subjectIdentifier>("subjectIdentifier", 0x82),
    field<&StatusCodeData::message>("message", 0x83)};
constexpr der::Field kFunctionExecutionStatus[] = {
    filled<&FunctionExecutionStatus::status>("status", 0x80),
    field<&FunctionExecutionStatus::statusCodeData>("statusCodeData", 0xA1)};

constexpr der::Field kEuiccCapabilities[] = {
    filled<&EuiccCapabilities::cattpSupport>("cattpSupport", 0x80),
    field<&EuiccCapabilities::cattpVersion>("cattpVersion", 0x81),
    filled<&EuiccCapabilities::httpSupport>("httpSupport", 0x82),
    field<&EuiccCapabilities::httpVersion>("httpVersion", 0x83),
    filled<&EuiccCapabilities::securePacketVersion>("securePacketVersion", 0x84),
    filled<&EuiccCapabilities::remoteProvisioningVersion>("remoteProvisioningVersion", 0x85)};
constexpr der::Field kKeyComponent[] = {filled<&KeyComponent::type>("type", 0x80),
                                        filled<&KeyComponent::value>("value", 0x81)};
constexpr der::Field kKey[] = {filled<&Key::index>("index", 0x80), filled<&Key::kcv>("kcv", 0x81),
                               filled<&Key::keyComponents>("keyComponents", 0xA2)};
constexpr der::Field kCertificate[] = {filled<&Certificate::index>("index", 0x80),
                                       filled<&Certificate::caId>("caId", 0x81),
                                       filled<&Certificate::value>("value", 0x82)};
constexpr der::Field kKeySet[] = {filled<&KeySet::version>("version", 0x80),
                                  field<&KeySet::type>("type", 0x81), field<&KeySet::cntr>("cntr", 0x82),
                                  filled<&KeySet::keys>("keys", 0xA3),
                                  filled<&KeySet::certificates>("certificates", 0xA4)};
constexpr der::Field kSecurityDomain[] = {
    filled<&SecurityDomain::aid>("aid", 0x80),   filled<&SecurityDomain::tars>("tars", 0xA1),
    filled<&SecurityDomain::sin>("sin", 0x82),   filled<&SecurityDomain::sdin>("sdin", 0x83),
    filled<&SecurityDomain::role>("role", 0x84), filled<&SecurityDomain::keySets>("keySets", 0xA5)};
constexpr der::Field kEumSignedInfo[] = {
    filled<&EumSignedInfo::eid>("eid", 0x80),
    filled<&EumSignedInfo::eumId>("eumId", 0x81),
    filled<&EumSignedInfo::productionDate>("productionDate", 0x82),
    filled<&EumSignedInfo::platformType>("platformType", 0x83),
    filled<&EumSignedInfo::platformVersion>("platformVersion", 0x84),
    filled<&EumSignedInfo::isdpLoadFileAid>("isdpLoadFileAid", 0x85),
    filled<&EumSignedInfo::isdpModuleAid>("isdpModuleAid", 0x86),
    filled<&EumSignedInfo::ecasd>("ecasd", 0xA7),
    filled<&EumSignedInfo::euiccCapabilities>("euiccCapabilities", 0xA8)};
constexpr der::Field kSignedEumInfo[] = {field<&SignedEumInfo::info>("info", 0xA0),
                                         filled<&SignedEumInfo::signedInfoXml>("signedInfoXml", 0x81),
                                         filled<&SignedEumInfo::signatureXml>("signatureXml", 0x82)};

constexpr der::Field kPol2Rule[] = {filled<&Pol2Rule::subject>("subject", 0x80),
                                    filled<&Pol2Rule::action>("action", 0x81),
                                    filled<&Pol2Rule::qualification>("qualification", 0x82)};
constexpr der::Field kPol2[] = {filled<&Pol2::rules>("rules", 0xA0)};

constexpr der::Field kAuditTrailRecord[] = {
    filled<&AuditTrailRecord::smsrId>("smsrId", 0x80),
    filled<&AuditTrailRecord::operationDate>("operationDate", 0x81),
    field<&AuditTrailRecord::operationType>("operationType", 0x82),
    field<&AuditTrailRecord::requesterId>("requesterId", 0x83),
    field<&AuditTrailRecord::operationExecutionStatus>("operationExecutionStatus", 0xA4),
    field<&AuditTrailRecord::isdpAid>("isdpAid", 0x85),
    field<&AuditTrailRecord::iccid>("iccid", 0x86),
    field<&AuditTrailRecord::imei>("imei", 0x87),
    field<&AuditTrailRecord::meid>("meid", 0x88)};

constexpr der::Field kAdditionalProperty[] = {filled<&AdditionalProperty::key>("key", 0x80),
                                              filled<&AdditionalProperty::value>("value", 0x81)};
constexpr der::Field kAdditionalProperties[] = {
    filled<&AdditionalProperties::properties>("properties", 0xA0)};
constexpr der::Field kPlma[] = {filled<&Plma::mnoId>("mnoId", 0x80), filled<&Plma::m2mSpId>("m2mSpId", 0x81),
                                field<&Plma::profileType>("profileType", 0x82),
                                filled<&Plma::authorisedOperations>("authorisedOperations", 0xA3),
                                filled<&Plma::authorisedNotifications>("authorisedNotifications", 0xA4)};
constexpr der::Field kOnc[] = {filled<&Onc::mnoId>("mnoId", 0x80),
                               field<&Onc::profileType>("profileType", 0x81),
                               filled<&Onc::discardedNotifications>("discardedNotifications", 0xA2)};

}  // namespace
}  // namespace eider::store

EIDER_DER_SEQUENCE(eider::sgp02::StatusCodeData, eider::store::kStatusCodeData, "store");
EIDER_DER_SEQUENCE(eider::sgp02::FunctionExecutionStatus, eider::store::kFunctionExecutionStatus, "store");
EIDER_DER_SEQUENCE(eider::sgp02::EuiccCapabilities, eider::store::kEuiccCapabilities, "store");
EIDER_DER_SEQUENCE(eider::sgp02::KeyComponent, eider::store::kKeyComponent, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Key, eider::store::kKey, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Certificate, eider::store::kCertificate, "store");
EIDER_DER_SEQUENCE(eider::sgp02::KeySet, eider::store::kKeySet, "store");
EIDER_DER_SEQUENCE(eider::sgp02::SecurityDomain, eider::store::kSecurityDomain, "store");
EIDER_DER_SEQUENCE(eider::sgp02::EumSignedInfo, eider::store::kEumSignedInfo, "store");
EIDER_DER_SEQUENCE(eider::sgp02::SignedEumInfo, eider::store::kSignedEumInfo, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Pol2Rule, eider::store::kPol2Rule, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Pol2, eider::store::kPol2, "store");
EIDER_DER_SEQUENCE(eider::sgp02::AuditTrailRecord, eider::store::kAuditTrailRecord, "store");
EIDER_DER_SEQUENCE(eider::sgp02::AdditionalProperty, eider::store::kAdditionalProperty, "store");
EIDER_DER_SEQUENCE(eider::sgp02::AdditionalProperties, eider::store::kAdditionalProperties, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Plma, eider::store::kPlma, "store");
EIDER_DER_SEQUENCE(eider::sgp02::Onc, eider::store::kOnc, "store");
