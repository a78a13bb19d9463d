// Security domains, applications and remote file management.
#pragma once
#include "spec/saip/common.hpp"

namespace eider::saip {

struct ContactlessParameters {
  Bytes protocolParameterData;
  Unknown unknown;
};
struct SystemParameters {
  std::optional<BoundedBytes<4>> volatileMemoryQuotaC7;
  std::optional<BoundedBytes<4>> nonVolatileMemoryQuotaC8;
  std::optional<Bytes> globalServiceParameters;
  std::optional<Bytes> implicitSelectionParameter;
  std::optional<BoundedBytes<4>> volatileReservedMemory;
  std::optional<BoundedBytes<4>> nonVolatileReservedMemory;
  std::optional<Bytes> ts102226SIMFileAccessToolkitParameter;
  std::optional<ContactlessParameters> ts102226AdditionalContactlessParameters;
  std::optional<Bytes> contactlessProtocolParameters;
  std::optional<Bytes> userInteractionContactlessParameters;
  std::optional<BoundedBytes<4>> cumulativeGrantedVolatileMemory;
  std::optional<BoundedBytes<4>> cumulativeGrantedNonVolatileMemory;
  Unknown unknown;
};
// TS 102 226 parameters of a UICC application.
struct UiccParameters {
  std::optional<Bytes> uiccToolkitApplicationSpecificParametersField;
  std::optional<Bytes> uiccAccessApplicationSpecificParametersField;
  std::optional<Bytes> uiccAdministrativeAccessApplicationSpecificParametersField;
  Unknown unknown;
};
struct ControlReferenceTemplate {
  Bytes applicationProviderIdentifier;
  Unknown unknown;
};
struct ApplicationInstance {
  Aid applicationLoadPackageAID;
  Aid classAID;
  Aid instanceAID;
  std::optional<Aid> extraditeSecurityDomainAID;
  BoundedBytes<3> applicationPrivileges;
  FixedBytes<1> lifeCycleState = octet(0x07);  // 0F: PERSONALIZED, for security domains
  Bytes applicationSpecificParametersC9;
  std::optional<SystemParameters> systemSpecificParameters;
  std::optional<UiccParameters> applicationParameters;
  std::optional<std::vector<Bytes>> processData;
  std::optional<ControlReferenceTemplate> controlReferenceTemplate;
  Unknown unknown;
};

struct KeyComponent {
  BoundedBytes<2> keyType;  // GP: 80 DES, 85 PSK-TLS, 88 AES, B0.. ECC
  Secret keyData;
  std::uint8_t macLength = 8;
  Unknown unknown;
};
struct KeyObject {
  BoundedBytes<2> keyUsageQualifier;
  FixedBytes<1> keyAccess;
  FixedBytes<1> keyIdentifier;
  FixedBytes<1> keyVersionNumber;
  std::optional<Bytes> keyCounterValue;
  std::vector<KeyComponent> keyComponents;
  Unknown unknown;
};
struct OpenPersoData {
  std::optional<FixedBytes<1>> restrictParameter;
  std::optional<Bytes> contactlessProtocolParameters;
  Unknown unknown;
};
struct CatTpParameters {
  std::uint16_t catTpMaxSduSize = 0;
  std::uint16_t catTpMaxPduSize = 0;
  Unknown unknown;
};
// The first one of a package is the MNO-SD.
struct SecurityDomain {
  PeHeader header;
  ApplicationInstance instance;
  std::optional<std::vector<KeyObject>> keyList;
  std::optional<std::vector<Bytes>> sdPersoData;
  std::optional<OpenPersoData> openPersoData;
  std::optional<CatTpParameters> catTpParameters;
  Unknown unknown;
};

struct LoadPackage {
  Aid loadPackageAID;
  std::optional<Aid> securityDomainAID;
  std::optional<Bytes> nonVolatileCodeLimitC6;
  std::optional<Bytes> volatileDataLimitC7;
  std::optional<Bytes> nonVolatileDataLimitC8;
  std::optional<Bytes> hashValue;
  Bytes loadBlockObject;
  Unknown unknown;
};
struct Application {
  PeHeader header;
  std::optional<LoadPackage> loadBlock;
  std::optional<std::vector<ApplicationInstance>> instanceList;
  Unknown unknown;
};

struct AdfRfmAccess {
  Aid adfAID;
  Bytes adfAccessDomain;
  Bytes adfAdminAccessDomain;
  Unknown unknown;
};
struct Rfm {
  PeHeader header;
  Aid instanceAID;
  std::optional<Aid> securityDomainAID;               // absent: the MNO-SD
  std::optional<std::vector<FixedBytes<3>>> tarList;  // absent: octets 13 to 15 of instanceAID
  FixedBytes<1> minimumSecurityLevel;
  Bytes uiccAccessDomain;
  Bytes uiccAdminAccessDomain;
  std::optional<AdfRfmAccess> adfRFMAccess;
  Unknown unknown;
};

}  // namespace eider::saip

EIDER_DER(eider::saip::ContactlessParameters, 0x30);
EIDER_DER(eider::saip::SystemParameters, 0x30);
EIDER_DER(eider::saip::UiccParameters, 0x30);
EIDER_DER(eider::saip::ControlReferenceTemplate, 0x30);
EIDER_DER(eider::saip::ApplicationInstance, 0x30);
EIDER_DER(eider::saip::KeyComponent, 0x30);
EIDER_DER(eider::saip::KeyObject, 0x30);
EIDER_DER(eider::saip::OpenPersoData, 0x30);
EIDER_DER(eider::saip::CatTpParameters, 0x30);
EIDER_DER(eider::saip::SecurityDomain, 0x30);
EIDER_DER(eider::saip::LoadPackage, 0x30);
EIDER_DER(eider::saip::Application, 0x30);
EIDER_DER(eider::saip::AdfRfmAccess, 0x30);
EIDER_DER(eider::saip::Rfm, 0x30);
