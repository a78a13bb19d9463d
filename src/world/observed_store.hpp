// An SM-DP+ store that tells what becomes durable, transaction by transaction.
#pragma once
#include "roles/smdpp/memory_store.hpp"

namespace eider::world {

// One durable transaction: what it put, and what stood there before.
struct StoreChange {
  smdpp::Durability durability = smdpp::Durability::kPower;
  template <class T>
  struct Put {
    std::optional<T> before;
    T after;
  };
  struct Processed {  // put_last_notification
    sgp22::Eid eid;
    sgp22::Iccid iccid;
    std::optional<std::int64_t> before;
    std::int64_t after = 0;
  };
  std::vector<Put<smdpp::Profile>> profiles;
  std::vector<Put<smdpp::Session>> sessions;
  std::vector<Put<smdpp::Delivery>> deliveries;
  std::vector<Processed> notifications;
  std::vector<smdpp::OutboxEntry> outbox_added;
  std::vector<std::uint64_t> outbox_removed;
  std::vector<smdpp::AnsweredCall> answered;
};

class ObservedStore final : public smdpp::Store {
 public:
  using Fail = smdpp::MemoryStore::Fail;
  using Observer = std::function<void(const StoreChange&)>;
  ObservedStore(smdpp::MemoryStore& memory, Observer observer)
      : memory_(memory), observer_(std::move(observer)) {}

  Status read(const std::function<Status(smdpp::StoreReader&)>& body) override { return memory_.read(body); }
  using smdpp::Store::write;
  Status write(const std::function<Status(smdpp::StoreTransaction&)>& body,
               smdpp::Durability durability) override;

  // As MemoryStore::fail_commit: the observer has to know what a fault left behind.
  void fail_commit(std::uint64_t n, Fail how);
  // A fault that was ordered and has not come yet is called off.
  void call_off();
  // The machine under the process loses its power.
  void lose_power();
  bool dead() const { return dead_; }
  void restart();

 private:
  smdpp::MemoryStore& memory_;
  Observer observer_;
  Fail how_ = Fail::kBefore;
  bool dead_ = false;
};

}  // namespace eider::world
