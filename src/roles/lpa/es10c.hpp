// ES10c: local profile management on the card. SGP.22 v2.6.1 sections 5.7.15 to 5.7.21.
#pragma once
#include "roles/lpa/es10_client.hpp"
#include "spec/sgp22/es10c.hpp"

namespace eider::lpa::es10c {

// With rules, owner and notification addresses; icons only when asked for (a kilobyte each).
Result<std::vector<sgp22::ProfileInfo>> get_profiles_info(Es10Client& card, bool icons = false);

Status enable_profile(Es10Client& card, const sgp22::ProfileIdentifier& profile, bool refreshFlag);
Status disable_profile(Es10Client& card, const sgp22::ProfileIdentifier& profile, bool refreshFlag);
Status delete_profile(Es10Client& card, const sgp22::ProfileIdentifier& profile);
// Bits of sgp22::MemoryResetOption. "Nothing to delete" is an Es10Fault: the caller decides.
Status euicc_memory_reset(Es10Client& card, const sgp22::BitString& resetOptions);
Result<sgp22::Eid> get_eid(Es10Client& card);
// At most 64 characters; an empty one removes it.
Status set_nickname(Es10Client& card, const sgp22::Iccid& iccid, std::string_view nickname);

}  // namespace eider::lpa::es10c
