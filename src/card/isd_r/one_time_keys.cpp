#include "card/isd_r/one_time_keys.hpp"

namespace eider::card {

Result<crypto::PrivateKey> one_time_key_for(PersistentState& state, Random& random, const der::Oid& smdp,
                                            crypto::Curve curve,
                                            const std::optional<sgp22::OneTimePublicKey>& wanted) {
  auto& keys = state.one_time_keys.keys;
  if (wanted) {
    for (const auto& record : keys) {
      if (record.smdpOid != smdp || record.publicKey != *wanted) continue;
      EIDER_TRY(stored, crypto::PrivateKey::from_encoded(record.privateKey.view()));
      if (stored.curve() == curve) return stored;
    }
  }
  auto key = crypto::PrivateKey::generate(curve, random);
  if (keys.size() >= kOneTimeKeyCapacity) keys.erase(keys.begin());
  keys.push_back(OneTimeKeyRecord{smdp, key.pkcs8_der(), key.public_key().point()});
  state.save_one_time_keys();
  EIDER_CHECK(state.commit());
  return key;
}

void erase_one_time_key(PersistentState& state, const sgp22::OneTimePublicKey& key) {
  std::erase_if(state.one_time_keys.keys, [&](const auto& record) { return record.publicKey == key; });
  state.save_one_time_keys();
}

}  // namespace eider::card
