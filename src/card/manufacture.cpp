#include "card/manufacture.hpp"

#include "card/isd_p/isd_p.hpp"
#include "crypto/certificate.hpp"
#include "crypto/gp_certificate.hpp"

namespace eider::card {
namespace {
// SGP.02 v4.2 sections 2.2.1.2 and 2.2.5.
Status check_m2m(const eum::Personalisation& p) {
  const auto& m = *p.m2m;
  EIDER_TRY(certificate, crypto::GpCertificate::decode(m.ecasdCertificate));
  EIDER_TRY(key, crypto::PrivateKey::from_encoded(m.ecasdPrivateKey.view()));
  if (!(key.public_key() == certificate.public_key()))
    return fail_local("the private key does not belong to CERT.ECASD.ECKA");
  if (!equal(certificate.fields().subject, p.eid)) return fail_local("CERT.ECASD.ECKA is of another EID");
  const auto has = [&](std::uint8_t first, std::uint8_t last, std::uint8_t identifier) {
    return std::ranges::any_of(m.isdRKeys, [&](const auto& k) {
      return k.keyVersion >= first && k.keyVersion <= last && k.keyIdentifier == identifier;
    });
  };
  if (!has(0x01, 0x0F, 1) || !has(0x01, 0x0F, 2))
    return fail_local("the ISD-R lacks keys of SCP80", "a key set of version 01 to 0F: KIc and KID");
  for (const auto& k : m.isdRKeys) {
    const auto size = k.value.size();
    if (size != 16 && size != 24 && size != 32) return fail_local("a key of the ISD-R has a wrong length");
  }
  return {};
}

Status check_record(const eum::Personalisation& p) {
  if (!sgp22::eid_check_digits_valid(sgp22::eid_digits(p.eid)))
    return fail_local("the EID's check digits are wrong", "the number modulo 97 must be 1");
  if (p.ciPublicKeys.empty()) return fail_local("no CI public key", "a card without one can verify nobody");
  const bool m2m_only = p.m2m && p.m2m->active;
  if (p.credentials.empty() && !m2m_only)
    return fail_local("no eUICC certificate", "a card without one can sign nothing");
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
  return p.m2m ? check_m2m(p) : Status();
}

// The domains of the M2M architecture, with the attributes of preloaded Profiles.
Status make_m2m(PersistentState& state) {
  const auto& m = *state.personalisation.m2m;
  auto& out = *state.m2m;
  out.keys = m.isdRKeys;
  out.smsAddress = m.smsAddress;
  out.otherAddressing = m.otherAddressing;
  const auto place = [&](const std::optional<Iccid>& iccid, std::optional<std::uint16_t>& to) -> Status {
    if (!iccid) return {};
    const auto* profile = state.find(*iccid);
    if (!profile) return fail_local("an attribute is for a Profile that is not preloaded");
    to = profile->instance;
    return {};
  };
  EIDER_CHECK(place(m.fallback, out.fallback));
  EIDER_CHECK(place(m.emergency, out.emergency));
  if (out.fallback && out.fallback == out.emergency)
    return fail_local("fall-back and emergency attribute are on the same Profile");
  if (m.active && !state.profiles.empty() && !out.fallback)
    return fail_local("a card with Profiles has one with the fall-back attribute");
  state.save_m2m();
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
  if (personalisation.m2m) state.m2m.emplace();
  for (const auto& profile : personalisation.preloadedProfiles) EIDER_CHECK(preload(state, profile));
  if (state.m2m) EIDER_CHECK(make_m2m(state));
  state.save_personalisation();
  state.save_domains();
  state.save_isd_r();
  return state.commit();
}

}  // namespace eider::card
