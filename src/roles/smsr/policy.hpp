// What POL2 and the states and attributes of Profiles allow, before anything goes over the air. SGP.02 v4.2
// sections 3.2 to 3.7, 3.25 to 3.29; SGP.01 section 3.6.3.
#pragma once
#include "roles/smsr/context.hpp"

namespace eider::smsr {

// Rules that say something: Auto-Delete belongs to DISABLE (SGP.01 section 3.6.3.1). Any other is a mistake
// that would silently protect nothing.
Status check_rules(const Pol2& pol2);
// `profile`: the Profile that the function names, as it is now; `all` those of its eUICC.
Status may_enable(const Profile& profile, const std::vector<Profile>& all);
Status may_disable(const Profile& profile, const std::vector<Profile>& all);
// An enabled one is disabled first.
Status may_delete(const Profile& profile, const std::vector<Profile>& all);
// Of a Profile whose installation was not completed (ES3.DeleteISDP): nothing protects it.
Status may_master_delete(const Profile& profile);
Status may_set_fallback(const Profile& profile);
Status may_set_emergency(const Profile& profile);

}  // namespace eider::smsr
