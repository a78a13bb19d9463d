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
  sgp22::KeyIdentifier ciPKId;       // whose credentials sign its notifications; M2M: of no meaning
  std::optional<std::uint8_t> pol1;  // M2M; absent: as the package has it
};

// A key of a security domain (GPCS 2.3 table 11-16): type 88 is AES, 85 a pre-shared key of TLS.
inline constexpr std::uint8_t kAesKey = 0x88, kPskKey = 0x85;
struct SecurityDomainKey {
  std::uint8_t keyVersion = 0, keyIdentifier = 1, keyType = kAesKey;
  Secret value;
  bool operator==(const SecurityDomainKey&) const = default;
};

// The M2M side of a card (SGP.02 v4.2 section 2.2.1): what the ECASD and the ISD-R hold for SM-DP and SM-SR.
struct M2m {
  bool active = true;                 // this architecture; else the consumer one, and SM-SRs reach nobody
  Bytes ecasdCertificate;             // CERT.ECASD.ECKA, 7F21
  Secret ecasdPrivateKey;             // SK.ECASD.ECKA, PKCS#8 DER
  std::optional<Bytes> caIdentifier;  // 42 by which certificates may name the first of ciPublicKeys
  std::vector<SecurityDomainKey> isdRKeys;          // SCP80: versions 01 to 0F; SCP81: 40 to 4F
  Bytes sin, sdin;                                  // 42 and 45 of the ISD-R
  std::optional<Bytes> smsAddress;                  // of the SM-SR: TON/NPI and swapped digits
  std::optional<Bytes> otherAddressing;             // TLVs A4 to A6
  std::optional<sgp22::Iccid> fallback, emergency;  // the preloaded Profiles with these attributes
};

// What the LPA inside a card finds its way with (SGP.22 v2.6.1 section 5.11).
struct Lpae {
  std::optional<Bytes> nameServer;  // 4 or 16 octets of address, 2 of port; absent: it resolves no names
  std::optional<std::string> accessPoint;  // network access name; absent: the terminal's default
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
  std::optional<M2m> m2m;
  std::optional<Lpae> lpae;  // the card has an LPA of its own
};

}  // namespace eider::eum

EIDER_DER(eider::eum::CiPublicKey, 0x30);
EIDER_DER(eider::eum::EuiccCredential, 0x30);
EIDER_DER(eider::eum::PreloadedProfile, 0x30);
EIDER_DER(eider::eum::SecurityDomainKey, 0x30);
EIDER_DER(eider::eum::M2m, 0x30);
EIDER_DER(eider::eum::Lpae, 0x30);
EIDER_DER(eider::eum::Personalisation, 0x30);
