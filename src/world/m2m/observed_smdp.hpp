// An SM-DP's store that tells what becomes durable, transaction by transaction.
#pragma once
#include "roles/smdp/memory_store.hpp"
#include "world/m2m/observed_smsr.hpp"

namespace eider::world::m2m {

struct SmdpChange {
  std::vector<Changed<smdp::Profile>> profiles;
  std::vector<Changed<smdp::Procedure>> procedures;
  std::vector<smdp::AnsweredCall> answered;
};

class ObservedSmdpStore final : public smdp::Store {
 public:
  using Fail = smdp::MemoryStore::Fail;
  using Observer = std::function<void(const SmdpChange&)>;
  ObservedSmdpStore(smdp::MemoryStore& memory, Observer observer)
      : memory_(memory), observer_(std::move(observer)) {}

  Status read(const std::function<Status(smdp::StoreReader&)>& body) override { return memory_.read(body); }
  Status write(const std::function<Status(smdp::StoreTransaction&)>& body) override;

  void fail_commit(std::uint64_t n, Fail how) {
    how_ = how;
    memory_.fail_commit(n, how);
  }
  void call_off() {
    if (!memory_.stopped()) memory_.restart();
  }
  bool dead() const { return memory_.stopped(); }
  void restart() { memory_.restart(); }

 private:
  smdp::MemoryStore& memory_;
  Observer observer_;
  Fail how_ = Fail::kKillBefore;
};

}  // namespace eider::world::m2m
