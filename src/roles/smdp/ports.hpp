// What the SM-DP needs from outside: durable state. The inventory and SOAP are ports in src/server, clock and
// random in base.
#pragma once
#include <functional>

#include "roles/smdp/records.hpp"

namespace eider::smdp {

// Faults of all members: LocalFault, the store cannot be read or written.
class StoreReader {
 public:
  virtual ~StoreReader() = default;
  virtual Result<std::optional<Operator>> find_operator(const EntityId& id) = 0;
  virtual Result<std::optional<SmSr>> smsr(const EntityId& id) = 0;
  virtual Result<std::optional<TypePolicy>> type_policy(const std::string& type) = 0;
  virtual Result<std::optional<Profile>> profile(const Iccid& iccid) = 0;
  virtual Result<std::vector<Profile>> profiles(const Eid& eid) = 0;
  virtual Result<std::optional<IsdpKeys>> keys(const Iccid& iccid) = 0;
  virtual Result<std::optional<Procedure>> procedure(ProcedureId id) = 0;
  virtual Result<std::optional<Procedure>> procedure_by_call(const EntityId& caller,
                                                             const std::string& call_identifier) = 0;
  // That waits for the answer to this message.
  virtual Result<std::optional<Procedure>> procedure_by_message(const std::string& message_id) = 0;
  // Of one card, ascending.
  virtual Result<std::vector<Procedure>> procedures(const Eid& eid) = 0;
  virtual Result<std::vector<ProcedureId>> procedures_in(Step step) = 0;
  virtual Result<std::uint64_t> count_in(Step step) = 0;
  // Whose deadline, or time to go on, has come.
  virtual Result<std::vector<ProcedureId>> due_procedures(Time now, std::size_t limit) = 0;
  virtual Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller,
                                                            const std::string& call_identifier) = 0;
  virtual Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) = 0;
  virtual Result<std::uint64_t> outbox_size() = 0;
  // Of procedures and outbox; nothing when nothing waits.
  virtual Result<std::optional<Time>> next_due() = 0;
};

class StoreTransaction : public StoreReader {
 public:
  virtual Status put_operator(const Operator& value) = 0;
  virtual Status put_smsr(const SmSr& value) = 0;
  virtual Status put_type_policy(const TypePolicy& value) = 0;
  virtual Status put_profile(const Profile& profile) = 0;
  virtual Status remove_profile(const Iccid& iccid) = 0;
  virtual Status put_keys(const IsdpKeys& keys) = 0;
  virtual Status remove_keys(const Iccid& iccid) = 0;
  virtual Status add_procedure(Procedure& procedure) = 0;  // gives it its id
  virtual Status put_procedure(const Procedure& procedure) = 0;
  virtual Status remove_procedure(ProcedureId id) = 0;
  virtual Status put_answered_call(const AnsweredCall& call) = 0;
  // Removes at most `limit` of those that were answered before `oldest`.
  virtual Status purge_answered_calls(Time oldest, std::size_t limit) = 0;
  virtual Status add_outbox(OutboxEntry& entry) = 0;  // gives it its id
  virtual Status put_outbox(const OutboxEntry& entry) = 0;
  virtual Status remove_outbox(std::uint64_t id) = 0;
  virtual Status remove_outbox_of(ProcedureId procedure) = 0;
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

}  // namespace eider::smdp
