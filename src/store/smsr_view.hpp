// Reads and writes of the SM-SR's store on one connection, in one transaction. Internal to src/store.
#pragma once
#include "roles/smsr/ports.hpp"
#include "store/row_seal.hpp"

namespace eider::store {

class SmsrView final : public smsr::StoreTransaction {
 public:
  // Without `sealer`, the store is not sealed.
  explicit SmsrView(Connection& connection, const RowSealer* sealer) : c_(connection), sealer_(sealer) {}

  Result<std::optional<smsr::Euicc>> euicc(const smsr::Eid& eid) override;
  Result<std::uint64_t> count_euiccs() override;
  Result<std::vector<smsr::Eid>> euiccs(const std::optional<smsr::Eid>& after, std::size_t limit) override;
  Result<std::optional<smsr::EisDocument>> document(const smsr::Eid& eid) override;
  Result<std::optional<smsr::Profile>> profile(const smsr::Eid& eid, const smsr::Iccid& iccid) override;
  Result<std::vector<smsr::Profile>> profiles(const smsr::Eid& eid) override;
  Result<std::optional<smsr::Eid>> eid_of_iccid(const smsr::Iccid& iccid) override;
  Result<std::vector<smsr::Eid>> eids_of_msisdn(const std::string& msisdn, std::size_t limit) override;
  Result<std::optional<smsr::CardKeys>> key_set(const smsr::Eid& eid, std::uint8_t version) override;
  Result<std::vector<smsr::CardKeys>> key_sets(const smsr::Eid& eid) override;
  Result<std::optional<smsr::Operation>> operation(smsr::OperationId id) override;
  Result<std::vector<smsr::Operation>> operations(const smsr::Eid& eid) override;
  Result<std::vector<smsr::OperationId>> due_operations(Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due() override;
  Result<smsr::QueueLengths> queue_lengths() override;
  Result<std::optional<smsr::AnsweredCall>> answered_call(const smsr::EntityId& caller,
                                                          const std::string& call_identifier) override;
  Result<std::vector<sgp02::AuditTrailRecord>> audit_trail(const smsr::Eid& eid) override;
  Result<std::vector<smsr::Plma>> plmas(const std::optional<smsr::EntityId>& owner,
                                        const std::optional<smsr::EntityId>& authorised,
                                        const std::optional<std::string>& profile_type) override;
  Result<std::vector<smsr::Onc>> oncs(const smsr::EntityId& owner,
                                      const std::optional<std::string>& profile_type) override;
  Result<std::optional<smsr::ExpectedHandover>> expected_handover(const smsr::Eid& eid) override;
  Result<std::vector<smsr::OutboxEntry>> due_outbox(Time now, std::size_t limit) override;
  Result<std::optional<smsr::OutboxEntry>> outbox_by_message_id(const std::string& message_id) override;
  Result<std::uint64_t> outbox_size() override;
  Status put_euicc(const smsr::Euicc& euicc) override;
  Status remove_euicc(const smsr::Eid& eid) override;
  Status put_document(const smsr::EisDocument& document) override;
  Status put_profile(const smsr::Profile& profile) override;
  Status remove_profile(const smsr::Eid& eid, const smsr::Iccid& iccid) override;
  Status put_key_set(const smsr::CardKeys& keys) override;
  Status remove_key_set(const smsr::Eid& eid, std::uint8_t version) override;
  Status add_operation(smsr::Operation& operation) override;
  Status put_operation(const smsr::Operation& operation) override;
  Status remove_operation(smsr::OperationId id) override;
  Status put_answered_call(const smsr::AnsweredCall& call) override;
  Status purge_answered_calls(Time oldest, std::size_t limit) override;
  Status add_audit_record(const sgp02::AuditTrailRecord& record) override;
  Status put_plma(const smsr::Plma& plma) override;
  Status put_onc(const smsr::Onc& onc) override;
  Status put_expected_handover(const smsr::ExpectedHandover& expected) override;
  Status remove_expected_handover(const smsr::Eid& eid) override;
  Status add_outbox(smsr::OutboxEntry& entry) override;
  Status put_outbox(const smsr::OutboxEntry& entry) override;
  Status remove_outbox(std::uint64_t id) override;

 private:
  Result<std::optional<std::int64_t>> find_card(const smsr::Eid& eid);
  Result<std::int64_t> need_card(const smsr::Eid& eid);
  Status put_msisdn(std::int64_t part, const std::string& before, const std::string& after);
  Status change_total(int by);
  Result<smsr::CardKeys> read_keys(const Query& row, const smsr::Eid& eid);
  Result<smsr::Operation> read_operation(const Query& row);
  Bytes seal_operation(const smsr::Operation& operation);

  Connection& c_;
  const RowSealer* sealer_;
  // The last one asked for: what a transaction does is about one card.
  std::optional<smsr::Eid> known_eid_;
  std::int64_t known_card_ = 0;
};

}  // namespace eider::store
