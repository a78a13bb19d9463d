// An SM-SR's store that tells what becomes durable, transaction by transaction.
#pragma once
#include "roles/smsr/memory_store.hpp"

namespace eider::world::m2m {

// What stood there before a transaction, and what stands there now; nothing: it is not there.
template <class T>
struct Changed {
  std::optional<T> before, after;
};
struct SmsrChange {
  std::vector<Changed<smsr::Euicc>> euiccs;
  std::vector<Changed<smsr::Profile>> profiles;
  std::vector<Changed<smsr::CardKeys>> keys;
  std::vector<Changed<smsr::Operation>> operations;
  std::vector<Changed<smsr::AnsweredCall>> answered;
  std::vector<Changed<smsr::OutboxEntry>> outbox;
  std::vector<sgp02::AuditTrailRecord> audit;
};

class ObservedSmsrStore final : public smsr::Store {
 public:
  using Fail = smsr::MemoryStore::Fail;
  // Called after the transaction took effect; it may read.
  using Observer = std::function<void(const SmsrChange&)>;
  ObservedSmsrStore(smsr::MemoryStore& memory, Observer observer)
      : memory_(memory), observer_(std::move(observer)) {}

  Status read(const std::function<Status(smsr::StoreReader&)>& body) override;
  Status write(const std::function<Status(smsr::StoreTransaction&)>& body) override;

  void fail_commit(std::uint64_t n, Fail how);
  // A fault that was ordered and has not come yet is called off.
  void call_off();
  void kill() { dead_ = true; }
  bool dead() const { return dead_; }
  void restart();

 private:
  smsr::MemoryStore& memory_;
  Observer observer_;
  Fail how_ = Fail::kBefore;
  bool dead_ = false;
};

}  // namespace eider::world::m2m
