// What the SM-DP keeps.
#pragma once
#include "base/clock.hpp"
#include "channel/scp03.hpp"
#include "crypto/hash.hpp"
#include "roles/smdp/es8/installation.hpp"
#include "server/inventory.hpp"
#include "spec/sgp02/functions.hpp"

namespace eider::smdp {

using crypto::Sha256Digest;
using sgp02::Aid;
using sgp02::Eid;
using sgp02::EntityId;
using sgp02::FunctionName;
using sgp02::Iccid;

// What becomes of the SCP03 keys of an ISD-P once its Profile is installed: the operator decides (SGP.01
// section 4.1.1.3).
enum class KeyPolicy : std::uint8_t {
  kKeep,      // for UpdateConnectivityParameters
  kHandOver,  // until the operator has taken them
  kDelete,
};

// What the operator says when an SM-SR asks for a delete token (SGP.01 section 3.5.10).
enum class MasterDeleteConsent : std::uint8_t { kGiven, kRefused };

struct Operator {
  EntityId id;
  std::string name;
  std::string notification_address;  // https://…, for ES2.Handle…Notification; empty: none wanted
  KeyPolicy keys = KeyPolicy::kKeep;
  // Loads a key for delete tokens into each ISD-P: master delete is possible.
  bool delete_tokens = false;
  es8::DomainData domain;  // with delete_tokens
  MasterDeleteConsent master_delete = MasterDeleteConsent::kGiven;
  bool operator==(const Operator&) const = default;
};

// POL2 that Profiles of a type begin with.
struct TypePolicy {
  std::string type;
  sgp02::Pol2 pol2;
  bool operator==(const TypePolicy&) const = default;
};

struct SmSr {
  EntityId id;
  std::string name;
  std::string address;  // https://…, where it takes ES3
  bool operator==(const SmSr&) const = default;
};

// A Profile that this SM-DP installed and that is on its card, as far as it knows.
struct Profile {
  Iccid iccid;
  Eid eid;
  EntityId smsr, owner;
  Aid isdp;
  std::string type;
  sgp02::Pol2 pol2;
  sgp02::SubscriptionAddress address;
  sgp02::ProfileState state = sgp02::ProfileState::kDisabled;
  Time changed_at{};
  bool operator==(const Profile&) const = default;
};

struct IsdpKeys {
  Iccid iccid;
  KeyPolicy policy = KeyPolicy::kKeep;
  std::uint8_t key_version = 0;
  channel::scp03::Keys keys;  // empty when the operator wants them deleted
  std::optional<es8::TokenKey> token;
};

using ProcedureId = std::uint64_t;

enum class Step : std::uint8_t {
  kRelay,      // an ES2 function is at the SM-SR
  kGetEis,     // of a download, from here on: SGP.02 section 3.1
  kCleanUp,    // an ISD-P that an earlier download left behind is being deleted
  kCreate,     // CreateISDP
  kCard,       // SendData, one after another
  kCompleted,  // ProfileDownloadCompleted
  kEnable,     // the optional EnableProfile
  kUndo,       // error management: DeleteISDP
  kConnect,    // SendData and UpdateConnectivityParameters
  kSettle,     // answered: the inventory is to be told
  kLate,       // answered as expired: what the SM-SR may still say of it counts, and is waited for
};
constexpr int kSteps = static_cast<int>(Step::kLate) + 1;
// What the inventory is to be told once a procedure is over.
enum class Settle : std::uint8_t { kNothing, kInstalled, kReturned, kDeleted };
std::string_view to_string(Step step);

// The ES3 call that a procedure waits for.
struct Waiting {
  std::string message_id;
  std::string call_identifier;
  FunctionName function{};
  Time deadline{};
  EntityId smsr;  // that was asked: the card may be with another meanwhile
  bool operator==(const Waiting&) const = default;
};

// A call of an operator that is not answered yet, or whose traces are not removed yet.
struct Procedure {
  ProcedureId id = 0;  // given by the store
  EntityId caller;
  std::string call_identifier;
  Sha256Digest request_digest;
  FunctionName function{};
  std::vector<Bytes> requests;  // envelopes: the first, and repeats that want the same answer
  EntityId smsr;                // that is asked next
  Eid eid;
  Step step = Step::kRelay;
  std::optional<Waiting> waiting;
  std::optional<Time> resume_at;  // without `waiting`: when the step is tried
  Time received_at{}, expires_at{};
  bool answered = false;

  // Of a download; the ICCID also of what concerns one Profile.
  std::optional<Iccid> iccid;
  std::optional<server::StockProfile> stock;  // once it is reserved
  Bytes ecasd, ci;                            // CERT.ECASD.ECKA, verified; key identifier of its CI
  std::optional<Aid> isdp;
  std::vector<Iccid> cleaned;  // ICCIDs whose abandoned ISD-Ps were tried to delete
  std::uint32_t attempts = 0;
  bool enable = false;
  bool again = false;  // after kUndo: begin anew
  Settle settle = Settle::kNothing;
  sgp02::FunctionExecutionStatus outcome;
  std::optional<Bytes> euicc_response;  // EUICCResponse, or what the card refused with
  Bytes payload;                        // of kConnect: the parameters
};

// What a call was answered with: a repeat gets the same.
struct AnsweredCall {
  EntityId caller;
  std::string call_identifier;
  Sha256Digest request_digest;
  FunctionName function{};
  Bytes response;  // an envelope; its body is what counts
  Time answered_at{};
};

struct OutboxEntry {
  std::uint64_t id = 0;       // given by the store, ascending
  ProcedureId procedure = 0;  // whose ES3 call it is; 0: an answer or a notification
  std::string message_id;
  EntityId party;  // whom it is for
  std::string url, action;
  Bytes body;
  std::uint32_t attempts = 0;
  Time not_before{}, give_up_at{};
};

}  // namespace eider::smdp
