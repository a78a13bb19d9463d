// The eUICC Information Set (SGP.02 v4.2 section 5.1.1.3, Annex E) and the data that functions share with it.
#pragma once
#include "spec/sgp02/function.hpp"

namespace eider::sgp02 {

struct EuiccCapabilities {
  bool cattpSupport = false;
  std::optional<std::string> cattpVersion;
  bool httpSupport = false;
  std::optional<std::string> httpVersion;
  std::string securePacketVersion;
  std::string remoteProvisioningVersion;  // of SGP.02
  bool operator==(const EuiccCapabilities&) const = default;
};

enum class KeySetType : std::uint8_t {
  kScp03,
  kScp80,
  kScp81,
  kTokenGeneration,
  kReceiptVerification,
  kCa,
};

struct KeyComponent {
  std::uint8_t type = 0;  // 88 AES, 85 PSK-TLS …
  Bytes value;            // enciphered with the transport key that EUM and SM-SR agreed
  bool operator==(const KeyComponent&) const = default;
};

struct Key {
  std::uint8_t index = 0;  // key identifier
  Bytes kcv;
  std::vector<KeyComponent> keyComponents;
  bool operator==(const Key&) const = default;
};

struct Certificate {
  std::uint8_t index = 0;
  Bytes caId;   // tag 42 of the certificate
  Bytes value;  // 7F21 …
  bool operator==(const Certificate&) const = default;
};

// Keys or certificates, not both.
struct KeySet {
  std::uint8_t version = 0;  // 01 to 7F
  std::optional<KeySetType> type;
  std::optional<std::uint64_t> cntr;  // SCP80: of the last packet sent
  std::vector<Key> keys;
  std::vector<Certificate> certificates;
  bool operator==(const KeySet&) const = default;
};

enum class SecurityDomainRole : std::uint8_t { kIsdR, kEcasd };

struct SecurityDomain {
  BoundedBytes<16> aid;
  std::vector<FixedBytes<3>> tars;
  Bytes sin;   // provider identification number, tag 42
  Bytes sdin;  // image number, tag 45
  SecurityDomainRole role = SecurityDomainRole::kIsdR;
  std::vector<KeySet> keySets;
  bool operator==(const SecurityDomain&) const = default;
};

// The part that the EUM answers for.
struct EumSignedInfo {
  Eid eid;
  EntityId eumId;
  Time productionDate;
  std::string platformType;
  std::string platformVersion;
  Aid isdpLoadFileAid;
  Aid isdpModuleAid;
  SecurityDomain ecasd;
  EuiccCapabilities euiccCapabilities;
  bool operator==(const EumSignedInfo&) const = default;
};

// EumSignedInfo and the signature over it, each also as an XML element that stands alone, in the canonical
// form that keeps the signature valid (xml::Element::standalone). What is verified, stored and sent on is
// `signedInfoXml`, never the values encoded again.
struct SignedEumInfo {
  EumSignedInfo info;
  std::string signedInfoXml;
  std::string signatureXml;
  bool operator==(const SignedEumInfo&) const = default;
};

enum class ProfileState : std::uint8_t { kCreated, kDisabled, kEnabled };

struct SubscriptionAddress {
  std::optional<std::string> imsi, msisdn;
  bool operator==(const SubscriptionAddress&) const = default;
};

enum class Pol2Subject : std::uint8_t { kProfile };
enum class Pol2Action : std::uint8_t { kEnable, kDisable, kDelete };
enum class Pol2Qualification : std::uint8_t { kNotAllowed, kAutoDelete };

struct Pol2Rule {
  Pol2Subject subject = Pol2Subject::kProfile;
  Pol2Action action = Pol2Action::kEnable;
  Pol2Qualification qualification = Pol2Qualification::kNotAllowed;
  bool operator==(const Pol2Rule&) const = default;
};

// Section 2.4.3 of SGP.01; no rule: nothing is forbidden.
struct Pol2 {
  std::vector<Pol2Rule> rules;
  bool has(Pol2Action action, Pol2Qualification qualification) const {
    for (const auto& rule : rules)
      if (rule.action == action && rule.qualification == qualification) return true;
    return false;
  }
  bool operator==(const Pol2&) const = default;
};

struct ProfileInfo {
  Iccid iccid;
  Aid isdpAid;
  EntityId mnoId;
  bool fallbackAttribute = false;
  std::optional<bool> emergencyProfileAttribute;  // v4
  SubscriptionAddress subscriptionAddress;
  ProfileState state = ProfileState::kCreated;
  std::optional<EntityId> smdpId;
  std::optional<std::string> profileType;
  std::uint32_t allocatedMemory = 0;        // octets
  std::optional<std::uint32_t> freeMemory;  // octets
  Pol2 pol2;
  bool operator==(const ProfileInfo&) const = default;
};

// Section 5.1.1.3.12: the function in the first octet, or 00 and the type of a notification.
enum class OperationType : std::uint16_t {
  kCreateISDP = 0x0100,
  kEnableProfile = 0x0200,
  kDisableProfile = 0x0300,
  kDeleteProfile = 0x0400,
  kEuiccCapabilityAudit = 0x0500,
  kMasterDelete = 0x0600,
  kSetFallbackAttribute = 0x0700,
  kEstablishISDRKeySet = 0x0800,
  kFinaliseISDRhandover = 0x0900,
  kNotifiedDeclaration = 0x0001,
  kNotifiedProfileChange = 0x0002,
  kNotifiedRollBack = 0x0003,
  kNotifiedFallBack = 0x0005,
};

struct AuditTrailRecord {
  Eid eid;
  EntityId smsrId;
  Time operationDate;
  OperationType operationType = OperationType::kCreateISDP;  // a value that is not listed is kept
  std::optional<EntityId> requesterId;
  std::optional<FunctionExecutionStatus> operationExecutionStatus;
  std::optional<Aid> isdpAid;
  std::optional<Iccid> iccid;
  std::optional<Bytes> imei, meid;
  bool operator==(const AuditTrailRecord&) const = default;
};
struct AuditTrail {
  std::vector<AuditTrailRecord> records;
  bool operator==(const AuditTrail&) const = default;
};

struct AdditionalProperty {
  std::string key, value;
  bool operator==(const AdditionalProperty&) const = default;
};
struct AdditionalProperties {
  std::vector<AdditionalProperty> properties;
  bool operator==(const AdditionalProperties&) const = default;
};

struct Eis {
  SignedEumInfo eumSigned;
  std::uint32_t remainingMemory = 0;             // octets
  std::uint32_t availableMemoryForProfiles = 0;  // octets
  std::optional<Time> lastAuditDate;
  EntityId smsrId;
  std::vector<ProfileInfo> profileInfos;
  std::optional<SecurityDomain> isdR;  // hidden from some (GetEIS, AuditEIS)
  std::optional<AuditTrail> auditTrail;
  std::optional<AdditionalProperties> additionalProperties;

  const Eid& eid() const { return eumSigned.info.eid; }
  bool operator==(const Eis&) const = default;
};

// Section 3.20 (v4): what an Operator lets another party do with its Profiles of a type. No operation and no
// notification: the authorisation is withdrawn.
struct Plma {
  EntityId mnoId;
  EntityId m2mSpId;  // or another Operator
  std::optional<std::string> profileType;
  std::vector<std::string> authorisedOperations;     // names of functions: "EnableProfile"
  std::vector<std::string> authorisedNotifications;  // "HandleProfileEnabledNotification"
  bool operator==(const Plma&) const = default;
};

// Section 3.21 (v4): the notifications that an Operator does not want about its Profiles of a type.
struct Onc {
  EntityId mnoId;
  std::optional<std::string> profileType;
  std::vector<std::string> discardedNotifications;
  bool operator==(const Onc&) const = default;
};

}  // namespace eider::sgp02
