#include "spec/sgp22/es10c.hpp"

namespace eider::sgp22 {
namespace {
using der::alternative;
using der::Field;
using der::field;
using der::NamedValue;

constexpr NamedValue kClassValues[] = {{0, "test"}, {1, "provisioning"}, {2, "operational"}};
constexpr NamedValue kStateValues[] = {{0, "disabled"}, {1, "enabled"}};
constexpr NamedValue kIconValues[] = {{0, "jpg"}, {1, "png"}};
constexpr NamedValue kPprBits[] = {{0, "pprUpdateControl"}, {1, "ppr1"}, {2, "ppr2"}};
constexpr NamedValue kListErrors[] = {{1, "incorrectInputValues"}, {127, "undefinedError"}};
constexpr NamedValue kEnable[] = {{0, "ok"},
                                  {1, "iccidOrAidNotFound"},
                                  {2, "profileNotInDisabledState"},
                                  {3, "disallowedByPolicy"},
                                  {4, "wrongProfileReenabling"},
                                  {5, "catBusy"},
                                  {127, "undefinedError"}};
constexpr NamedValue kDisable[] = {
    {0, "ok"},      {1, "iccidOrAidNotFound"}, {2, "profileNotInEnabledState"}, {3, "disallowedByPolicy"},
    {5, "catBusy"}, {127, "undefinedError"}};
constexpr NamedValue kDeleteResults[] = {{0, "ok"},
                                         {1, "iccidOrAidNotFound"},
                                         {2, "profileNotInDisabledState"},
                                         {3, "disallowedByPolicy"},
                                         {127, "undefinedError"}};
constexpr NamedValue kResetOptions[] = {
    {0, "deleteOperationalProfiles"}, {1, "deleteFieldLoadedTestProfiles"}, {2, "resetDefaultSmdpAddress"}};
constexpr NamedValue kReset[] = {{0, "ok"}, {1, "nothingToDelete"}, {5, "catBusy"}, {127, "undefinedError"}};
constexpr NamedValue kNickname[] = {{0, "ok"}, {1, "iccidNotFound"}, {127, "undefinedError"}};

constexpr Field kProfileCriteria[] = {
    alternative<&ProfileInfoSearchCriteria::value, 0>("isdpAid", 0x4F).size(5, 16),
    alternative<&ProfileInfoSearchCriteria::value, 1>("iccid", 0x5A),
    alternative<&ProfileInfoSearchCriteria::value, 2>("profileClass", 0x95).values(kClassValues)};
constexpr Field kListRequest[] = {field<&ProfileInfoListRequest::searchCriteria>("searchCriteria", 0xA0),
                                  field<&ProfileInfoListRequest::tagList>("tagList", 0x5C)};
using Pi = ProfileInfo;
constexpr Field kInfo[] = {
    field<&Pi::iccid>("iccid", 0x5A),
    field<&Pi::isdpAid>("isdpAid", 0x4F).size(5, 16),
    field<&Pi::profileState>("profileState", 0x9F70).values(kStateValues),
    field<&Pi::profileNickname>("profileNickname", 0x90).size(0, 64),
    field<&Pi::serviceProviderName>("serviceProviderName", 0x91).size(0, 32),
    field<&Pi::profileName>("profileName", 0x92).size(0, 64),
    field<&Pi::iconType>("iconType", 0x93).values(kIconValues),
    field<&Pi::icon>("icon", 0x94).size(0, 1024),
    field<&Pi::profileClass>("profileClass", 0x95).values(kClassValues),
    field<&Pi::notificationConfigurationInfo>("notificationConfigurationInfo", 0xB6),
    field<&Pi::profileOwner>("profileOwner", 0xB7),
    field<&Pi::dpProprietaryData>("dpProprietaryData", 0xB8),
    field<&Pi::profilePolicyRules>("profilePolicyRules", 0x99).values(kPprBits),
    field<&Pi::serviceSpecificDataStoredInEuicc>("serviceSpecificDataStoredInEuicc", 0xBF22)
        .about("since v2.4")};
constexpr Field kProfileListResponse[] = {
    alternative<&ProfileInfoListResponse::value, 0>("profileInfoListOk", 0xA0),
    alternative<&ProfileInfoListResponse::value, 1>("profileInfoListError", 0x81).values(kListErrors)};
constexpr Field kIdentifier[] = {alternative<&ProfileIdentifier::value, 0>("isdpAid", 0x4F).size(5, 16),
                                 alternative<&ProfileIdentifier::value, 1>("iccid", 0x5A)};
constexpr Field kEnableRequest[] = {
    field<&EnableProfileRequest::profileIdentifier>("profileIdentifier", 0xA0),
    field<&EnableProfileRequest::refreshFlag>("refreshFlag", 0x81)};
constexpr Field kDisableRequest[] = {
    field<&DisableProfileRequest::profileIdentifier>("profileIdentifier", 0xA0),
    field<&DisableProfileRequest::refreshFlag>("refreshFlag", 0x81)};
constexpr Field kDeleteRequest[] = {alternative<&DeleteProfileRequest::value, 0>("isdpAid", 0x4F).size(5, 16),
                                    alternative<&DeleteProfileRequest::value, 1>("iccid", 0x5A)};
constexpr Field kEnableResponse[] = {
    field<&EnableProfileResponse::enableResult>("enableResult", 0x80).values(kEnable)};
constexpr Field kDisableResponse[] = {
    field<&DisableProfileResponse::disableResult>("disableResult", 0x80).values(kDisable)};
constexpr Field kDeleteResponse[] = {
    field<&DeleteProfileResponse::deleteResult>("deleteResult", 0x80).values(kDeleteResults)};
constexpr Field kResetRequest[] = {
    field<&EuiccMemoryResetRequest::resetOptions>("resetOptions", 0x82).values(kResetOptions)};
constexpr Field kResetResponse[] = {
    field<&EuiccMemoryResetResponse::resetResult>("resetResult", 0x80).values(kReset)};
constexpr Field kDataRequest[] = {field<&GetEuiccDataRequest::tagList>("tagList", 0x5C)};
constexpr Field kDataResponse[] = {field<&GetEuiccDataResponse::eidValue>("eidValue", 0x5A)};
constexpr Field kNicknameRequest[] = {
    field<&SetNicknameRequest::iccid>("iccid", 0x5A),
    field<&SetNicknameRequest::profileNickname>("profileNickname", 0x90).size(0, 64)};
constexpr Field kNicknameResponse[] = {
    field<&SetNicknameResponse::setNicknameResult>("setNicknameResult", 0x80).values(kNickname)};
using Um = UpdateMetadataRequest;
constexpr Field kUpdate[] = {
    field<&Um::serviceProviderName>("serviceProviderName", 0x91).size(0, 32),
    field<&Um::profileName>("profileName", 0x92).size(0, 64),
    field<&Um::iconType>("iconType", 0x93),
    field<&Um::icon>("icon", 0x94).size(0, 1024),
    field<&Um::profilePolicyRules>("profilePolicyRules", 0x99).values(kPprBits),
    field<&Um::serviceSpecificDataStoredInEuicc>("serviceSpecificDataStoredInEuicc", 0xBF22)
        .about("since v2.4")};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_DER_CHOICE(eider::sgp22::ProfileInfoSearchCriteria, kProfileCriteria, "SGP.22 v2.6.1 5.7.15");
EIDER_DER_SEQUENCE(eider::sgp22::ProfileInfoListRequest, kListRequest, "SGP.22 v2.6.1 5.7.15");
EIDER_DER_SEQUENCE(eider::sgp22::ProfileInfo, kInfo, "SGP.22 v2.6.1 5.7.15");
EIDER_DER_CHOICE(eider::sgp22::ProfileInfoListResponse, kProfileListResponse, "SGP.22 v2.6.1 5.7.15");
EIDER_DER_CHOICE(eider::sgp22::ProfileIdentifier, kIdentifier, "SGP.22 v2.6.1 5.7.16");
EIDER_DER_SEQUENCE(eider::sgp22::EnableProfileRequest, kEnableRequest, "SGP.22 v2.6.1 5.7.16");
EIDER_DER_SEQUENCE(eider::sgp22::DisableProfileRequest, kDisableRequest, "SGP.22 v2.6.1 5.7.17");
EIDER_DER_CHOICE(eider::sgp22::DeleteProfileRequest, kDeleteRequest, "SGP.22 v2.6.1 5.7.18");
EIDER_DER_SEQUENCE(eider::sgp22::EnableProfileResponse, kEnableResponse, "SGP.22 v2.6.1 5.7.16");
EIDER_DER_SEQUENCE(eider::sgp22::DisableProfileResponse, kDisableResponse, "SGP.22 v2.6.1 5.7.17");
EIDER_DER_SEQUENCE(eider::sgp22::DeleteProfileResponse, kDeleteResponse, "SGP.22 v2.6.1 5.7.18");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccMemoryResetRequest, kResetRequest, "SGP.22 v2.6.1 5.7.19");
EIDER_DER_SEQUENCE(eider::sgp22::EuiccMemoryResetResponse, kResetResponse, "SGP.22 v2.6.1 5.7.19");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccDataRequest, kDataRequest, "SGP.22 v2.6.1 5.7.20");
EIDER_DER_SEQUENCE(eider::sgp22::GetEuiccDataResponse, kDataResponse, "SGP.22 v2.6.1 5.7.20");
EIDER_DER_SEQUENCE(eider::sgp22::SetNicknameRequest, kNicknameRequest, "SGP.22 v2.6.1 5.7.21");
EIDER_DER_SEQUENCE(eider::sgp22::SetNicknameResponse, kNicknameResponse, "SGP.22 v2.6.1 5.7.21");
EIDER_DER_SEQUENCE(eider::sgp22::UpdateMetadataRequest, kUpdate, "SGP.22 v2.6.1 5.4.1");
