// A transaction of the SM-SR between the role and its store: passes everything on. Who observes or breaks
// something overrides that.
#pragma once
#include "roles/smsr/ports.hpp"

namespace eider::world::m2m::smsr_store {

using namespace smsr;

class Transaction : public StoreTransaction {
 public:
  explicit Transaction(StoreTransaction& inner) : inner_(inner) {}

  Result<std::optional<Euicc>> euicc(const Eid& eid) override { return inner_.euicc(eid); }
  Result<std::uint64_t> count_euiccs() override { return inner_.count_euiccs(); }
  Result<std::vector<Eid>> euiccs(const std::optional<Eid>& after, std::size_t limit) override {
    return inner_.euiccs(after, limit);
  }
  Result<std::optional<EisDocument>> document(const Eid& eid) override { return inner_.document(eid); }
  Result<std::optional<Profile>> profile(const Eid& eid, const Iccid& iccid) override {
    return inner_.profile(eid, iccid);
  }
  Result<std::vector<Profile>> profiles(const Eid& eid) override { return inner_.profiles(eid); }
  Result<std::optional<Eid>> eid_of_iccid(const Iccid& iccid) override { return inner_.eid_of_iccid(iccid); }
  Result<std::vector<Eid>> eids_of_msisdn(const std::string& msisdn, std::size_t limit) override {
    return inner_.eids_of_msisdn(msisdn, limit);
  }
  Result<std::optional<CardKeys>> key_set(const Eid& eid, std::uint8_t version) override {
    return inner_.key_set(eid, version);
  }
  Result<std::vector<CardKeys>> key_sets(const Eid& eid) override { return inner_.key_sets(eid); }
  Result<std::optional<Operation>> operation(OperationId id) override { return inner_.operation(id); }
  Result<std::vector<Operation>> operations(const Eid& eid) override { return inner_.operations(eid); }
  Result<std::vector<OperationId>> due_operations(Time now, std::size_t limit) override {
    return inner_.due_operations(now, limit);
  }
  Result<std::optional<Time>> next_due() override { return inner_.next_due(); }
  Result<std::optional<AnsweredCall>> answered_call(const EntityId& caller,
                                                    const std::string& call_identifier) override {
    return inner_.answered_call(caller, call_identifier);
  }
  Result<std::vector<sgp02::AuditTrailRecord>> audit_trail(const Eid& eid) override {
    return inner_.audit_trail(eid);
  }
  Result<std::vector<Plma>> plmas(const std::optional<EntityId>& owner,
                                  const std::optional<EntityId>& authorised,
                                  const std::optional<std::string>& profile_type) override {
    return inner_.plmas(owner, authorised, profile_type);
  }
  Result<std::vector<Onc>> oncs(const EntityId& owner,
                                const std::optional<std::string>& profile_type) override {
    return inner_.oncs(owner, profile_type);
  }
  Result<std::optional<ExpectedHandover>> expected_handover(const Eid& eid) override {
    return inner_.expected_handover(eid);
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    return inner_.due_outbox(now, limit);
  }
  Result<std::optional<OutboxEntry>> outbox_by_message_id(const std::string& message_id) override {
    return inner_.outbox_by_message_id(message_id);
  }
  Result<smsr::QueueLengths> queue_lengths() override { return inner_.queue_lengths(); }
  Result<std::uint64_t> outbox_size() override { return inner_.outbox_size(); }
  Status put_euicc(const Euicc& euicc) override { return inner_.put_euicc(euicc); }
  Status remove_euicc(const Eid& eid) override { return inner_.remove_euicc(eid); }
  Status put_document(const EisDocument& document) override { return inner_.put_document(document); }
  Status put_profile(const Profile& profile) override { return inner_.put_profile(profile); }
  Status remove_profile(const Eid& eid, const Iccid& iccid) override {
    return inner_.remove_profile(eid, iccid);
  }
  Status put_key_set(const CardKeys& keys) override { return inner_.put_key_set(keys); }
  Status remove_key_set(const Eid& eid, std::uint8_t version) override {
    return inner_.remove_key_set(eid, version);
  }
  Status add_operation(Operation& operation) override { return inner_.add_operation(operation); }
  Status put_operation(const Operation& operation) override { return inner_.put_operation(operation); }
  Status remove_operation(OperationId id) override { return inner_.remove_operation(id); }
  Status put_answered_call(const AnsweredCall& call) override { return inner_.put_answered_call(call); }
  Status purge_answered_calls(Time oldest, std::size_t limit) override {
    return inner_.purge_answered_calls(oldest, limit);
  }
  Status add_audit_record(const sgp02::AuditTrailRecord& record) override {
    return inner_.add_audit_record(record);
  }
  Status put_plma(const Plma& plma) override { return inner_.put_plma(plma); }
  Status put_onc(const Onc& onc) override { return inner_.put_onc(onc); }
  Status put_expected_handover(const ExpectedHandover& expected) override {
    return inner_.put_expected_handover(expected);
  }
  Status remove_expected_handover(const Eid& eid) override { return inner_.remove_expected_handover(eid); }
  Status add_outbox(OutboxEntry& entry) override { return inner_.add_outbox(entry); }
  Status put_outbox(const OutboxEntry& entry) override { return inner_.put_outbox(entry); }
  Status remove_outbox(std::uint64_t id) override { return inner_.remove_outbox(id); }

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

}  // namespace eider::world::m2m::smsr_store
