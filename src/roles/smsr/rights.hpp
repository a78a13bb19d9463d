// Who may do what: the owner of a Profile, the SM-DP that loaded it, and others by PLMA (SGP.02 v4.2 sections
// 3.20 and 5.4 to 5.7).
#pragma once
#include "roles/smsr/context.hpp"
#include "spec/sgp02/functions.hpp"

namespace eider::smsr {

// 8.1.1/1.1 unless this SM-SR manages it.
Result<Euicc> managed(StoreReader& reader, const Eid& eid);
// The same, and 1.2/4.4 while it is being handed over.
Result<Euicc> available(StoreReader& reader, const Eid& eid);

// Does an Operator let that party do this with its Profiles of that type?
Result<bool> authorised(StoreReader& reader, const EntityId& owner, const EntityId& party,
                        std::string_view profile_type, std::string_view operation);

// Is the Profile among those that the caller hears of?
Result<bool> sees(StoreReader& reader, const Caller& caller, const Profile& profile);

// The Profile, if the caller may do this with it: 8.1.1/1.1, 1.2/4.4, 8.1/1.2, 8.2.1/3.9, 8.2.1/1.2.
Result<Profile> entitled(StoreReader& reader, const Caller& caller, sgp02::FunctionName function,
                         const Eid& eid, const Iccid& iccid);

}  // namespace eider::smsr
