#include "card/manufacture.hpp"

#include "card/isd_p/isd_p.hpp"
#include "crypto/certificate.hpp"

namespace eider::card {
namespace {
Status check_record(const eum::Personalisation& p) {
  if (!sgp22::eid_check_digits_valid(sgp22::eid_digits(p.eid)))
    return fail_local("the EID's check digits are wrong", "the number modulo 97 must be 1");
  if (p.ciPublicKeys.empty()) return fail_local("no CI public key", "a card without one can verify nobody");
  if (p.credentials.empty()) return fail_local("no eUICC certificate", "a card without one can sign nothing");
  if (p.rootDsAddress.empty()) return fail_local("no root SM-DS address");
  for (const auto& ci : p.ciPublicKeys) {
    EIDER_TRY(key, crypto::PublicKey::from_spki(ci.subjectPublicKeyInfo));
    if (!equal(key.key_identifier(), ci.subjectKeyIdentifier))
      return fail_local("a CI key identifier does not belong to its key");
  }
  for (const auto& c : p.credentials) {
    const auto known = [&](const auto& ci) { return ci.subjectKeyIdentifier == c.ciPKId; };
    if (std::ranges::none_of(p.ciPublicKeys, known))
      return fail_local("an eUICC certificate leads to a CI that the card lacks");
    EIDER_TRY(key, crypto::PrivateKey::from_encoded(c.privateKey.view()));
    EIDER_TRY(certificate, crypto::Certificate::parse(c.euiccCertificate.der));
    if (!(key.public_key() == certificate.public_key()))
      return fail_local("the private key does not belong to CERT.EUICC");
    EIDER_TRY(eid, crypto::eid_of(certificate));
    if (eid != p.eid) return fail_local("CERT.EUICC is of another EID");
  }
  return {};
}
}  // namespace

Status manufacture(const eum::Personalisation& personalisation, Nvm& nvm) {
  if (!nvm.keys("").empty()) return fail_local("the card's memory is not empty", "give a new one");
  EIDER_CHECK(check_record(personalisation));
  PersistentState state(nvm);
  state.personalisation = personalisation;
  state.personalisation.preloadedProfiles.clear();
  state.isd_r_domain.aid = *Aid::from(sgp22::kIsdRAid);
  state.ecasd_domain.aid = *Aid::from(sgp22::kEcasdAid);
  state.isd_r.defaultDpAddress = personalisation.defaultDpAddress.value_or("");
  for (const auto& profile : personalisation.preloadedProfiles) EIDER_CHECK(preload(state, profile));
  state.save_personalisation();
  state.save_domains();
  state.save_isd_r();
  return state.commit();
}

}  // namespace eider::card
