#include "roles/smdpp/package.hpp"

#include "roles/smdpp/subscriber.hpp"

namespace eider::smdpp {

Result<std::shared_ptr<const profile::ProfileTemplate>> TemplateCache::get(StoreReader& reader,
                                                                           const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto it = known_.find(name); it != known_.end()) return it->second;
  }
  EIDER_TRY(stored, reader.profile_template(name));
  if (!stored) return fail_local("no template \"" + name + "\"", "import it");
  EIDER_TRY(loaded, profile::ProfileTemplate::load(stored->package));
  auto shared = std::make_shared<const profile::ProfileTemplate>(std::move(loaded));
  const std::lock_guard lock(mutex_);
  known_.emplace(name, shared);
  return shared;
}

Result<Secret> load_package(StoreReader& reader, TemplateCache& templates, const Profile& profile) {
  if (!profile.template_name.empty()) {
    EIDER_TRY(source, templates.get(reader, profile.template_name));
    EIDER_TRY(subscriber, decode_subscriber(profile.personalisation));
    EIDER_TRY(package, source->personalise(subscriber));
    return Secret(std::move(package));
  }
  EIDER_TRY(stored, reader.package(profile.iccid));
  if (stored) return Secret(std::move(*stored));
  return fail_local("no profile package for " + sgp22::iccid_digits(profile.iccid), "import it again");
}

}  // namespace eider::smdpp
