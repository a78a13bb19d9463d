#include "world/m2m/observed_smdp.hpp"

#include "world/m2m/smdp_transaction.hpp"

namespace eider::world::m2m {
namespace {
using namespace smdp;

class SmdpRecorder final : public smdp_store::Transaction {
 public:
  SmdpRecorder(StoreTransaction& tx, SmdpChange& change) : Transaction(tx), change_(change) {}

  Status put_profile(const Profile& v) override {
    EIDER_TRY(before, inner_.profile(v.iccid));
    EIDER_CHECK(inner_.put_profile(v));
    change_.profiles.push_back({std::move(before), v});
    return {};
  }
  Status remove_profile(const Iccid& iccid) override {
    EIDER_TRY(before, inner_.profile(iccid));
    EIDER_CHECK(inner_.remove_profile(iccid));
    if (before) change_.profiles.push_back({std::move(before), std::nullopt});
    return {};
  }
  Status add_procedure(Procedure& v) override {
    EIDER_CHECK(inner_.add_procedure(v));
    change_.procedures.push_back({std::nullopt, v});
    return {};
  }
  Status put_procedure(const Procedure& v) override {
    EIDER_TRY(before, inner_.procedure(v.id));
    EIDER_CHECK(inner_.put_procedure(v));
    change_.procedures.push_back({std::move(before), v});
    return {};
  }
  Status remove_procedure(ProcedureId id) override {
    EIDER_TRY(before, inner_.procedure(id));
    EIDER_CHECK(inner_.remove_procedure(id));
    if (before) change_.procedures.push_back({std::move(before), std::nullopt});
    return {};
  }
  Status put_answered_call(const AnsweredCall& v) override {
    EIDER_CHECK(inner_.put_answered_call(v));
    change_.answered.push_back(v);
    return {};
  }

 private:
  SmdpChange& change_;
};
}  // namespace

Status ObservedSmdpStore::write(const std::function<Status(StoreTransaction&)>& body) {
  SmdpChange change;
  bool agreed = false;
  auto status = memory_.write([&](StoreTransaction& tx) -> Status {
    SmdpRecorder recorder(tx, change);
    auto inner = body(recorder);
    agreed = inner.has_value();
    return inner;
  });
  if (agreed && (status || how_ == Fail::kKillAfter)) observer_(change);
  return status;
}

}  // namespace eider::world::m2m
