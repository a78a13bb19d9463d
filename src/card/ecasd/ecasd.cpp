#include "card/ecasd/ecasd.hpp"

#include "spec/sgp22/certificates.hpp"

namespace eider::card {

const eum::EuiccCredential* Ecasd::credential(ByteView ci_pk_id) const {
  for (const auto& c : state_.personalisation.credentials)
    if (equal(c.ciPKId, ci_pk_id)) return &c;
  return nullptr;
}

const eum::CiPublicKey* Ecasd::ci(ByteView ci_pk_id) const {
  for (const auto& c : state_.personalisation.ciPublicKeys)
    if (equal(c.subjectKeyIdentifier, ci_pk_id)) return &c;
  return nullptr;
}

Result<crypto::TrustAnchor> Ecasd::anchor(ByteView ci_pk_id) const {
  const auto* record = ci(ci_pk_id);
  if (!record) return fail_verification(VerificationFault::Check::kChain, "the card has no key of this CI");
  EIDER_TRY(key, crypto::PublicKey::from_spki(record->subjectPublicKeyInfo));
  return crypto::TrustAnchor{key, to_bytes(ci_pk_id), std::nullopt, record->certificateSerialNumber,
                             record->ciOid};
}

bool Ecasd::revoked(ByteView issuer, ByteView serial) const {
  for (const auto& list : state_.crls.lists) {
    if (!equal(list.issuer, issuer)) continue;
    for (const auto& entry : list.revoked)
      if (equal(entry.serialNumber, serial)) return true;
  }
  return false;
}

Result<KeyIdentifier> Ecasd::verify(const crypto::Certificate& certificate, crypto::CertificateRole role,
                                    std::optional<Time> now) const {
  using Check = VerificationFault::Check;
  const auto issuer = certificate.authority_key_identifier();
  EIDER_TRY(root, anchor(issuer));
  // Content and signature of the certificate; then what the CRLs say of it and of its CI.
  crypto::TrustStore roots;
  roots.add(root);
  crypto::VerifyOptions options;
  options.now = now;
  if (state_.crls.time) options.not_earlier_than = Time(Duration(*state_.crls.time));
  EIDER_CHECK(crypto::verify_certificate(certificate, sgp22::certificate_profile(role), roots, options));
  if (revoked(issuer, certificate.serial()))
    return fail_verification(Check::kRevoked, "the certificate is revoked");
  if (revoked(issuer, root.serial))
    return fail_verification(Check::kRevoked, "the CI's certificate is revoked");
  return *KeyIdentifier::from(issuer);
}

Result<crypto::Signature> Ecasd::sign(ByteView ci_pk_id, std::initializer_list<ByteView> parts) {
  auto found = keys_.find(to_bytes(ci_pk_id));
  if (found == keys_.end()) {
    const auto* c = credential(ci_pk_id);
    if (!c) return fail_local("the card has no credentials of this CI");
    EIDER_TRY(key, crypto::PrivateKey::from_encoded(c->privateKey.view()));
    found = keys_.emplace(to_bytes(ci_pk_id), std::move(key)).first;
  }
  return found->second.sign(parts);
}

}  // namespace eider::card
