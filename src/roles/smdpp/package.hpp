// The unprotected profile package of a Profile: stored, or personalised from its template.
#pragma once
#include "roles/smdpp/context.hpp"

namespace eider::smdpp {

// LocalFault when the inventory does not hold what the Profile needs.
Result<Secret> load_package(StoreReader& reader, const Profile& profile);

}  // namespace eider::smdpp
