// What the functions of the SM-DS share. Internal to roles/smds.
#pragma once
#include <mutex>
#include <set>

#include "roles/smds/sessions.hpp"
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
      : config(std::move(c)),
        store(p.store),
        clock(p.clock),
        random(p.random),
        root(p.root),
        push(p.push),
        sessions(config.limits.sessions, config.limits.sessions_per_peer),
        crls_(std::make_shared<const crypto::CrlSet>(config.crls)) {
    for (const auto& credential : config.credentials)
      auth.push_back({&credential.certificate, credential.key.get()});
  }

  const SmDsConfig config;
  Store& store;
  const Clock& clock;
  Random& random;
  RootPort* const root;
  PushPort* const push;
  Sessions sessions;
  std::vector<server::AuthCredential> auth;
  server::CertificateCache eum_certificates;
  crypto::VerifiedSignatures verified;
  UnderWay under_way;

  std::shared_ptr<const crypto::CrlSet> crls() const {
    const std::lock_guard lock(crls_mutex_);
    return crls_;
  }
  void set_crls(crypto::CrlSet crls) {
    auto next = std::make_shared<const crypto::CrlSet>(std::move(crls));
    const std::lock_guard lock(crls_mutex_);
    crls_ = std::move(next);
  }

 private:
  mutable std::mutex crls_mutex_;
  std::shared_ptr<const crypto::CrlSet> crls_;
};

using status::refuse;

}  // namespace eider::smds
