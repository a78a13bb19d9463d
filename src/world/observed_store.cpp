#include "world/observed_store.hpp"

namespace eider::world {
namespace {
using namespace smdpp;

// Passes everything on and writes down the changes that laws speak of.
class Recorder final : public StoreTransaction {
 public:
  Recorder(StoreTransaction& tx, StoreChange& change) : tx_(tx), change_(change) {}

  Result<std::optional<Profile>> profile(const Iccid& v) override { return tx_.profile(v); }
  Result<std::optional<Profile>> profile_by_matching_id(std::string_view v) override {
    return tx_.profile_by_matching_id(v);
  }
  Result<std::vector<Profile>> profiles_by_eid(const Eid& v, std::size_t limit) override {
    return tx_.profiles_by_eid(v, limit);
  }
  Result<std::optional<Profile>> available_of_type(std::string_view v) override {
    return tx_.available_of_type(v);
  }
  Result<std::vector<Profile>> profiles(const ProfileFilter& v) override { return tx_.profiles(v); }
  Result<std::uint64_t> count_profiles(const ProfileFilter& v) override { return tx_.count_profiles(v); }
  Result<std::optional<Bytes>> package(const Iccid& v) override { return tx_.package(v); }
  Result<std::optional<Template>> profile_template(std::string_view v) override {
    return tx_.profile_template(v);
  }
  Result<std::vector<std::string>> template_names() override { return tx_.template_names(); }
  Result<std::optional<ProfileType>> profile_type(std::string_view v) override { return tx_.profile_type(v); }
  Result<std::vector<ProfileType>> profile_types() override { return tx_.profile_types(); }
  Result<std::optional<Operator>> find_operator(std::string_view v) override { return tx_.find_operator(v); }
  Result<std::optional<Operator>> operator_by_certificate(const Digest& v) override {
    return tx_.operator_by_certificate(v);
  }
  Result<std::vector<Operator>> operators() override { return tx_.operators(); }
  Result<std::optional<std::uint64_t>> profile_version(const Iccid& v) override {
    return tx_.profile_version(v);
  }
  Result<std::optional<std::uint64_t>> session_version(const TransactionId& v) override {
    return tx_.session_version(v);
  }
  Result<std::optional<Session>> session(const TransactionId& v) override { return tx_.session(v); }
  Result<std::optional<KeptBpp>> kept_bpp(const Iccid& v) override { return tx_.kept_bpp(v); }
  Result<std::optional<Delivery>> delivery(const TransactionId& v) override { return tx_.delivery(v); }
  Result<std::optional<std::int64_t>> last_notification(const Eid& e, const Iccid& i) override {
    return tx_.last_notification(e, i);
  }
  Result<std::vector<OutboxEntry>> due_outbox(Time now, std::size_t limit) override {
    return tx_.due_outbox(now, limit);
  }
  Result<std::uint64_t> outbox_size() override { return tx_.outbox_size(); }
  Result<std::optional<AnsweredCall>> answered_call(const Digest& v) override { return tx_.answered_call(v); }

  Result<std::vector<StoredCrl>> crls() override { return tx_.crls(); }

  Status put_profile(Profile& p) override {
    EIDER_TRY(before, tx_.profile(p.iccid));
    EIDER_CHECK(tx_.put_profile(p));
    change_.profiles.push_back({std::move(before), p});
    return {};
  }
  Status remove_profile(const Iccid& v) override { return tx_.remove_profile(v); }
  Status put_package(const Iccid& v, ByteView p) override { return tx_.put_package(v, p); }
  Status put_template(const Template& v) override { return tx_.put_template(v); }
  Status put_profile_type(const ProfileType& v) override { return tx_.put_profile_type(v); }
  Status put_operator(const Operator& v) override { return tx_.put_operator(v); }
  Status put_session(Session& s) override {
    EIDER_TRY(before, tx_.session(s.transaction_id));
    EIDER_CHECK(tx_.put_session(s));
    change_.sessions.push_back({std::move(before), s});
    return {};
  }
  Status put_kept_bpp(const KeptBpp& v) override { return tx_.put_kept_bpp(v); }
  Status remove_kept_bpp(const Iccid& v) override { return tx_.remove_kept_bpp(v); }
  Status put_delivery(const Delivery& d) override {
    EIDER_TRY(before, tx_.delivery(d.transaction_id));
    EIDER_CHECK(tx_.put_delivery(d));
    change_.deliveries.push_back({std::move(before), d});
    return {};
  }
  Status put_last_notification(const Eid& e, const Iccid& i, std::int64_t n) override {
    EIDER_TRY(before, tx_.last_notification(e, i));
    EIDER_CHECK(tx_.put_last_notification(e, i, n));
    change_.notifications.push_back({e, i, before, n});
    return {};
  }
  Status add_outbox(OutboxEntry& entry) override {
    EIDER_CHECK(tx_.add_outbox(entry));
    change_.outbox_added.push_back(entry);
    return {};
  }
  Status put_outbox(const OutboxEntry& v) override { return tx_.put_outbox(v); }
  Status remove_outbox(std::uint64_t id) override {
    EIDER_CHECK(tx_.remove_outbox(id));
    change_.outbox_removed.push_back(id);
    return {};
  }
  Status purge_sessions(Time now, std::size_t limit) override { return tx_.purge_sessions(now, limit); }
  Status put_crls(ByteView issuer, const std::vector<StoredCrl>& v) override {
    return tx_.put_crls(issuer, v);
  }
  Status put_answered_call(const AnsweredCall& v) override {
    EIDER_CHECK(tx_.put_answered_call(v));
    change_.answered.push_back(v);
    return {};
  }
  Status purge_answered_calls(std::string_view v, Time oldest, std::size_t keep, std::size_t limit) override {
    return tx_.purge_answered_calls(v, oldest, keep, limit);
  }

 private:
  StoreTransaction& tx_;
  StoreChange& change_;
};

}  // namespace

Status ObservedStore::write(const std::function<Status(StoreTransaction&)>& body, Durability durability) {
  StoreChange change;
  change.durability = durability;
  bool agreed = false;
  auto status = memory_.write(
      [&](StoreTransaction& tx) -> Status {
        Recorder recorder(tx, change);
        auto inner = body(recorder);
        agreed = inner.has_value();
        return inner;
      },
      durability);
  if (!agreed) return status;  // refused by `body`, or the store is dead
  const bool injected = !status;
  if (injected) dead_ = how_ == Fail::kKillBefore || how_ == Fail::kKillAfter;
  if (!injected || how_ == Fail::kAfter || how_ == Fail::kKillAfter) observer_(change);
  return status;
}

void ObservedStore::fail_commit(std::uint64_t n, Fail how) {
  how_ = how;
  memory_.fail_commit(n, how);
}

void ObservedStore::lose_power() {
  dead_ = true;
  memory_.lose_power();
}

void ObservedStore::call_off() {
  if (!dead_) memory_.restart();
}

void ObservedStore::restart() {
  dead_ = false;
  memory_.restart();
}

}  // namespace eider::world
