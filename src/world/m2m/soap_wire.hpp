// SOAP between the parties, over the simulated network.
#pragma once
#include "server/soap_port.hpp"
#include "world/m2m/foundry.hpp"
#include "world/network.hpp"

namespace eider::world::m2m {

class SoapWire final : public server::SoapPort {
 public:
  SoapWire(const Foundry& foundry, const Party& self, Network& network)
      : foundry_(foundry), self_(self), network_(network) {}
  Result<server::SoapReply> post(const server::SoapPost& request) override;

 private:
  const Foundry& foundry_;
  const Party& self_;
  Network& network_;
};

}  // namespace eider::world::m2m
