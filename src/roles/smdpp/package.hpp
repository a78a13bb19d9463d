// The unprotected profile package of a Profile: stored, or personalised from its template.
#pragma once
#include <memory>
#include <mutex>
#include <unordered_map>

#include "profile/personalise.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::smdpp {

// Templates decoded once. A stored template never changes under its name. Safe to share between threads.
class TemplateCache {
 public:
  Result<std::shared_ptr<const profile::ProfileTemplate>> get(StoreReader& reader, const std::string& name);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const profile::ProfileTemplate>> known_;
};

// LocalFault when the inventory does not hold what the Profile needs.
Result<Secret> load_package(StoreReader& reader, TemplateCache& templates, const Profile& profile);

}  // namespace eider::smdpp
