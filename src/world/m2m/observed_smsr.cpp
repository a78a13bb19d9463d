#include "world/m2m/observed_smsr.hpp"

#include "world/m2m/smsr_transaction.hpp"

namespace eider::world::m2m {
namespace {
using namespace smsr;

// Writes down the changes that laws speak of: of each row the first value and the last.
class SmsrRecorder final : public smsr_store::Transaction {
 public:
  SmsrRecorder(StoreTransaction& tx, SmsrChange& change) : Transaction(tx), change_(change) {}

  Status put_euicc(const Euicc& v) override {
    EIDER_TRY(before, inner_.euicc(v.eid));
    EIDER_CHECK(inner_.put_euicc(v));
    change_.euiccs.push_back({std::move(before), v});
    return {};
  }
  Status remove_euicc(const Eid& eid) override {
    EIDER_TRY(before, inner_.euicc(eid));
    EIDER_TRY(profiles, inner_.profiles(eid));
    EIDER_TRY(keys, inner_.key_sets(eid));
    EIDER_CHECK(inner_.remove_euicc(eid));
    if (before) change_.euiccs.push_back({std::move(before), std::nullopt});
    for (auto& p : profiles) change_.profiles.push_back({std::move(p), std::nullopt});
    for (auto& k : keys) change_.keys.push_back({std::move(k), std::nullopt});
    return {};
  }
  Status put_profile(const Profile& v) override {
    EIDER_TRY(before, inner_.profile(v.eid, v.iccid));
    EIDER_CHECK(inner_.put_profile(v));
    change_.profiles.push_back({std::move(before), v});
    return {};
  }
  Status remove_profile(const Eid& eid, const Iccid& iccid) override {
    EIDER_TRY(before, inner_.profile(eid, iccid));
    EIDER_CHECK(inner_.remove_profile(eid, iccid));
    if (before) change_.profiles.push_back({std::move(before), std::nullopt});
    return {};
  }
  Status put_key_set(const CardKeys& v) override {
    EIDER_TRY(before, inner_.key_set(v.eid, v.version));
    EIDER_CHECK(inner_.put_key_set(v));
    change_.keys.push_back({std::move(before), v});
    return {};
  }
  Status remove_key_set(const Eid& eid, std::uint8_t version) override {
    EIDER_TRY(before, inner_.key_set(eid, version));
    EIDER_CHECK(inner_.remove_key_set(eid, version));
    if (before) change_.keys.push_back({std::move(before), std::nullopt});
    return {};
  }
  Status add_operation(Operation& v) override {
    EIDER_CHECK(inner_.add_operation(v));
    change_.operations.push_back({std::nullopt, v});
    return {};
  }
  Status put_operation(const Operation& v) override {
    EIDER_TRY(before, inner_.operation(v.id));
    EIDER_CHECK(inner_.put_operation(v));
    change_.operations.push_back({std::move(before), v});
    return {};
  }
  Status remove_operation(OperationId id) override {
    EIDER_TRY(before, inner_.operation(id));
    EIDER_CHECK(inner_.remove_operation(id));
    if (before) change_.operations.push_back({std::move(before), std::nullopt});
    return {};
  }
  Status put_answered_call(const AnsweredCall& v) override {
    EIDER_TRY(before, inner_.answered_call(v.call.caller, v.call.call_identifier));
    EIDER_CHECK(inner_.put_answered_call(v));
    change_.answered.push_back({std::move(before), v});
    return {};
  }
  Status add_audit_record(const sgp02::AuditTrailRecord& v) override {
    EIDER_CHECK(inner_.add_audit_record(v));
    change_.audit.push_back(v);
    return {};
  }
  Status add_outbox(OutboxEntry& v) override {
    EIDER_CHECK(inner_.add_outbox(v));
    change_.outbox.push_back({std::nullopt, v});
    return {};
  }

 private:
  SmsrChange& change_;
};
}  // namespace

namespace {
tl::unexpected<Fault> no_store() {
  return fail_local("the store was stopped");
}
}  // namespace

Status ObservedSmsrStore::read(const std::function<Status(StoreReader&)>& body) {
  if (dead_) return no_store();
  return memory_.read(body);
}

Status ObservedSmsrStore::write(const std::function<Status(StoreTransaction&)>& body) {
  if (dead_) return no_store();
  SmsrChange change;
  bool agreed = false;
  auto status = memory_.write([&](StoreTransaction& tx) -> Status {
    SmsrRecorder recorder(tx, change);
    auto inner = body(recorder);
    agreed = inner.has_value();
    return inner;
  });
  if (!agreed) return status;  // refused by `body`, or the store is dead
  const bool injected = !status;
  if (injected) {
    dead_ = how_ == Fail::kKillBefore || how_ == Fail::kKillAfter;
    memory_.restart();  // the judge still reads
  }
  if (!injected || how_ == Fail::kAfter || how_ == Fail::kKillAfter) observer_(change);
  return status;
}

void ObservedSmsrStore::fail_commit(std::uint64_t n, Fail how) {
  how_ = how;
  memory_.fail_commit(n, how);
}
void ObservedSmsrStore::call_off() {
  memory_.restart();
}
void ObservedSmsrStore::restart() {
  dead_ = false;
}

}  // namespace eider::world::m2m
