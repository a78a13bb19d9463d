#include "roles/smdpp/package.hpp"

namespace eider::smdpp {

Result<Secret> load_package(StoreReader& reader, const Profile& profile) {
  EIDER_TRY(stored, reader.package(profile.iccid));
  if (stored) return Secret(std::move(*stored));
  return fail_local("no profile package for " + sgp22::iccid_digits(profile.iccid), "import it again");
}

}  // namespace eider::smdpp
