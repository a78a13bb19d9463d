// An SM-DP+ store between the role and the real one, so that a test can put a bug in.
#pragma once
#include "roles/smdpp/ports.hpp"

namespace eider::test {

class TransactionWrapper : public smdpp::StoreTransaction {
 public:
  explicit TransactionWrapper(smdpp::StoreTransaction& tx) : tx_(tx) {}
  using Iccid = sgp22::Iccid;
  using Eid = sgp22::Eid;
  template <class T>
  using Maybe = Result<std::optional<T>>;

  Maybe<smdpp::Profile> profile(const Iccid& v) override { return tx_.profile(v); }
  Maybe<smdpp::Profile> profile_by_matching_id(std::string_view v) override {
    return tx_.profile_by_matching_id(v);
  }
  Result<std::vector<smdpp::Profile>> profiles_by_eid(const Eid& v, std::size_t n) override {
    return tx_.profiles_by_eid(v, n);
  }
  Maybe<smdpp::Profile> available_of_type(std::string_view v) override { return tx_.available_of_type(v); }
  Result<std::vector<smdpp::Profile>> profiles(const smdpp::ProfileFilter& v) override {
    return tx_.profiles(v);
  }
  Result<std::uint64_t> count_profiles(const smdpp::ProfileFilter& v) override {
    return tx_.count_profiles(v);
  }
  Maybe<Bytes> package(const Iccid& v) override { return tx_.package(v); }
  Maybe<smdpp::Template> profile_template(std::string_view v) override { return tx_.profile_template(v); }
  Result<std::vector<std::string>> template_names() override { return tx_.template_names(); }
  Maybe<smdpp::ProfileType> profile_type(std::string_view v) override { return tx_.profile_type(v); }
  Result<std::vector<smdpp::ProfileType>> profile_types() override { return tx_.profile_types(); }
  Maybe<smdpp::Operator> find_operator(std::string_view v) override { return tx_.find_operator(v); }
  Maybe<smdpp::Operator> operator_by_certificate(const smdpp::Digest& v) override {
    return tx_.operator_by_certificate(v);
  }
  Result<std::vector<smdpp::Operator>> operators() override { return tx_.operators(); }
  Maybe<std::uint64_t> profile_version(const Iccid& v) override { return tx_.profile_version(v); }
  Maybe<std::uint64_t> session_version(const sgp22::TransactionId& v) override {
    return tx_.session_version(v);
  }
  Maybe<smdpp::Session> session(const sgp22::TransactionId& v) override { return tx_.session(v); }
  Maybe<smdpp::KeptBpp> kept_bpp(const Iccid& v) override { return tx_.kept_bpp(v); }
  Maybe<smdpp::Delivery> delivery(const sgp22::TransactionId& v) override { return tx_.delivery(v); }
  Maybe<std::int64_t> last_notification(const Eid& e, const Iccid& i) override {
    return tx_.last_notification(e, i);
  }
  Result<std::vector<smdpp::OutboxEntry>> due_outbox(Time now, std::size_t n) override {
    return tx_.due_outbox(now, n);
  }
  Result<std::uint64_t> outbox_size() override { return tx_.outbox_size(); }
  Maybe<smdpp::AnsweredCall> answered_call(const smdpp::Digest& v) override { return tx_.answered_call(v); }
  Result<std::vector<smdpp::StoredCrl>> crls() override { return tx_.crls(); }
  Status put_crls(ByteView issuer, const std::vector<smdpp::StoredCrl>& v) override {
    return tx_.put_crls(issuer, v);
  }
  Status put_answered_call(const smdpp::AnsweredCall& v) override { return tx_.put_answered_call(v); }
  Status purge_answered_calls(std::string_view v, Time oldest, std::size_t keep, std::size_t n) override {
    return tx_.purge_answered_calls(v, oldest, keep, n);
  }
  Status put_profile(smdpp::Profile& v) override { return tx_.put_profile(v); }
  Status remove_profile(const Iccid& v) override { return tx_.remove_profile(v); }
  Status put_package(const Iccid& v, ByteView p) override { return tx_.put_package(v, p); }
  Status put_template(const smdpp::Template& v) override { return tx_.put_template(v); }
  Status put_profile_type(const smdpp::ProfileType& v) override { return tx_.put_profile_type(v); }
  Status put_operator(const smdpp::Operator& v) override { return tx_.put_operator(v); }
  Status put_session(smdpp::Session& v) override { return tx_.put_session(v); }
  Status put_kept_bpp(const smdpp::KeptBpp& v) override { return tx_.put_kept_bpp(v); }
  Status remove_kept_bpp(const Iccid& v) override { return tx_.remove_kept_bpp(v); }
  Status put_delivery(const smdpp::Delivery& v) override { return tx_.put_delivery(v); }
  Status put_last_notification(const Eid& e, const Iccid& i, std::int64_t n) override {
    return tx_.put_last_notification(e, i, n);
  }
  Status add_outbox(smdpp::OutboxEntry& v) override { return tx_.add_outbox(v); }
  Status put_outbox(const smdpp::OutboxEntry& v) override { return tx_.put_outbox(v); }
  Status remove_outbox(std::uint64_t v) override { return tx_.remove_outbox(v); }
  Status purge_sessions(Time now, std::size_t n) override { return tx_.purge_sessions(now, n); }

 private:
  smdpp::StoreTransaction& tx_;
};

// `Bug` derives from TransactionWrapper.
template <class Bug>
class StoreWrapper final : public smdpp::Store {
 public:
  explicit StoreWrapper(smdpp::Store& inner) : inner_(inner) {}
  Status read(const std::function<Status(smdpp::StoreReader&)>& body) override { return inner_.read(body); }
  using smdpp::Store::write;
  Status write(const std::function<Status(smdpp::StoreTransaction&)>& body,
               smdpp::Durability durability) override {
    return inner_.write(
        [&](smdpp::StoreTransaction& tx) -> Status {
          Bug bug(tx);
          return body(bug);
        },
        durability);
  }

 private:
  smdpp::Store& inner_;
};

}  // namespace eider::test
