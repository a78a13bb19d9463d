// The token with which an SM-DP lets an SM-SR delete a Profile against its policy: SGP.02 v4.2 sections 3.10
// and 4.1.1.6.
#pragma once
#include "roles/smdp/es8/scp03_script.hpp"

namespace eider::smdp::es8 {

Result<sgp02::es5::MasterDelete> make_delete_token(const Aid& isdp, const DomainData& domain,
                                                   std::uint8_t token_identifier, const Secret& key);

}  // namespace eider::smdp::es8
