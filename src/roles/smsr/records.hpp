// What the SM-SR keeps. Rows with keys of EID, ICCID, OID; look-ups by them and by MSISDN. The large octets
// of an EIS stand in a row of their own.
#pragma once
#include "base/secret.hpp"
#include "spec/sgp02/eis.hpp"
#include "spec/sgp02/es5.hpp"

namespace eider::smsr {

using sgp02::Aid;
using sgp02::Eid;
using sgp02::EntityId;
using sgp02::ExecutionStatus;
using sgp02::Iccid;
using sgp02::KeySetType;
using sgp02::Onc;
using sgp02::Plma;
using sgp02::Pol2;
using OperationId = std::uint64_t;

// kInCreation is shown to nobody (section 3.1.1).
enum class ProfileState : std::uint8_t { kInCreation, kCreated, kDisabled, kEnabled };
std::string_view to_string(ProfileState state);

struct Profile {
  Eid eid;
  Iccid iccid;
  Aid isdp_aid;
  ProfileState state = ProfileState::kInCreation;
  EntityId owner;                   // Mno-id
  std::optional<EntityId> smdp_id;  // nothing: the EUM put the Profile there
  std::string type;
  bool fallback = false, emergency = false, test = false;
  std::string imsi, msisdn;  // MSISDN: digits alone
  std::uint32_t allocated_memory = 0;
  std::optional<std::uint32_t> free_memory;
  Pol2 pol2;
  bool operator==(const Profile&) const = default;
};

// ---- The eUICC. Compact: a registry has a million of them.
struct Euicc {
  Eid eid;
  bool http = true, cat_tp = false;
  std::uint32_t remaining_memory = 0, available_memory = 0;
  std::optional<Time> last_audit;
  // Of the last notification that was taken: repeats of it change nothing (section 3.15).
  std::optional<std::uint16_t> last_notification;
  std::string address;  // MSISDN that the last authenticated message came from
  std::string imei, meid;
  // A session that has nothing to do is held open till then: MoreToDo of the last function.
  std::optional<Time> hold_until;
  std::uint8_t scp80_version = 0, scp81_version = 0;  // the key sets in use; 0: none
  bool operator==(const Euicc&) const = default;
};

// Parts of the EIS that are given on as they came (annex E).
struct EisDocument {
  Eid eid;
  sgp02::SignedEumInfo signed_info;
  sgp02::SecurityDomain isd_r;  // without the values of its keys
  sgp02::AdditionalProperties properties;
  bool operator==(const EisDocument&) const = default;
};

// Key sets of the ISD-R, by key version number.
struct StoredKey {
  std::uint8_t identifier = 0;
  std::uint8_t type = 0x88;  // 88 AES, 85 PSK-TLS
  Secret value;
  bool operator==(const StoredKey&) const = default;
};
struct CardKeys {
  Eid eid;
  std::uint8_t version = 0;
  KeySetType type = KeySetType::kScp80;
  std::uint64_t counter = 0;  // the last one that was used; SCP80 only
  std::vector<StoredKey> keys;
  const StoredKey* find(std::uint8_t identifier) const;
  bool operator==(const CardKeys&) const = default;
};

// ---- Who asked for what, and what came of it.
struct Outcome {
  ExecutionStatus status = ExecutionStatus::kExecutedSuccess;
  std::optional<sgp02::StatusCodeData> code;  // unless kExecutedSuccess
  Bytes euicc_response;                       // EuiccResponseData
  std::optional<Aid> isdp_aid;                // CreateISDP
  Bytes first, second;                        // AuthenticateSMSR: RC; CreateAdditionalKeySet: DR and receipt
  Time ended_at{};                            // set when the call is answered: repeats say the same
  bool succeeded() const {
    return status == ExecutionStatus::kExecutedSuccess || status == ExecutionStatus::kExecutedWithWarning;
  }
  bool operator==(const Outcome&) const = default;
};

// The call of a function requester, as far as its answer needs it.
struct Call {
  std::string function;         // "ES3-CreateISDP": name of the body's element without Request
  EntityId caller;              // of its certificate
  std::string call_identifier;  // FunctionCallIdentifier
  std::string message_id, transaction_id;
  std::string reply_to;  // empty: the answer is the HTTP response, held until then
  Time received_at{};
  std::uint32_t acceptable_validity = 0;  // seconds; the call asked for more, and has this
  bool operator==(const Call&) const = default;
};
struct AnsweredCall {
  Call call;
  std::optional<Outcome> outcome;  // nothing: not done yet
  FixedBytes<32> content;          // SHA-256 of the request's body
  Eid eid;
  std::vector<Iccid> iccids;  // of AuditEIS
  bool operator==(const AnsweredCall&) const = default;
};

// ---- Operations: what touches a card, one at a time.
enum class OperationKind : std::uint8_t {
  kCreateIsdp,
  kSendData,
  kEnable,
  kDisable,
  kDelete,
  kUpdateConnectivity,
  kSetFallback,
  kSetEmergency,
  kAudit,
  kMasterDelete,
  kHandover,  // SM-SR change, as the one that gives the eUICC away
  kTakeover,  // as the one that gets it
  // Steps of another operation, which go before everything else of the card.
  kConfirmation,      // HandleNotificationConfirmation
  kCertificate,       // EstablishISDRKeySet, step 1
  kKeyEstablishment,  // step 2
  kFinalise,          // FinaliseISDRhandover
  kAddressing,        // UpdateSMSRAddressingParameters
  kHttpsKeys,         // EstablishISDRKeySet, both steps, for our own HTTPS sessions
};
std::string_view to_string(OperationKind kind);
constexpr bool is_step(OperationKind kind) {
  return kind >= OperationKind::kConfirmation;
}

// Where the octets are.
enum class Transport : std::uint8_t {
  kReady,      // a script is to go out
  kSms,        // it went out in short messages; a Response Packet is awaited
  kTriggered,  // the card was asked for a session
  kSession,    // the script was handed out in a session
  kWaiting,    // for something else than an answer to a script
};
enum class Stage : std::uint8_t {
  kCommand,       // the command of the function
  kProbe,         // whether an earlier attempt took effect: GET STATUS
  kNotification,  // Enable and Disable: the card has said yes and is to report
  kConfirming,    // the report is being confirmed
  kDisableFirst,  // Delete of an enabled Profile
  kPeer,          // SM-SR change: the other SM-SR is to speak
  kPeerKeySet,    // SM-SR2: CreateAdditionalKeySet was called
  kCommitted,     // SM-SR2 manages the eUICC; SM-SR1: the receipt was given out
  kToken,         // MasterDelete: the SM-DP is to give a token
  kKeys,          // EstablishISDRKeySet: the card has given its challenge
};

struct Operation {
  OperationId id = 0;      // given by the store, ascending
  OperationId parent = 0;  // of a step
  Eid eid;
  OperationKind kind{};
  Stage stage = Stage::kCommand;
  Transport transport = Transport::kReady;
  bool started = false;   // has touched the card, or has the card's turn
  bool internal = false;  // nobody waits for an answer
  Call call;
  Iccid iccid;
  Aid isdp_aid;                    // also the target of SendData
  std::vector<Iccid> iccids;       // AuditEIS
  Bytes data;                      // SendData, connectivity parameters, certificates, tokens: by kind
  Secret secret;                   // SM-SR2: what its one-time key is made of
  EntityId peer;                   // SM-SR change: the other SM-SR; MasterDelete: the SM-DP
  std::uint16_t notification = 0;  // kConfirmation, and Enable or Disable once it is taken
  std::uint8_t notification_type = 0;
  bool more_to_do = false;
  Time created_at{}, expires_at{};
  Time next_at{};  // when poll() looks again
  std::uint32_t attempts = 0;
  std::uint64_t counter = 0;  // of the Command Packet that is answered
  std::uint8_t key_version = 0;
  std::string token;  // of the script handed out in a session
  bool operator==(const Operation&) const = default;
};

// What is told to others (section 3.15 and those of the procedures).
enum class Report : std::uint8_t {
  kEnabled,
  kDisabled,
  kDeleted,
  kDownloaded,
  kPol2Updated,
  kFallbackSet,
  kFallbackUnset,
  kEmergencySet,
  kEmergencyUnset,
  kSmsrChanged,
  kPlmaSet,
};
std::string_view notification_name(Report report);  // "HandleProfileEnabledNotification"

// An SM-SR change that an operator announced (ES4.PrepareSMSRChange).
struct ExpectedHandover {
  Eid eid;
  EntityId current_smsr, announced_by;
  Time expires_at{};
  bool operator==(const ExpectedHandover&) const = default;
};

// ---- What is to be sent to others.
enum class OutboxKind : std::uint8_t {
  kReply,   // of an asynchronous function
  kReport,  // Handle…Notification
  kCall,    // a function of another SM-SR or of an SM-DP
};
struct ReportContent {
  Report report{};
  Iccid iccid;
  Time completed_at{};
  std::optional<EntityId> initiator;  // who asked for it
  Plma plma;                          // kPlmaSet
  bool operator==(const ReportContent&) const = default;
};
struct OutboxEntry {
  std::uint64_t id = 0;  // given by the store, ascending
  std::string key;       // entries of one key are sent in order: the EID in digits
  OutboxKind kind{};
  EntityId target;
  std::string url;  // of a reply
  Eid eid;
  Call call;  // kReply; kCall: its function
  Outcome outcome;
  ReportContent report;
  OperationId operation = 0;  // kCall: whom the answer belongs to
  Bytes data;                 // kCall: what its function needs beside the EID
  std::string message_id;     // of what was sent: answers relate to it
  Bytes message;              // kCall: the envelope, the same at every attempt
  bool accepted = false;      // 202: the answer comes later
  std::uint32_t attempts = 0;
  Time not_before{}, give_up_at{};
  bool operator==(const OutboxEntry&) const = default;
};

}  // namespace eider::smsr
