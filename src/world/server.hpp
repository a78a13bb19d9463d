// An SM-DP+ in a world: one store, one or two replicas before it, and the ways in which they fail.
#pragma once
#include <memory>

#include "roles/smdpp/smdpp.hpp"
#include "world/foundry.hpp"
#include "world/laws.hpp"
#include "world/network.hpp"
#include "world/sabotage.hpp"

namespace eider::world {

class ServerHost final : public Host {
 public:
  struct Parts {
    const Foundry& foundry;
    std::size_t index;  // of the foundry's servers
    std::size_t replicas = 1;
    std::uint64_t seed;
    ManualClock& clock;
    Faults& faults;
    Journal& journal;
    Laws& laws;
  };
  ServerHost(const Parts& parts, const Sabotage* sabotage);

  // For setting up and for looking: the store below all wrappers.
  smdpp::MemoryStore& memory() { return memory_; }
  smdpp::Store& store() { return *store_; }
  const std::string& address() const { return address_; }
  bool down() const { return observed_.dead(); }
  // Starts the processes anew: everything volatile is gone.
  void restart();
  // Sends what the SM-DP+ owes to operators; how many were delivered.
  Result<std::size_t> send_owed(HttpPort& http);

  bool reachable() override;
  std::optional<HttpReply> handle(const HttpPost& request, const std::string& client,
                                  ByteView certificate) override;

 private:
  void boot();
  void order_fault();

  Parts parts_;
  std::string address_;
  std::size_t law_index_;
  SeededRandom random_;
  std::unique_ptr<Random> bad_random_;
  smdpp::MemoryStore memory_;
  ObservedStore observed_;
  std::unique_ptr<smdpp::Store> sabotaged_;
  smdpp::Store* store_;
  std::vector<std::unique_ptr<smdpp::SmDpPlus>> replicas_;
  unsigned depth_ = 0;
};

}  // namespace eider::world
