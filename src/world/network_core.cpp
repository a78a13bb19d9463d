#include "world/network_core.hpp"

#include <stdexcept>

namespace eider::world {
namespace {
auc::AuthenticationCentre make_auc(const Subscription& subscription, Random& random) {
  auto made = auc::AuthenticationCentre::make(subscription.aka, random);
  if (!made) throw std::runtime_error("world: " + made.error().message());
  return *std::move(made);
}
}  // namespace

NetworkCore::NetworkCore(const Foundry& foundry, std::uint64_t seed) : random_(seed) {
  for (const auto& server : foundry.packages)
    for (const auto& package : server) {
      const auto& s = package.subscription;
      subscribers_.emplace(
          to_bytes(package.iccid),
          Subscriber{s, sgp22::iccid_digits(package.iccid), make_auc(s, random_), {}, {}, {s.pin1}});
    }
}

Subscriber* NetworkCore::find(ByteView iccid) {
  const auto found = subscribers_.find(to_bytes(iccid));
  return found == subscribers_.end() ? nullptr : &found->second;
}

void NetworkCore::restore(Subscriber& subscriber) {
  subscriber.auc = make_auc(subscriber.subscription, random_);
}

}  // namespace eider::world
