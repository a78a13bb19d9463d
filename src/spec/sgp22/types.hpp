// Types that several interfaces of SGP.22 share (v2.6.1 sections 2.8, 4.2 to 4.4, 5.7.8 and annex H).
#pragma once
#include "codec/der.hpp"

namespace eider::sgp22 {

using der::BitString;
using der::Null;
using der::Oid;
using der::RawTlv;
using der::SequenceTlv;
using der::Signed;

using Iccid = FixedBytes<10>;   // as EF.ICCID: nibbles swapped, filled with F
using Eid = FixedBytes<16>;     // plain BCD
using Version = FixedBytes<3>;  // major, minor, revision in binary
using TransactionId = BoundedBytes<16>;
using Challenge = FixedBytes<16>;
using Signature = FixedBytes<64>;  // r || s
using OneTimePublicKey = FixedBytes<65>;
using KeyIdentifier = BoundedBytes<20>;  // SHA-1 of the CI public key; "euiccCiPKId"
using Aid = BoundedBytes<16>;
using CertificateDer = SequenceTlv;

// 19 or 20 digits (a trailing F is the filler, live profiles with 18 digits exist) to and from the coded
// form.
std::optional<Iccid> parse_iccid(std::string_view digits);
std::string iccid_digits(const Iccid& iccid);
// 32 digits whose value is 1 modulo 97 (SGP.02 section 2.2.2); `parse_eid` refuses other check digits.
std::optional<Eid> parse_eid(std::string_view digits);
std::string eid_digits(const Eid& eid);
bool eid_check_digits_valid(std::string_view digits);
std::string eid_with_check_digits(std::string_view first_30_digits);
std::string version_text(const Version& v);  // "2.6.1"
std::optional<Version> parse_version(std::string_view text);

// PprIds bits (section 2.8.1.1).
enum Ppr : int { kPprUpdateControl = 0, kPpr1 = 1, kPpr2 = 2 };
// NotificationEvent bits (section 2.8.1.1).
enum NotificationEvent : int { kEventInstall = 0, kEventEnable = 1, kEventDisable = 2, kEventDelete = 3 };
enum class ProfileClass : std::uint8_t { kTest = 0, kProvisioning = 1, kOperational = 2 };
enum class ProfileState : std::uint8_t { kDisabled = 0, kEnabled = 1 };
enum class IconType : std::uint8_t { kJpg = 0, kPng = 1 };
// RspCapability bits (section 4.3).
enum RspCapability : int {
  kAdditionalProfile = 0,
  kCrlSupport = 1,
  kRpmSupport = 2,
  kTestProfileSupport = 3,
  kDeviceInfoExtensibilitySupport = 4,
  kServiceSpecificDataSupport = 5,
};

extern const std::span<const der::NamedValue> kPprNames;
extern const std::span<const der::NamedValue> kNotificationEventNames;
extern const std::span<const der::NamedValue> kProfileClassNames;
extern const std::span<const der::NamedValue> kProfileStateNames;
extern const std::span<const der::NamedValue> kIconTypeNames;
extern const std::span<const der::NamedValue> kRspCapabilityNames;
extern const std::span<const der::NamedValue> kUiccCapabilityNames;

struct OperatorId {
  FixedBytes<3> mccMnc;  // TS 24.008; nibble E is a wildcard in a RAT only
  std::optional<Bytes> gid1, gid2;
  bool operator==(const OperatorId&) const = default;
};

struct NotificationConfigurationInformation {
  BitString profileManagementOperations;
  std::string notificationAddress;
  bool operator==(const NotificationConfigurationInformation&) const = default;
};

struct VendorSpecificExtension {
  Oid vendorOid;
  Bytes vendorSpecificData;  // content of the open type
  bool operator==(const VendorSpecificExtension&) const = default;
};

struct EUICCInfo1 {
  Version svn;
  std::vector<KeyIdentifier> euiccCiPKIdListForVerification;  // descending priority
  std::vector<KeyIdentifier> euiccCiPKIdListForSigning;
  std::vector<RawTlv> unknown;
};

struct CertificationDataObject {
  std::string platformLabel;
  std::string discoveryBaseURL;
};

struct EUICCInfo2 {
  Version profileVersion, svn, euiccFirmwareVer;
  Bytes extCardResource;  // TLVs 81 number of applications, 82 free NVM, 83 free RAM
  BitString uiccCapability;
  std::optional<Version> ts102241Version, globalplatformVersion;
  BitString rspCapability;
  std::vector<KeyIdentifier> euiccCiPKIdListForVerification;
  std::vector<KeyIdentifier> euiccCiPKIdListForSigning;
  std::optional<std::uint8_t> euiccCategory;
  std::optional<BitString> forbiddenProfilePolicyRules;
  Version ppVersion;
  std::string sasAcreditationNumber;  // the module's own spelling
  std::optional<CertificationDataObject> certificationDataObject;
  std::optional<BitString> treProperties;
  std::optional<std::string> treProductReference;
  std::optional<std::vector<Version>> additionalEuiccProfilePackageVersions;
  std::vector<RawTlv> unknown;
};

// Members of extCardResource, ETSI TS 102 226; nothing when the TLVs are malformed or lack a member.
struct ExtCardResource {
  std::uint32_t number_of_applications = 0;
  std::uint32_t free_nvm_octets = 0;
  std::uint32_t free_ram_octets = 0;
};
std::optional<ExtCardResource> parse_ext_card_resource(ByteView value);
Bytes encode_ext_card_resource(const ExtCardResource& resource);

struct AdditionalFeatureSupport {
  std::optional<Version> naiSupport;
  std::optional<Oid> groupOfDeviceManufacturerOid;
  std::vector<RawTlv> unknown;
};

struct DeviceCapabilities {
  std::optional<Version> gsmSupportedRelease, utranSupportedRelease, cdma2000onexSupportedRelease,
      cdma2000hrpdSupportedRelease, cdma2000ehrpdSupportedRelease, eutranEpcSupportedRelease,
      contactlessSupportedRelease, rspCrlSupportedVersion;
  // Only for cards with deviceInfoExtensibilitySupport (RspCapability bit 4).
  std::optional<Version> nrEpcSupportedRelease, nr5gcSupportedRelease, eutran5gcSupportedRelease;
  std::optional<Version> lpaSvn;
  std::optional<BitString> catSupportedClasses;
  std::optional<std::uint8_t> euiccFormFactorType;
  std::optional<AdditionalFeatureSupport> deviceAdditionalFeatureSupport;
  std::vector<RawTlv> unknown;
};

struct DeviceInfo {
  FixedBytes<4> tac;
  DeviceCapabilities deviceCapabilities;
  std::optional<FixedBytes<8>> imei;
  std::vector<RawTlv> unknown;
};

// Profile Metadata, section 4.4; sent as StoreMetadataRequest (ES8+, section 5.5.3).
struct StoreMetadataRequest {
  Iccid iccid;
  std::string serviceProviderName;
  std::string profileName;
  std::optional<IconType> iconType;
  std::optional<Bytes> icon;
  ProfileClass profileClass = ProfileClass::kOperational;
  std::optional<std::vector<NotificationConfigurationInformation>> notificationConfigurationInfo;
  std::optional<OperatorId> profileOwner;
  std::optional<BitString> profilePolicyRules;
  std::optional<std::vector<VendorSpecificExtension>> serviceSpecificDataStoredInEuicc;
  std::optional<std::vector<VendorSpecificExtension>> serviceSpecificDataNotStoredInEuicc;
  std::vector<RawTlv> unknown;
};

}  // namespace eider::sgp22

EIDER_DER(eider::sgp22::OperatorId, 0x30);
EIDER_DER(eider::sgp22::NotificationConfigurationInformation, 0x30);
EIDER_DER(eider::sgp22::VendorSpecificExtension, 0x30);
EIDER_DER(eider::sgp22::EUICCInfo1, 0xBF20);
EIDER_DER(eider::sgp22::CertificationDataObject, 0x30);
EIDER_DER(eider::sgp22::EUICCInfo2, 0xBF22);
EIDER_DER(eider::sgp22::AdditionalFeatureSupport, 0x30);
EIDER_DER(eider::sgp22::DeviceCapabilities, 0x30);
EIDER_DER(eider::sgp22::DeviceInfo, 0x30);
EIDER_DER(eider::sgp22::StoreMetadataRequest, 0xBF25);
