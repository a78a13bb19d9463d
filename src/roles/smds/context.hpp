// What the functions of the SM-DS share. Internal to roles/smds.
#pragma once
#include "roles/smds/smds.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::smds {

class Context {
 public:
  Context(SmDsConfig c, SmDsPorts p)
      : config(std::move(c)), store(p.store), clock(p.clock), random(p.random), root(p.root) {}

  const SmDsConfig config;
  Store& store;
  const Clock& clock;
  Random& random;
  RootPort* const root;
  crypto::VerifiedSignatures verified;
};

using status::refuse;

}  // namespace eider::smds
