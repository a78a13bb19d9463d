// What the card says of itself: SGP.22 v2.6.1 sections 4.3, 5.7.3, 5.7.8, 5.7.20 and 5.7.22.
#pragma once
#include "roles/lpa/lpa.hpp"

namespace eider::lpa {

struct ChipInfo {
  sgp22::Eid eid;
  IsdRInformation isd_r;
  std::string defaultDpAddress, rootDsAddress;  // empty: none
  sgp22::EUICCInfo1 info1;
  sgp22::EUICCInfo2 info2;
  std::optional<sgp22::ExtCardResource> resources;
  std::vector<sgp22::ProfilePolicyAuthorisationRule> rat;
};
Result<ChipInfo> chip_info(Lpa& lpa);

}  // namespace eider::lpa
