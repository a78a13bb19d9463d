// Deliberate bugs in an M2M world, to prove that its laws can fail. Wrap what card and roles work on; the
// judge looks underneath.
#pragma once
#include <functional>
#include <memory>

#include "roles/smdp/ports.hpp"
#include "roles/smsr/ports.hpp"
#include "world/sabotage.hpp"

namespace eider::world::m2m {

struct Sabotage {
  std::function<std::unique_ptr<card::Nvm>(card::Nvm&)> memory;
  std::function<std::unique_ptr<smsr::Store>(smsr::Store&)> smsr;
  std::function<std::unique_ptr<smdp::Store>(smdp::Store&)> smdp;
  std::function<std::unique_ptr<server::Inventory>(server::Inventory&)> inventory;
  TearHook tear;
};

}  // namespace eider::world::m2m
