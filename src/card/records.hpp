// What a card keeps in its non-volatile memory, declared like any message.
#pragma once
#include "base/secret.hpp"
#include "spec/sgp22/aids.hpp"
#include "spec/sgp22/es10c.hpp"
#include "spec/sgp22/es8plus.hpp"

namespace eider::card {

using sgp22::Aid;
using sgp22::Iccid;
using sgp22::KeyIdentifier;

// GlobalPlatform life cycle states of a security domain.
enum class LifeCycle : std::uint8_t { kPersonalized = 0x0F, kLocked = 0x83 };

struct SecurityDomainRecord {
  Aid aid;
  LifeCycle lifeCycle = LifeCycle::kPersonalized;
};

// A switch that waits for the REFRESH to be carried out (SGP.22 v2.6.1 section 5.7.16). Instances of ISD-Ps.
struct PendingSwitch {
  std::optional<std::uint16_t> disable, enable;
  // Operational Profile to come back to when the Test Profile is disabled, as it will be after the switch.
  std::optional<Iccid> previousOperational;
};

struct IsdRRecord {
  std::string defaultDpAddress;
  std::int64_t nextSequenceNumber = 1;
  std::uint16_t nextInstance = sgp22::kFirstIsdPInstance;
  std::optional<Iccid> previousOperational;  // enabled before the first Test Profile
  std::optional<PendingSwitch> pendingSwitch;
  std::optional<der::BitString> pendingMemoryReset;  // resetOptions: resumed at power-on
};

struct IsdPRecord {
  std::uint16_t instance = 0;
  sgp22::ProfileState state = sgp22::ProfileState::kDisabled;
  sgp22::StoreMetadataRequest metadata;  // as it is now: UpdateMetadata changes it
  std::optional<std::string> nickname;
  std::optional<Bytes> dpProprietaryData;  // content of B8
  KeyIdentifier ciPKId;                    // of the download session: signs the notifications
  bool preloaded = false;
  std::uint32_t memory = 0;  // octets it takes

  Aid aid() const { return *Aid::from(sgp22::isd_p_aid(instance)); }
};

// A notification not yet acknowledged. An OtherSignedNotification is kept without its certificates: the
// credentials of ciPKId give them when it is retrieved.
struct NotificationRecord {
  bool installationResult = false;
  der::RawTlv metadata;    // BF2F
  der::RawTlv signedPart;  // BF37, or again BF2F for the other kind
  sgp22::Signature signature;
  KeyIdentifier ciPKId;
};

// A one-time key pair that no installation has used up (section 3.4 of the project's facts; SGP.22
// section 5.7.5).
struct OneTimeKeyRecord {
  der::Oid smdpOid;
  Secret privateKey;  // PKCS#8 DER
  sgp22::OneTimePublicKey publicKey;
};
struct OneTimeKeyRecords {
  std::vector<OneTimeKeyRecord> keys;  // oldest first
};

// A Bound Profile Package on its way, from InitialiseSecureChannel on: what a ProfileInstallationResult needs
// when power goes before the end (errorReason 11).
struct LoadingRecord {
  sgp22::TransactionId transactionId;
  std::string serverAddress;
  der::Oid smdpOid;
  KeyIdentifier ciPKId;
  sgp22::BppCommandId command{};  // the last one that was taken
  std::optional<Iccid> iccid;     // known after StoreMetadata
};

struct RevokedRecord {
  Bytes serialNumber;
  std::optional<std::int64_t> expires;  // milliseconds since 1970
};
// What is left of the CRL of one CI.
struct CrlRecord {
  KeyIdentifier issuer;
  std::int64_t number = 0;
  std::uint16_t segments = 1;
  std::vector<std::uint16_t> processed;  // segment numbers
  std::vector<RevokedRecord> revoked;
};
struct CrlRecords {
  std::optional<std::int64_t>
      time;  // thisUpdate of the newest CRL, milliseconds since 1970: the card's only clock
  std::vector<CrlRecord> lists;
};

}  // namespace eider::card

EIDER_DER(eider::card::SecurityDomainRecord, 0x30);
EIDER_DER(eider::card::PendingSwitch, 0x30);
EIDER_DER(eider::card::IsdRRecord, 0x30);
EIDER_DER(eider::card::IsdPRecord, 0x30);
EIDER_DER(eider::card::NotificationRecord, 0x30);
EIDER_DER(eider::card::OneTimeKeyRecord, 0x30);
EIDER_DER(eider::card::OneTimeKeyRecords, 0x30);
EIDER_DER(eider::card::LoadingRecord, 0x30);
EIDER_DER(eider::card::RevokedRecord, 0x30);
EIDER_DER(eider::card::CrlRecord, 0x30);
EIDER_DER(eider::card::CrlRecords, 0x30);
