// Deliberate bugs in a world, to prove that its laws can fail.
#pragma once
#include <functional>
#include <memory>

#include "base/random.hpp"
#include "card/nvm.hpp"
#include "device/http_port.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::world {

// What a card finds after a tear instead of what it should find.
using TearHook = std::function<card::MemoryNvm::Values(const card::MemoryNvm::Values& before,
                                                       const card::NvmBatch& batch)>;

// Deliberate bugs, to prove that the laws see them. Wrap what the roles work on; the judge looks underneath.
struct Sabotage {
  std::function<std::unique_ptr<smdpp::Store>(smdpp::Store&)> store;
  std::function<std::unique_ptr<card::Nvm>(card::Nvm&)> memory;
  std::function<std::unique_ptr<Random>(Random&)> server_random, card_random;
  // Between the LPA and the network: may change what is asked and what comes back.
  std::function<Result<HttpReply>(const HttpPost&, const std::function<Result<HttpReply>(const HttpPost&)>&)>
      wire;
  TearHook tear;
};

}  // namespace eider::world
