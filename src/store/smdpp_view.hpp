// Reads and writes of the SM-DP+'s store on one connection. Internal to src/store.
#pragma once
#include "roles/smdpp/ports.hpp"
#include "store/row_seal.hpp"

namespace eider::store {

class SmdppView final : public smdpp::StoreTransaction {
 public:
  // Without `sealer`, the store is not sealed.
  explicit SmdppView(Connection& connection, const RowSealer* sealer = nullptr)
      : c_(connection), sealer_(sealer) {}

  Result<std::optional<smdpp::Profile>> profile(const smdpp::Iccid& iccid) override;
  Result<std::optional<smdpp::Profile>> profile_by_matching_id(std::string_view matching_id) override;
  Result<std::vector<smdpp::Profile>> profiles_by_eid(const smdpp::Eid& eid, std::size_t limit) override;
  Result<std::optional<smdpp::Profile>> available_of_type(std::string_view type) override;
  Result<std::vector<smdpp::Profile>> profiles(const smdpp::ProfileFilter& filter) override;
  Result<std::uint64_t> count_profiles(const smdpp::ProfileFilter& filter) override;
  Result<std::optional<Bytes>> package(const smdpp::Iccid& iccid) override;
  Result<std::optional<smdpp::Template>> profile_template(std::string_view name) override;
  Result<std::vector<std::string>> template_names() override;
  Result<std::optional<smdpp::ProfileType>> profile_type(std::string_view name) override;
  Result<std::vector<smdpp::ProfileType>> profile_types() override;
  Result<std::optional<smdpp::Operator>> find_operator(std::string_view id) override;
  Result<std::optional<smdpp::Operator>> operator_by_certificate(const smdpp::Digest& fingerprint) override;
  Result<std::vector<smdpp::Operator>> operators() override;
  Result<std::optional<smdpp::Session>> session(const smdpp::TransactionId& id) override;
  Result<std::optional<std::uint64_t>> profile_version(const smdpp::Iccid& iccid) override;
  Result<std::optional<std::uint64_t>> session_version(const smdpp::TransactionId& id) override;
  Result<std::optional<smdpp::KeptBpp>> kept_bpp(const smdpp::Iccid& iccid) override;
  Result<std::optional<smdpp::Delivery>> delivery(const smdpp::TransactionId& id) override;
  Result<std::optional<std::int64_t>> last_notification(const smdpp::Eid& eid,
                                                        const smdpp::Iccid& iccid) override;
  Result<std::vector<smdpp::OutboxEntry>> due_outbox(Time now, std::size_t limit) override;
  Result<std::uint64_t> outbox_size() override;
  Result<std::optional<smdpp::AnsweredCall>> answered_call(const smdpp::Digest& key) override;
  Result<std::vector<smdpp::StoredCrl>> crls() override;

  Status put_profile(smdpp::Profile& profile) override;
  Status remove_profile(const smdpp::Iccid& iccid) override;
  Status put_package(const smdpp::Iccid& iccid, ByteView package) override;
  Status put_template(const smdpp::Template& value) override;
  Status put_profile_type(const smdpp::ProfileType& type) override;
  Status put_operator(const smdpp::Operator& value) override;
  Status put_session(smdpp::Session& session) override;
  Status put_kept_bpp(const smdpp::KeptBpp& kept) override;
  Status remove_kept_bpp(const smdpp::Iccid& iccid) override;
  Status put_delivery(const smdpp::Delivery& delivery) override;
  Status put_last_notification(const smdpp::Eid& eid, const smdpp::Iccid& iccid,
                               std::int64_t sequence_number) override;
  Status add_outbox(smdpp::OutboxEntry& entry) override;
  Status put_outbox(const smdpp::OutboxEntry& entry) override;
  Status remove_outbox(std::uint64_t id) override;
  Status purge_sessions(Time now, std::size_t limit) override;
  Status put_crls(ByteView issuer, const std::vector<smdpp::StoredCrl>& crls) override;
  Status put_answered_call(const smdpp::AnsweredCall& call) override;
  Status purge_answered_calls(std::string_view caller, Time oldest, std::size_t keep,
                              std::size_t limit) override;

 private:
  Result<std::optional<smdpp::Operator>> operator_row(Query& q);
  Result<bool> advance_profile(const smdpp::Profile& profile, ByteView order);
  Connection& c_;
  const RowSealer* sealer_;
};

}  // namespace eider::store
