// Reads and writes of the SM-DP's store on one connection, in one transaction. Internal to src/store.
#pragma once
#include "roles/smdp/ports.hpp"
#include "store/row_seal.hpp"

namespace eider::store {

class SmdpView final : public smdp::StoreTransaction {
 public:
  // Without `sealer`, the store is not sealed.
  explicit SmdpView(Connection& connection, const RowSealer* sealer) : c_(connection), sealer_(sealer) {}

  Result<std::optional<smdp::Operator>> find_operator(const smdp::EntityId& id) override;
  Result<std::optional<smdp::SmSr>> smsr(const smdp::EntityId& id) override;
  Result<std::optional<smdp::TypePolicy>> type_policy(const std::string& type) override;
  Result<std::optional<smdp::Profile>> profile(const smdp::Iccid& iccid) override;
  Result<std::vector<smdp::Profile>> profiles(const smdp::Eid& eid) override;
  Result<std::optional<smdp::IsdpKeys>> keys(const smdp::Iccid& iccid) override;
  Result<std::optional<smdp::Procedure>> procedure(smdp::ProcedureId id) override;
  Result<std::optional<smdp::Procedure>> procedure_by_call(const smdp::EntityId& caller,
                                                           const std::string& call_identifier) override;
  Result<std::optional<smdp::Procedure>> procedure_by_message(const std::string& message_id) override;
  Result<std::vector<smdp::Procedure>> procedures(const smdp::Eid& eid) override;
  Result<std::vector<smdp::ProcedureId>> procedures_in(smdp::Step step) override;
  Result<std::uint64_t> count_in(smdp::Step step) override;
  Result<std::vector<smdp::ProcedureId>> due_procedures(Time now, std::size_t limit) override;
  Result<std::optional<smdp::AnsweredCall>> answered_call(const smdp::EntityId& caller,
                                                          const std::string& call_identifier) override;
  Result<std::vector<smdp::OutboxEntry>> due_outbox(Time now, std::size_t limit) override;
  Result<std::uint64_t> outbox_size() override;
  Result<std::optional<Time>> next_due() override;
  Status put_operator(const smdp::Operator& value) override;
  Status put_smsr(const smdp::SmSr& value) override;
  Status put_type_policy(const smdp::TypePolicy& value) override;
  Status put_profile(const smdp::Profile& profile) override;
  Status remove_profile(const smdp::Iccid& iccid) override;
  Status put_keys(const smdp::IsdpKeys& keys) override;
  Status remove_keys(const smdp::Iccid& iccid) override;
  Status add_procedure(smdp::Procedure& procedure) override;
  Status put_procedure(const smdp::Procedure& procedure) override;
  Status remove_procedure(smdp::ProcedureId id) override;
  Status put_answered_call(const smdp::AnsweredCall& call) override;
  Status purge_answered_calls(Time oldest, std::size_t limit) override;
  Status add_outbox(smdp::OutboxEntry& entry) override;
  Status put_outbox(const smdp::OutboxEntry& entry) override;
  Status remove_outbox(std::uint64_t id) override;
  Status remove_outbox_of(smdp::ProcedureId procedure) override;

 private:
  Connection& c_;
  const RowSealer* sealer_;
};

}  // namespace eider::store
