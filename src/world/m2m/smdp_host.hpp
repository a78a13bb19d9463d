// The SM-DP in a world, with the inventory that it shares with an SM-DP+.
#pragma once
#include "roles/smdp/smdp.hpp"
#include "roles/smdpp/stock.hpp"
#include "world/m2m/laws.hpp"
#include "world/m2m/sabotage.hpp"
#include "world/m2m/soap_wire.hpp"

namespace eider::world::m2m {

class SmdpHost final : public Host {
 public:
  struct Parts {
    const Foundry& foundry;
    std::uint64_t seed;
    bool repeats;  // calls that an SM-SR has taken and not answered
    ManualClock& clock;
    Network& network;
    Faults& faults;
    Journal& journal;
    Laws& laws;
  };
  SmdpHost(const Parts& parts, const Sabotage* sabotage);

  smdp::MemoryStore& memory() { return memory_; }
  smdpp::MemoryStore& stock() { return stock_memory_; }
  smdp::SmDp& role() { return *role_; }
  bool down() const { return observed_.dead() || killed_; }
  bool idle() const { return depth_ == 0; }
  void kill() { killed_ = true; }
  void restart();
  bool poll();
  // Nothing: nothing waits.
  std::optional<Time> next() const { return down() ? std::nullopt : next_; }

  bool reachable() override { return !down(); }
  std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                  ByteView certificate) override;

 private:
  class Turn;
  class Inventory;
  void boot();

  Parts parts_;
  SeededRandom random_;
  SoapWire wire_;
  smdp::MemoryStore memory_;
  ObservedSmdpStore observed_;
  std::unique_ptr<smdp::Store> sabotaged_;
  smdp::Store* store_;
  smdpp::MemoryStore stock_memory_;
  ObservedStore stock_observed_;
  smdpp::Stock stock_;
  std::unique_ptr<server::Inventory> inventory_, bad_inventory_;
  std::unique_ptr<smdp::SmDp> role_;
  std::optional<Time> next_;
  bool killed_ = false;
  unsigned depth_ = 0;
};

}  // namespace eider::world::m2m
