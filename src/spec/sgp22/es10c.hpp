// ES10c (LPA to ISD-R, local profile management) and ES6: SGP.22 v2.6.1 sections 5.7.15 to 5.7.21 and 5.4.1.
#pragma once
#include "spec/sgp22/types.hpp"

namespace eider::sgp22 {

struct ProfileInfoSearchCriteria {
  std::variant<Aid, Iccid, ProfileClass> value;
};
struct ProfileInfoListRequest {
  std::optional<ProfileInfoSearchCriteria> searchCriteria;
  std::optional<Bytes> tagList;  // concatenated tags
  std::vector<RawTlv> unknown;
};
struct ProfileInfo {
  std::optional<Iccid> iccid;
  std::optional<Aid> isdpAid;
  std::optional<ProfileState> profileState;
  std::optional<std::string> profileNickname;
  std::optional<std::string> serviceProviderName;
  std::optional<std::string> profileName;
  std::optional<IconType> iconType;
  std::optional<Bytes> icon;
  std::optional<ProfileClass> profileClass;
  std::optional<std::vector<NotificationConfigurationInformation>> notificationConfigurationInfo;
  std::optional<OperatorId> profileOwner;
  std::optional<Bytes> dpProprietaryData;  // content of B8
  std::optional<BitString> profilePolicyRules;
  std::optional<std::vector<VendorSpecificExtension>> serviceSpecificDataStoredInEuicc;
  std::vector<RawTlv> unknown;
};
enum class ProfileInfoListError : std::uint8_t { kIncorrectInputValues = 1, kUndefinedError = 127 };
struct ProfileInfoListResponse {
  std::variant<std::vector<ProfileInfo>, ProfileInfoListError> value;
};

struct ProfileIdentifier {
  std::variant<Aid, Iccid> value;  // isdpAid | iccid
};
struct EnableProfileRequest {
  ProfileIdentifier profileIdentifier;
  bool refreshFlag = false;
};
struct DisableProfileRequest {
  ProfileIdentifier profileIdentifier;
  bool refreshFlag = false;
};
struct DeleteProfileRequest {
  std::variant<Aid, Iccid> value;
};
enum class EnableProfileResult : std::uint8_t {
  kOk = 0,
  kIccidOrAidNotFound = 1,
  kProfileNotInDisabledState = 2,
  kDisallowedByPolicy = 3,
  kWrongProfileReenabling = 4,
  kCatBusy = 5,
  kUndefinedError = 127,
};
enum class DisableProfileResult : std::uint8_t {
  kOk = 0,
  kIccidOrAidNotFound = 1,
  kProfileNotInEnabledState = 2,
  kDisallowedByPolicy = 3,
  kCatBusy = 5,
  kUndefinedError = 127,
};
enum class DeleteProfileResult : std::uint8_t {
  kOk = 0,
  kIccidOrAidNotFound = 1,
  kProfileNotInDisabledState = 2,
  kDisallowedByPolicy = 3,
  kUndefinedError = 127,
};
struct EnableProfileResponse {
  EnableProfileResult enableResult{};
};
struct DisableProfileResponse {
  DisableProfileResult disableResult{};
};
struct DeleteProfileResponse {
  DeleteProfileResult deleteResult{};
};

// resetOptions bits
enum MemoryResetOption : int {
  kDeleteOperationalProfiles = 0,
  kDeleteFieldLoadedTestProfiles = 1,
  kResetDefaultSmdpAddress = 2
};
enum class EuiccMemoryResetResult : std::uint8_t {
  kOk = 0,
  kNothingToDelete = 1,
  kCatBusy = 5,
  kUndefinedError = 127
};
struct EuiccMemoryResetRequest {
  BitString resetOptions;
};
struct EuiccMemoryResetResponse {
  EuiccMemoryResetResult resetResult{};
};

struct GetEuiccDataRequest {
  Bytes tagList;  // 5A
};
struct GetEuiccDataResponse {
  Eid eidValue;
};

enum class SetNicknameResult : std::uint8_t { kOk = 0, kIccidNotFound = 1, kUndefinedError = 127 };
struct SetNicknameRequest {
  Iccid iccid;
  std::string profileNickname;
};
struct SetNicknameResponse {
  SetNicknameResult setNicknameResult{};
};

// ES6, section 5.4.1
struct UpdateMetadataRequest {
  std::optional<std::string> serviceProviderName, profileName;
  std::optional<Bytes> iconType;  // an INTEGER, or zero octets to delete
  std::optional<Bytes> icon;
  std::optional<BitString> profilePolicyRules;
  std::optional<std::vector<VendorSpecificExtension>> serviceSpecificDataStoredInEuicc;
};

}  // namespace eider::sgp22

EIDER_DER(eider::sgp22::ProfileInfoSearchCriteria, 0);
EIDER_DER(eider::sgp22::ProfileInfoListRequest, 0xBF2D);
EIDER_DER(eider::sgp22::ProfileInfo, 0xE3);
EIDER_DER(eider::sgp22::ProfileInfoListResponse, 0xBF2D);
EIDER_DER(eider::sgp22::ProfileIdentifier, 0);
EIDER_DER(eider::sgp22::EnableProfileRequest, 0xBF31);
EIDER_DER(eider::sgp22::DisableProfileRequest, 0xBF32);
EIDER_DER(eider::sgp22::DeleteProfileRequest, 0xBF33);
EIDER_DER(eider::sgp22::EnableProfileResponse, 0xBF31);
EIDER_DER(eider::sgp22::DisableProfileResponse, 0xBF32);
EIDER_DER(eider::sgp22::DeleteProfileResponse, 0xBF33);
EIDER_DER(eider::sgp22::EuiccMemoryResetRequest, 0xBF34);
EIDER_DER(eider::sgp22::EuiccMemoryResetResponse, 0xBF34);
EIDER_DER(eider::sgp22::GetEuiccDataRequest, 0xBF3E);
EIDER_DER(eider::sgp22::GetEuiccDataResponse, 0xBF3E);
EIDER_DER(eider::sgp22::SetNicknameRequest, 0xBF29);
EIDER_DER(eider::sgp22::SetNicknameResponse, 0xBF29);
EIDER_DER(eider::sgp22::UpdateMetadataRequest, 0xBF2A);
