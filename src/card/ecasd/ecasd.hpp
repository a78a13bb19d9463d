// The ECASD (SGP.22 v2.6.1 section 2.4.2): keeps SK.EUICC and PK.CI, signs and verifies for the ISD-R.
#pragma once
#include "card/persistent_state.hpp"
#include "crypto/verify.hpp"

namespace eider::card {

class Ecasd {
 public:
  explicit Ecasd(PersistentState& state) : state_(state) {}

  // The credential that leads to this CI; nullptr: none.
  const eum::EuiccCredential* credential(ByteView ci_pk_id) const;
  // Creates an eUICC signature over the parts with the key of that CI.
  Result<crypto::Signature> sign(ByteView ci_pk_id, std::initializer_list<ByteView> parts);

  const eum::CiPublicKey* ci(ByteView ci_pk_id) const;
  // PK.CI as a trust anchor.
  Result<crypto::TrustAnchor> anchor(ByteView ci_pk_id) const;
  // Verifies an off-card certificate as one of the role, up to a CI key of this card, neither revoked nor
  // expired as far as the CRLs tell, and `now` where the time is known (SGP.22 v2.6.1 section 4.5.2.2).
  // Returns the CI's key identifier.
  Result<KeyIdentifier> verify(const crypto::Certificate& certificate, crypto::CertificateRole role,
                               std::optional<Time> now = {}) const;

  // Keys are decoded at their first use; forgets them, for a reset.
  void clear() { keys_.clear(); }

 private:
  bool revoked(ByteView issuer, ByteView serial) const;
  PersistentState& state_;
  std::map<Bytes, crypto::PrivateKey> keys_;
};

}  // namespace eider::card
