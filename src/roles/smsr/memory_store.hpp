// The Store port in memory, for simulations and tests, with faults on demand. Same semantics as the SQLite
// one.
#pragma once
#include <memory>

#include "roles/smsr/ports.hpp"

namespace eider::smsr {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;
  Status read(const std::function<Status(StoreReader&)>& body) override;
  Status write(const std::function<Status(StoreTransaction&)>& body) override;

  // How the n-th commit from now goes wrong (1: the next one).
  enum class Fail {
    kBefore,      // nothing is stored, the caller gets a fault
    kAfter,       // stored, but the caller gets a fault
    kKillBefore,  // as kBefore, and everything fails until restart()
    kKillAfter,   // as kAfter, and everything fails until restart()
  };
  void fail_commit(std::uint64_t n, Fail how);
  void restart();
  bool stopped() const;
  std::uint64_t commits() const;

 private:
  struct Data;
  class View;
  std::unique_ptr<Data> data_;
};

}  // namespace eider::smsr
