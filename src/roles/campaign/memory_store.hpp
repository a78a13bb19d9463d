// The Store port in memory, for tests, with faults on demand.
#pragma once
#include <memory>

#include "roles/campaign/ports.hpp"

namespace eider::campaign {

class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;
  Status read(const std::function<Status(StoreReader&)>& body) override;
  Status write(const std::function<Status(StoreTransaction&)>& body) override;

  // How the n-th commit from now goes wrong (1: the next one); everything fails then until restart().
  enum class Fail : std::uint8_t { kKillBefore, kKillAfter };
  void fail_commit(std::uint64_t n, Fail how);
  void restart();
  std::uint64_t commits() const;

 private:
  struct Data;
  class View;
  std::unique_ptr<Data> data_;
};

}  // namespace eider::campaign
