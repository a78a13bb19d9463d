// What an operation says to the card, and what follows from the card's answers: a row a kind.
#pragma once
#include "roles/smsr/operations.hpp"

namespace eider::smsr {

struct Procedure {
  OperationKind kind;
  std::uint16_t audit_type;  // OperationType of its record; 0: none
  bool probed;               // a repetition first asks whether the first attempt took effect
  bool many;                 // part of a download: the bearer for many scripts

  // Its turn has come. A FunctionStatus fault ends the operation with it. Null: nothing to check.
  Status (*begin)(StoreTransaction&, Context&, Operation&);
  // Of the operation's stage. Null: it does not speak to the card itself.
  Result<Script> (*script)(StoreReader&, Context&, const Operation&);
  Status (*answered)(StoreTransaction&, Context&, Operation&, const CardAnswer&);
  // The validity period is over. Null: EXPIRED, and an audit when the card may have done it.
  Status (*expired)(StoreTransaction&, Context&, Operation&);
};
const Procedure& procedure(OperationKind kind);

namespace procedures {
extern const Procedure kCreateIsdp, kSendData, kEnable, kDisable, kDelete, kUpdateConnectivity, kSetFallback,
    kSetEmergency, kAudit, kMasterDelete, kHandover, kTakeover, kConfirmation, kCertificate,
    kKeyEstablishment, kFinalise, kAddressing, kHttpsKeys;
}  // namespace procedures

// ---- Shared by procedures.
// GET STATUS of the ISD-P, for kProbe; what it says: nothing when there is no such ISD-P.
Script probe_script(const Aid& isdp_aid);
Result<std::optional<sgp02::es5::ProfileStatus>> probe_answer(const CardAnswer& answer);
// 8.4/4.2 and the like, with what the card said.
Outcome card_refused(const CardAnswer& answer, const std::string& identifier);

}  // namespace eider::smsr
