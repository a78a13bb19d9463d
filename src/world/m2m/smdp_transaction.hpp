// A transaction of the SM-DP between the role and its store: passes everything on. Who observes or breaks
// something overrides that.
#pragma once
#include "roles/smdp/ports.hpp"

namespace eider::world::m2m::smdp_store {

using namespace smdp;

class Transaction : public StoreTransaction {
 public:
  explicit Transaction(StoreTransaction& inner) : inner_(inner) {}

  Result<std::optional<Operator>> find_operator(const EntityId& id) override {
    return inner_.find_operator(id);
  }
  Result<std::optional<SmSr>> smsr(const EntityId& id) override { return inner_.smsr(id); }
  Result<std::optional<TypePolicy>> type_policy(const std::string& type) override {
    return inner_.type_policy(type);
  }
  Result<std::optional<Profile>> profile(const Iccid& iccid) override { return inner_.profile(iccid); }
  Result<std::vector<Profile>> profiles(const Eid& eid) override { return inner_.profiles(eid); }
  Result<std::optional<IsdpKeys>> keys(const Iccid& iccid) override { return inner_.keys(iccid); }
  Result<std::optional<Procedure>> procedure(ProcedureId id) override { return inner_.procedure(id); }
  Result<std::optional<Procedure>> procedure_by_call(const EntityId& caller,
                                                     const std::string& call_identifier) override {
    return inner_.procedure_by_call(caller, call_identifier);
  }
  Result<std::optional<Procedure>> procedure_by_message(const std::string& message_id) override {
    return inner_.procedure_by_message(message_id);
  }
  Result<std::vector<Procedure>> procedures(const Eid& eid) override { return inner_.procedures(eid); }
  Result<std::vector<ProcedureId>> procedures_in(Step step) override { return inner_.procedures_in(step); }
  Result<std::uint64_t> count_in(Step step) override { return inner_.count_in(step); }
  Result<std::vector<ProcedureId>> due_procedures(Time now, std::size_t limit) override {
    return inner_.due_procedures(now, limit);
  }
  Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller,
                                                    const std::string& call_identifier) override {
    return inner_.answered_call(caller, call_identifier);
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    return inner_.due_outbox(now, limit);
  }
  Result<std::uint64_t> outbox_size() override { return inner_.outbox_size(); }
  Result<std::optional<Time>> next_due() override { return inner_.next_due(); }
  Status put_operator(const Operator& value) override { return inner_.put_operator(value); }
  Status put_smsr(const SmSr& value) override { return inner_.put_smsr(value); }
  Status put_type_policy(const TypePolicy& value) override { return inner_.put_type_policy(value); }
  Status put_profile(const Profile& profile) override { return inner_.put_profile(profile); }
  Status remove_profile(const Iccid& iccid) override { return inner_.remove_profile(iccid); }
  Status put_keys(const IsdpKeys& keys) override { return inner_.put_keys(keys); }
  Status remove_keys(const Iccid& iccid) override { return inner_.remove_keys(iccid); }
  Status add_procedure(Procedure& procedure) override { return inner_.add_procedure(procedure); }
  Status put_procedure(const Procedure& procedure) override { return inner_.put_procedure(procedure); }
  Status remove_procedure(ProcedureId id) override { return inner_.remove_procedure(id); }
  Status put_answered_call(const AnsweredCall& call) override { return inner_.put_answered_call(call); }
  Status purge_answered_calls(Time oldest, std::size_t limit) override {
    return inner_.purge_answered_calls(oldest, limit);
  }
  Status add_outbox(OutboxEntry& entry) override { return inner_.add_outbox(entry); }
  Status put_outbox(const OutboxEntry& entry) override { return inner_.put_outbox(entry); }
  Status remove_outbox(std::uint64_t id) override { return inner_.remove_outbox(id); }
  Status remove_outbox_of(ProcedureId procedure) override { return inner_.remove_outbox_of(procedure); }

 protected:
  StoreTransaction& inner_;
};

// A store whose transactions go through `Wrapper`.
template <class Wrapper>
class Wrapped final : public Store {
 public:
  explicit Wrapped(Store& inner) : inner_(inner) {}
  Status read(const std::function<Status(StoreReader&)>& body) override { return inner_.read(body); }
  Status write(const std::function<Status(StoreTransaction&)>& body) override {
    return inner_.write([&](StoreTransaction& tx) -> Status {
      Wrapper wrapper(tx);
      return body(wrapper);
    });
  }

 private:
  Store& inner_;
};

}  // namespace eider::world::m2m::smdp_store
