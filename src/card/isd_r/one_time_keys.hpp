// One-time key pairs that wait for an installation (SGP.22 v2.6.1 section 5.7.5): kept over power losses, so
// that an interrupted download can be retried with the same Bound Profile Package.
#pragma once
#include "base/random.hpp"
#include "card/persistent_state.hpp"
#include "crypto/ec.hpp"

namespace eider::card {

// The pair whose public key is `wanted`, if the card still has it for this SM-DP+; otherwise a new one,
// stored. Commits.
Result<crypto::PrivateKey> one_time_key_for(PersistentState& state, Random& random, const der::Oid& smdp,
                                            crypto::Curve curve,
                                            const std::optional<sgp22::OneTimePublicKey>& wanted);
// The pair has been used up or will never be. No commit.
void erase_one_time_key(PersistentState& state, const sgp22::OneTimePublicKey& key);

}  // namespace eider::card
