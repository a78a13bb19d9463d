// What the SM-SR needs from outside: durable state, short messages, other servers. Clock and Random are in
// base.
#pragma once
#include <functional>

#include "base/result.hpp"
#include "roles/smsr/records.hpp"
#include "server/function_observer.hpp"
#include "server/soap_port.hpp"

namespace eider::smsr {

struct QueueLengths {
  std::uint64_t operations = 0;
  std::uint64_t cards = 0;    // that have any
  std::uint64_t longest = 0;  // of one card
  bool operator==(const QueueLengths&) const = default;
};

// Faults of all members: LocalFault, the store cannot be read or written.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual Result<std::optional<Euicc>> euicc(const Eid& eid) = 0;
  virtual Result<std::uint64_t> count_euiccs() = 0;
  // In the order of EIDs, for paging.
  virtual Result<std::vector<Eid>> euiccs(const std::optional<Eid>& after, std::size_t limit) = 0;
  virtual Result<std::optional<EisDocument>> document(const Eid& eid) = 0;
  virtual Result<std::optional<Profile>> profile(const Eid& eid, const Iccid& iccid) = 0;
  // Of one eUICC, in the order of their ISD-P AIDs.
  virtual Result<std::vector<Profile>> profiles(const Eid& eid) = 0;
  virtual Result<std::optional<Eid>> eid_of_iccid(const Iccid& iccid) = 0;
  // eUICCs with this MSISDN as subscription address of a Profile or as last seen address.
  virtual Result<std::vector<Eid>> eids_of_msisdn(const std::string& msisdn, std::size_t limit) = 0;
  virtual Result<std::optional<CardKeys>> key_set(const Eid& eid, std::uint8_t version) = 0;
  virtual Result<std::vector<CardKeys>> key_sets(const Eid& eid) = 0;
  virtual Result<std::optional<Operation>> operation(OperationId id) = 0;
  // Ascending ids.
  virtual Result<std::vector<Operation>> operations(const Eid& eid) = 0;
  virtual Result<std::vector<OperationId>> due_operations(Time now, std::size_t limit) = 0;
  virtual Result<std::optional<Time>> next_due() = 0;  // of operations and outbox
  virtual Result<QueueLengths> queue_lengths() = 0;
  virtual Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller,
                                                            const std::string& call_identifier) = 0;
  virtual Result<std::vector<sgp02::AuditTrailRecord>> audit_trail(const Eid& eid) = 0;
  // By any of operator, authorised party and profile type.
  virtual Result<std::vector<Plma>> plmas(const std::optional<EntityId>& owner,
                                          const std::optional<EntityId>& authorised,
                                          const std::optional<std::string>& profile_type) = 0;
  virtual Result<std::vector<Onc>> oncs(const EntityId& owner,
                                        const std::optional<std::string>& profile_type) = 0;
  virtual Result<std::optional<ExpectedHandover>> expected_handover(const Eid& eid) = 0;
  // The first entry of each key, when it is due; ascending.
  virtual Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) = 0;
  virtual Result<std::optional<OutboxEntry>> outbox_by_message_id(const std::string& message_id) = 0;
  virtual Result<std::uint64_t> outbox_size() = 0;
};

class StoreTransaction : public StoreReader {
 public:
  virtual Status put_euicc(const Euicc& euicc) = 0;
  // With its document, Profiles, key sets and audit trail.
  virtual Status remove_euicc(const Eid& eid) = 0;
  virtual Status put_document(const EisDocument& document) = 0;
  virtual Status put_profile(const Profile& profile) = 0;
  virtual Status remove_profile(const Eid& eid, const Iccid& iccid) = 0;
  virtual Status put_key_set(const CardKeys& keys) = 0;
  virtual Status remove_key_set(const Eid& eid, std::uint8_t version) = 0;
  // Gives the operation its id.
  virtual Status add_operation(Operation& operation) = 0;
  virtual Status put_operation(const Operation& operation) = 0;
  virtual Status remove_operation(OperationId id) = 0;
  virtual Status put_answered_call(const AnsweredCall& call) = 0;
  // Removes at most `limit` of those that were received before `oldest`.
  virtual Status purge_answered_calls(Time oldest, std::size_t limit) = 0;
  virtual Status add_audit_record(const sgp02::AuditTrailRecord& record) = 0;
  // One without operations and notifications is removed.
  virtual Status put_plma(const Plma& plma) = 0;
  virtual Status put_onc(const Onc& onc) = 0;  // the same
  virtual Status put_expected_handover(const ExpectedHandover& expected) = 0;
  virtual Status remove_expected_handover(const Eid& eid) = 0;
  virtual Status add_outbox(OutboxEntry& entry) = 0;  // gives the entry its id
  virtual Status put_outbox(const OutboxEntry& entry) = 0;
  virtual Status remove_outbox(std::uint64_t id) = 0;
};

// Safe to use from several threads.
class Store {
 public:
  virtual ~Store() = default;
  // A consistent view while `body` runs. The fault of `body` is passed on.
  virtual Status read(const std::function<Status(StoreReader&)>& body) = 0;
  // All changes of `body`, or none: none when it returns a fault. On return they survive a power failure.
  // `body` runs alone and once; it must be short and must not use the store otherwise.
  virtual Status write(const std::function<Status(StoreTransaction&)>& body) = 0;
  // The same, but a power failure may undo it: for what is then done once more and does no harm.
  virtual Status write_unsynced(const std::function<Status(StoreTransaction&)>& body) { return write(body); }
};

// Short messages to cards, by way of an SMSC.
struct OutgoingSms {
  std::string msisdn;            // digits
  std::vector<Bytes> user_data;  // of each message, with its header; TP-PID 7F, TP-DCS F6
  Duration validity{};           // for the SMSC
};
class SmsPort {
 public:
  virtual ~SmsPort() = default;
  // Taken by the SMSC; nothing says that it arrives. TransportFault, LocalFault.
  virtual Status submit(const OutgoingSms& message) = 0;
};

// SOAP to other servers.
using server::SoapPort;
using server::SoapPost;
using server::SoapReply;

}  // namespace eider::smsr
