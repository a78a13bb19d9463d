// The Store port in memory, for simulations and tests, with faults on demand. Same semantics as the SQLite
// one.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "roles/smdpp/ports.hpp"

namespace eider::smdpp {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;
  Status read(const std::function<Status(StoreReader&)>& body) override;
  using Store::write;
  Status write(const std::function<Status(StoreTransaction&)>& body, Durability durability) override;

  // How the n-th commit from now goes wrong (1: the next one).
  enum class Fail {
    kBefore,      // nothing is stored, the caller gets a fault
    kAfter,       // stored, but the caller gets a fault: the answer was lost
    kKillBefore,  // as kBefore, and everything fails until restart()
    kKillAfter,   // as kAfter, and everything fails until restart()
  };
  void fail_commit(std::uint64_t n, Fail how);
  // What Durability::kProcess wrote since the last kPower is lost, and everything fails until restart().
  void lose_power();
  void restart();
  std::uint64_t commits() const;

 private:
  struct Data;
  class View;
  std::unique_ptr<Data> data_;
};

}  // namespace eider::smdpp
