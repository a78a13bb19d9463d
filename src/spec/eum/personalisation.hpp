// What an EUM writes into an eUICC before it leaves the factory: the content of the ECASD and the settings of
// the ISD-R (SGP.22 v2.6.1 sections 2.4.2, 2.4.3, 2.9.2, 4.3). The format is Eider's own: the specification
// leaves it to the EUM.
#pragma once
#include "base/secret.hpp"
#include "spec/sgp22/es10b.hpp"

namespace eider::eum {

// PK.CI of one GSMA CI with what the card needs to know about its certificate (section 2.4.2).
struct CiPublicKey {
  Bytes subjectPublicKeyInfo;
  sgp22::KeyIdentifier subjectKeyIdentifier;
  Bytes certificateSerialNumber;
  std::optional<der::Oid> ciOid;
};

// SK.EUICC with the certificates that lead to one CI.
struct EuiccCredential {
  sgp22::KeyIdentifier ciPKId;
  Secret privateKey;  // PKCS#8 DER
  sgp22::CertificateDer euiccCertificate;
  sgp22::CertificateDer eumCertificate;
};

// Installed by the EUM; eUICCMemoryReset does not delete it.
struct PreloadedProfile {
  sgp22::StoreMetadataRequest metadata;
  Bytes profilePackage;  // UPP
  bool enabled = false;
  sgp22::KeyIdentifier ciPKId;  // whose credentials sign its notifications
};

struct Personalisation {
  sgp22::Eid eid;
  std::vector<CiPublicKey> ciPublicKeys;     // euiccCiPKIdListForVerification, descending priority
  std::vector<EuiccCredential> credentials;  // euiccCiPKIdListForSigning, descending priority
  std::vector<sgp22::ProfilePolicyAuthorisationRule> rat;
  std::optional<std::string> defaultDpAddress;
  std::string rootDsAddress;
  std::uint32_t nonVolatileMemory = 0;  // octets for profiles
  std::uint32_t volatileMemory = 0;     // octets, as EUICCInfo2 reports them
  sgp22::Version svn, profileVersion, firmwareVersion, ppVersion;
  sgp22::BitString uiccCapability;
  sgp22::BitString rspCapability;  // additionalProfile is computed by the card
  std::optional<std::uint8_t> euiccCategory;
  std::string sasAccreditationNumber;
  std::vector<PreloadedProfile> preloadedProfiles;
  // Highest versions of profile packages of other major numbers than profileVersion's.
  std::optional<std::vector<sgp22::Version>> additionalProfileVersions;
};

}  // namespace eider::eum

EIDER_DER(eider::eum::CiPublicKey, 0x30);
EIDER_DER(eider::eum::EuiccCredential, 0x30);
EIDER_DER(eider::eum::PreloadedProfile, 0x30);
EIDER_DER(eider::eum::Personalisation, 0x30);
