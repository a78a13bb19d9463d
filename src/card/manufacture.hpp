#pragma once
#include "card/nvm.hpp"
#include "spec/eum/personalisation.hpp"

namespace eider::card {

// Brings an empty memory into the state in which an eUICC leaves its EUM: exactly one ISD-R, PERSONALIZED,
// one ECASD with the given keys, and the preloaded Profiles (SGP.22 v2.6.1 sections 2.4.2, 2.4.3). One
// commit. LocalFault when the memory is not empty or the record contradicts itself: EID check digits,
// credentials of unknown CIs, keys that do not belong to their certificates, memory too small.
Status manufacture(const eum::Personalisation& personalisation, Nvm& nvm);

}  // namespace eider::card
