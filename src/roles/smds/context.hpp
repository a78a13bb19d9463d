// What the functions of the SM-DS share. Internal to roles/smds.
#pragma once
#include <mutex>
#include <set>

#include "roles/smds/smds.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::smds {

// The events about which the Root is being asked, by caller and EventID.
class UnderWay {
 public:
  using Key = std::pair<std::string, std::string>;
  bool begin(const Key& key) {
    const std::lock_guard lock(mutex_);
    return keys_.insert(key).second;
  }
  void end(const Key& key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
  }

 private:
  std::mutex mutex_;
  std::set<Key> keys_;
};

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
  UnderWay under_way;
};

using status::refuse;

}  // namespace eider::smds
