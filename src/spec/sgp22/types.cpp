#include "spec/sgp22/types.hpp"

namespace eider::sgp22 {

std::optional<Iccid> parse_iccid(std::string_view digits) {
  while (!digits.empty() && (digits.back() == 'F' || digits.back() == 'f')) digits.remove_suffix(1);
  if (digits.size() < 18 || digits.size() > 20) return std::nullopt;
  auto coded = bcd_encode(digits, true);
  if (!coded) return std::nullopt;
  coded->resize(10, 0xFF);
  return Iccid::from(*coded);
}
std::string iccid_digits(const Iccid& iccid) {
  return bcd_decode(iccid, true).value_or(to_hex(iccid));
}

namespace {
int mod97(std::string_view digits) {
  int r = 0;
  for (char c : digits) r = (r * 10 + (c - '0')) % 97;
  return r;
}
bool all_digits(std::string_view s) {
  return std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}
}  // namespace

bool eid_check_digits_valid(std::string_view digits) {
  return digits.size() == 32 && all_digits(digits) && mod97(digits) == 1;
}
std::string eid_with_check_digits(std::string_view first) {
  const int check = 98 - mod97(std::string(first) + "00");
  return std::string(first) + static_cast<char>('0' + check / 10) + static_cast<char>('0' + check % 10);
}
std::optional<Eid> parse_eid(std::string_view digits) {
  if (!eid_check_digits_valid(digits)) return std::nullopt;
  return Eid::from(*bcd_encode(digits, false));
}
std::string eid_digits(const Eid& eid) {
  return to_hex(eid);
}

std::string version_text(const Version& v) {
  return std::to_string(v[0]) + "." + std::to_string(v[1]) + "." + std::to_string(v[2]);
}
std::optional<Version> parse_version(std::string_view text) {
  Version out;
  std::size_t part = 0;
  int value = -1;
  for (char c : std::string(text) + ".") {
    if (c == '.') {
      if (value < 0 || part == 3) return std::nullopt;
      out[part++] = static_cast<std::uint8_t>(value);
      value = -1;
    } else if (c < '0' || c > '9' || (value = std::max(value, 0) * 10 + (c - '0')) > 255) {
      return std::nullopt;
    }
  }
  if (part < 2) return std::nullopt;
  return out;
}

std::optional<ExtCardResource> parse_ext_card_resource(ByteView value) {
  ExtCardResource out;
  const auto number = [&](Tag tag, std::uint32_t& to) {
    const auto t = find_tlv(value, tag);
    if (!t || t->value.empty() || t->value.size() > 4) return false;
    to = 0;
    for (auto b : t->value) to = to << 8 | b;
    return true;
  };
  if (!number(0x81, out.number_of_applications) || !number(0x82, out.free_nvm_octets) ||
      !number(0x83, out.free_ram_octets))
    return std::nullopt;
  return out;
}
Bytes encode_ext_card_resource(const ExtCardResource& r) {
  Bytes out;
  const auto number = [&](Tag tag, std::uint32_t v) {
    const std::uint8_t b[4] = {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
                               static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
    std::size_t skip = 0;
    while (skip < 3 && b[skip] == 0) ++skip;
    append_tlv(out, tag, ByteView(b).subspan(skip));
  };
  number(0x81, r.number_of_applications);
  number(0x82, r.free_nvm_octets);
  number(0x83, r.free_ram_octets);
  return out;
}

namespace {
using der::defaulted;
using der::Field;
using der::field;
using der::NamedValue;

constexpr NamedValue kPpr[] = {{0, "pprUpdateControl"}, {1, "ppr1"}, {2, "ppr2"}};
constexpr NamedValue kEvents[] = {{0, "notificationInstall"},
                                  {1, "notificationEnable"},
                                  {2, "notificationDisable"},
                                  {3, "notificationDelete"}};
constexpr NamedValue kClasses[] = {{0, "test"}, {1, "provisioning"}, {2, "operational"}};
constexpr NamedValue kStates[] = {{0, "disabled"}, {1, "enabled"}};
constexpr NamedValue kIcons[] = {{0, "jpg"}, {1, "png"}};
constexpr NamedValue kRsp[] = {{0, "additionalProfile"},
                               {1, "crlSupport"},
                               {2, "rpmSupport"},
                               {3, "testProfileSupport"},
                               {4, "deviceInfoExtensibilitySupport"},
                               {5, "serviceSpecificDataSupport"},
                               {6, "hriServerAddressSupport"},
                               {7, "serviceProviderMessageSupport"},
                               {8, "lpaProxySupport"},
                               {9, "enterpriseProfilesSupport"},
                               {10, "serviceDescriptionSupport"},
                               {11, "deviceChangeSupport"},
                               {12, "encryptedDeviceChangeDataSupport"},
                               {13, "estimatedProfileSizeIndicationSupport"},
                               {14, "profileSizeInProfilesInfoSupport"},
                               {15, "crlStaplingV3Support"},
                               {16, "certChainV3VerificationSupport"},
                               {17, "signedSmdsResponseV3Support"},
                               {18, "euiccRspCapInInfo1"},
                               {19, "osUpdateSupport"},
                               {20, "cancelForEmptySpnPnSupport"},
                               {21, "updateNotifConfigInfoSupport"},
                               {22, "updateMetadataV3Support"},
                               {26, "iotSpecificMetadataSupport"},
                               {27, "minimumSecurityLevelCheckSupport"},
                               {28, "rspServerTestProfileAllowlistCheckSupport"}};
constexpr NamedValue kUicc[] = {{0, "contactlessSupport"},
                                {1, "usimSupport"},
                                {2, "isimSupport"},
                                {3, "csimSupport"},
                                {4, "akaMilenage"},
                                {5, "akaCave"},
                                {6, "akaTuak128"},
                                {7, "akaTuak256"},
                                {8, "usimTestAlgorithm"},
                                {9, "rfu2"},
                                {10, "gbaAuthenUsim"},
                                {11, "gbaAuthenISim"},
                                {12, "mbmsAuthenUsim"},
                                {13, "eapClient"},
                                {14, "javacard"},
                                {15, "multos"},
                                {16, "multipleUsimSupport"},
                                {17, "multipleIsimSupport"},
                                {18, "multipleCsimSupport"},
                                {19, "berTlvFileSupport"},
                                {20, "dfLinkSupport"},
                                {21, "catTp"},
                                {22, "getIdentity"},
                                {23, "profile-a-x25519"},
                                {24, "profile-b-p256"},
                                {25, "suciCalculatorApi"},
                                {26, "dns-resolution"},
                                {27, "scp11ac"},
                                {28, "scp11c-authorization-mechanism"},
                                {29, "s16mode"},
                                {30, "eaka"},
                                {31, "iotminimal"}};
constexpr NamedValue kCategories[] = {
    {0, "other"}, {1, "basicEuicc"}, {2, "mediumEuicc"}, {3, "contactlessEuicc"}};
constexpr NamedValue kTre[] = {{0, "isDiscrete"}, {1, "isIntegrated"}, {2, "usesRemoteMemory"}};
}  // namespace

const std::span<const NamedValue> kPprNames = kPpr;
const std::span<const NamedValue> kNotificationEventNames = kEvents;
const std::span<const NamedValue> kProfileClassNames = kClasses;
const std::span<const NamedValue> kProfileStateNames = kStates;
const std::span<const NamedValue> kIconTypeNames = kIcons;
const std::span<const NamedValue> kRspCapabilityNames = kRsp;
const std::span<const NamedValue> kUiccCapabilityNames = kUicc;

namespace {
constexpr Field kOperatorId[] = {field<&OperatorId::mccMnc>("mccMnc", 0x80),
                                 field<&OperatorId::gid1>("gid1", 0x81),
                                 field<&OperatorId::gid2>("gid2", 0x82)};
using Nci = NotificationConfigurationInformation;
constexpr Field kNotificationConfiguration[] = {
    field<&Nci::profileManagementOperations>("profileManagementOperation", 0x80).values(kEvents),
    field<&Nci::notificationAddress>("notificationAddress", 0x81)};
constexpr Field kVendorSpecific[] = {
    field<&VendorSpecificExtension::vendorOid>("vendorOid", 0x80),
    field<&VendorSpecificExtension::vendorSpecificData>("vendorSpecificData", 0xA1)};
constexpr Field kInfo1[] = {
    field<&EUICCInfo1::svn>("svn", 0x82),
    field<&EUICCInfo1::euiccCiPKIdListForVerification>("euiccCiPKIdListForVerification", 0xA9),
    field<&EUICCInfo1::euiccCiPKIdListForSigning>("euiccCiPKIdListForSigning", 0xAA)};
constexpr Field kCertificationData[] = {
    field<&CertificationDataObject::platformLabel>("platformLabel", 0x80),
    field<&CertificationDataObject::discoveryBaseURL>("discoveryBaseURL", 0x81)};
using I2 = EUICCInfo2;
constexpr Field kInfo2[] = {
    field<&I2::profileVersion>("profileVersion", 0x81).about("version of the profile package format"),
    field<&I2::svn>("svn", 0x82),
    field<&I2::euiccFirmwareVer>("euiccFirmwareVer", 0x83),
    field<&I2::extCardResource>("extCardResource", 0x84),
    field<&I2::uiccCapability>("uiccCapability", 0x85).values(kUicc),
    field<&I2::ts102241Version>("ts102241Version", 0x86),
    field<&I2::globalplatformVersion>("globalplatformVersion", 0x87),
    field<&I2::rspCapability>("rspCapability", 0x88).values(kRsp),
    field<&I2::euiccCiPKIdListForVerification>("euiccCiPKIdListForVerification", 0xA9),
    field<&I2::euiccCiPKIdListForSigning>("euiccCiPKIdListForSigning", 0xAA),
    field<&I2::euiccCategory>("euiccCategory", 0x8B).values(kCategories),
    field<&I2::forbiddenProfilePolicyRules>("forbiddenProfilePolicyRules", 0x99).values(kPpr),
    field<&I2::ppVersion>("ppVersion"),
    field<&I2::sasAcreditationNumber>("sasAcreditationNumber").size(0, 64),
    field<&I2::certificationDataObject>("certificationDataObject", 0xAC),
    field<&I2::treProperties>("treProperties", 0x8D).values(kTre).about("since v2.3"),
    field<&I2::treProductReference>("treProductReference", 0x8E).about("since v2.3"),
    field<&I2::additionalEuiccProfilePackageVersions>("additionalEuiccProfilePackageVersions", 0xAF)
        .about("since v2.3")};
constexpr Field kAdditionalFeatures[] = {
    field<&AdditionalFeatureSupport::naiSupport>("naiSupport", 0x80),
    field<&AdditionalFeatureSupport::groupOfDeviceManufacturerOid>("groupOfDeviceManufacturerOid", 0x81)
        .about("since v2.6")};
using Dc = DeviceCapabilities;
constexpr Field kDeviceCapabilities[] = {
    field<&Dc::gsmSupportedRelease>("gsmSupportedRelease", 0x80),
    field<&Dc::utranSupportedRelease>("utranSupportedRelease", 0x81),
    field<&Dc::cdma2000onexSupportedRelease>("cdma2000onexSupportedRelease", 0x82),
    field<&Dc::cdma2000hrpdSupportedRelease>("cdma2000hrpdSupportedRelease", 0x83),
    field<&Dc::cdma2000ehrpdSupportedRelease>("cdma2000ehrpdSupportedRelease", 0x84),
    field<&Dc::eutranEpcSupportedRelease>("eutranEpcSupportedRelease", 0x85),
    field<&Dc::contactlessSupportedRelease>("contactlessSupportedRelease", 0x86),
    field<&Dc::rspCrlSupportedVersion>("rspCrlSupportedVersion", 0x87),
    field<&Dc::nrEpcSupportedRelease>("nrEpcSupportedRelease", 0x88),
    field<&Dc::nr5gcSupportedRelease>("nr5gcSupportedRelease", 0x89),
    field<&Dc::eutran5gcSupportedRelease>("eutran5gcSupportedRelease", 0x8A),
    field<&Dc::lpaSvn>("lpaSvn", 0x8B).about("v3"),
    field<&Dc::catSupportedClasses>("catSupportedClasses", 0x8C).about("v3"),
    field<&Dc::euiccFormFactorType>("euiccFormFactorType", 0x8D).about("v3"),
    field<&Dc::deviceAdditionalFeatureSupport>("deviceAdditionalFeatureSupport", 0xAE).about("since v2.5")};
constexpr Field kDeviceInfo[] = {field<&DeviceInfo::tac>("tac", 0x80),
                                 field<&DeviceInfo::deviceCapabilities>("deviceCapabilities", 0xA1),
                                 field<&DeviceInfo::imei>("imei", 0x82)};
using Sm = StoreMetadataRequest;
constexpr Field kStoreMetadata[] = {
    field<&Sm::iccid>("iccid", 0x5A),
    field<&Sm::serviceProviderName>("serviceProviderName", 0x91).size(0, 32),
    field<&Sm::profileName>("profileName", 0x92).size(0, 64),
    field<&Sm::iconType>("iconType", 0x93).values(kIcons),
    field<&Sm::icon>("icon", 0x94).size(0, 1024),
    defaulted<&Sm::profileClass>("profileClass", 0x95).values(kClasses),
    field<&Sm::notificationConfigurationInfo>("notificationConfigurationInfo", 0xB6),
    field<&Sm::profileOwner>("profileOwner", 0xB7),
    field<&Sm::profilePolicyRules>("profilePolicyRules", 0x99).values(kPpr),
    field<&Sm::serviceSpecificDataStoredInEuicc>("serviceSpecificDataStoredInEuicc", 0xBF22)
        .about("since v2.4"),
    field<&Sm::serviceSpecificDataNotStoredInEuicc>("serviceSpecificDataNotStoredInEuicc", 0xBF23)
        .about("since v2.4")};
}  // namespace
}  // namespace eider::sgp22

using namespace eider::sgp22;
EIDER_DER_SEQUENCE(eider::sgp22::OperatorId, kOperatorId, "SGP.22 v2.6.1 2.4a.1.2");
EIDER_DER_SEQUENCE(eider::sgp22::NotificationConfigurationInformation, kNotificationConfiguration,
                   "SGP.22 v2.6.1 5.5.3");
EIDER_DER_SEQUENCE(eider::sgp22::VendorSpecificExtension, kVendorSpecific, "SGP.22 v2.6.1 4.4");
EIDER_DER_SEQUENCE(eider::sgp22::EUICCInfo1, kInfo1, "SGP.22 v2.6.1 5.7.8");
EIDER_DER_SEQUENCE(eider::sgp22::CertificationDataObject, kCertificationData, "SGP.22 v2.6.1 4.3");
EIDER_DER_SEQUENCE(eider::sgp22::EUICCInfo2, kInfo2, "SGP.22 v2.6.1 5.7.8");
EIDER_DER_SEQUENCE(eider::sgp22::AdditionalFeatureSupport, kAdditionalFeatures, "SGP.22 v2.6.1 4.2");
EIDER_DER_SEQUENCE(eider::sgp22::DeviceCapabilities, kDeviceCapabilities, "SGP.22 v2.6.1 4.2");
EIDER_DER_SEQUENCE(eider::sgp22::DeviceInfo, kDeviceInfo, "SGP.22 v2.6.1 4.2");
EIDER_DER_SEQUENCE(eider::sgp22::StoreMetadataRequest, kStoreMetadata, "SGP.22 v2.6.1 5.5.3");
