// EstablishISDRKeySet and EstablishISDPKeySet (SGP.02 v4.2 sections 4.1.1.8 and 4.1.3.1): a certificate of
// SM-SR or SM-DP, then its one-time key against the static one of the ECASD.
#include "card/m2m/isd_r.hpp"
#include "channel/scenario3.hpp"
#include "codec/tlv.hpp"
#include "crypto/gp_certificate.hpp"
#include "spec/sgp02/store_data.hpp"

namespace eider::card::m2m {
namespace es5 = sgp02::es5;
namespace scenario3 = channel::scenario3;

namespace {
constexpr std::size_t kChallenge = 16;
constexpr std::uint16_t kSecurityNotSatisfied = 0x6982;

// PK.CI.ECDSA as the certificate names it: by C9, by 42 in certificates of before v3.2.
const eum::CiPublicKey* ci_of(const eum::Personalisation& p, const crypto::GpCertificateFields& fields) {
  for (const auto& ci : p.ciPublicKeys)
    if (equal(fields.authority_key_identifier, ci.subjectKeyIdentifier)) return &ci;
  const bool by_name = fields.authority_key_identifier.empty() && p.m2m->caIdentifier &&
                       equal(fields.ca_identifier, *p.m2m->caIdentifier);
  return by_name ? &p.ciPublicKeys.front() : nullptr;
}

// Step 1. A card has no clock: it does not look at the date.
Result<Answer> take_certificate(IsdR& isd_r, ByteView data) {
  isd_r.establishment.reset();
  const auto value = sgp02::dgi_value(data);
  if (!value) return Answer(es5::kIncorrectData);
  const auto certificate = crypto::GpCertificate::decode(*value);
  if (!certificate) return Answer(es5::kIncorrectData);
  // Over SCP80 there is no session that ends: an SM-SR does not mean the ISD-P that is done.
  if (isd_r.personalised && isd_r.established && certificate->fields().role == crypto::GpRole::kSmSr)
    isd_r.personalised.reset();
  const auto role = isd_r.personalised ? crypto::GpRole::kSmDp : crypto::GpRole::kSmSr;
  if (certificate->fields().role != role) return Answer(es5::kIncorrectData);
  const auto* ci = ci_of(isd_r.state.personalisation, certificate->fields());
  if (!ci) return Answer(es5::kNotFound);
  EIDER_TRY(ci_key, crypto::PublicKey::from_spki(ci->subjectPublicKeyInfo));
  if (!certificate->verify(ci_key)) return Answer(kSecurityNotSatisfied);
  isd_r.establishment =
      Establishment{isd_r.personalised, certificate->public_key(), isd_r.random.bytes(kChallenge)};
  return Answer(make_tlv(0x85, isd_r.establishment->challenge));
}

// Section 2.2.5.1: which keys a security domain may get.
bool allowed(bool isd_p, const scenario3::ControlReferenceTemplate& crt) {
  const auto version = crt.key_version;
  const bool scp80 = version >= 0x01 && version <= 0x0F, scp81 = version >= 0x40 && version <= 0x4F,
             scp03 = version >= 0x30 && version <= 0x3F;
  const bool three = crt.key_usage == scenario3::kThreeKeys;
  if (isd_p || scp03) return scp03 && three && crt.key_type == eum::kAesKey;
  if (scp80) return three && crt.key_type == eum::kAesKey;
  return scp81 && (three || crt.key_type == eum::kPskKey);
}

std::vector<SecurityDomainKey> as_keys(const scenario3::ControlReferenceTemplate& crt,
                                       const scenario3::KeySet& set) {
  std::vector<SecurityDomainKey> out;
  for (std::size_t i = 0; i < set.keys.size(); ++i)
    out.push_back({crt.key_version, static_cast<std::uint8_t>(crt.first_key_identifier + i), crt.key_type,
                   set.keys[i]});
  return out;
}
std::uint64_t counter_of(const scenario3::ControlReferenceTemplate& crt) {
  std::uint64_t out = 0;
  for (const auto octet : crt.sequence_counter) out = out << 8 | octet;
  return out;
}

// The key set that protects this command stays, whatever the template says about deletion.
Status store(IsdR& isd_r, const std::optional<std::uint16_t>& target,
             const scenario3::ControlReferenceTemplate& crt, const scenario3::KeySet& set) {
  auto& state = isd_r.state;
  auto& keys = target ? state.isd_ps.at(*target).keys : state.m2m->keys;
  const bool clear = (crt.parameters & scenario3::kDeleteKeySets) != 0;
  std::erase_if(keys, [&](const auto& k) {
    if (!target && k.keyVersion == isd_r.key_version) return false;
    return k.keyVersion == crt.key_version || clear;
  });
  for (auto& key : as_keys(crt, set)) keys.push_back(std::move(key));
  if (target) {
    auto& isd_p = state.isd_ps.at(*target);
    isd_p.sequence = static_cast<std::uint32_t>(counter_of(crt) & 0xFFFFFF);
    state.save_isd_p(isd_p);
    if (isd_r.session && isd_r.session->instance == *target) isd_r.session.reset();
  } else {
    if (crt.key_version <= 0x0F) state.save_m2m_counter(crt.key_version, counter_of(crt));
    state.save_m2m();
  }
  return state.commit();
}

bool exists(IsdR& isd_r, const std::optional<std::uint16_t>& target, std::uint8_t version) {
  const auto& keys = target ? isd_r.state.isd_ps.at(*target).keys : isd_r.state.m2m->keys;
  return std::ranges::find(keys, version, &SecurityDomainKey::keyVersion) != keys.end();
}

// Step 2. The challenge is good for one attempt.
Result<Answer> take_one_time_key(IsdR& isd_r, ByteView data) {
  const auto pending = std::exchange(isd_r.establishment, std::nullopt);
  if (!pending || pending->isd_p != isd_r.personalised) return Answer(es5::kConditionsNotSatisfied);
  const auto& m = *isd_r.state.personalisation.m2m;
  EIDER_TRY(ecasd, crypto::PrivateKey::from_encoded(m.ecasdPrivateKey.view()));
  const auto request = scenario3::CommandData::decode(data, ecasd.curve());
  if (!request || request->one_time_key.curve() != ecasd.curve()) return Answer(es5::kIncorrectData);
  const auto& crt = request->crt;
  const auto signed_data =
      scenario3::signature_input(request->crt_tlv, request->public_key_tlv, pending->challenge);
  if (!crypto::verify(pending->signer, signed_data, request->signature)) return Answer(kSecurityNotSatisfied);
  if ((crt.parameters & scenario3::kCertificate) == 0 || !allowed(pending->isd_p.has_value(), crt))
    return Answer(es5::kIncorrectData);
  const bool replaces = (crt.parameters & scenario3::kDeleteKeySets) != 0 &&
                        (pending->isd_p || crt.key_version != isd_r.key_version);
  if (exists(isd_r, pending->isd_p, crt.key_version) && !replaces) return Answer(es5::kNotFound);
  EIDER_TRY(shared, ecasd.agree(request->one_time_key));
  const Bytes dr = (crt.parameters & scenario3::kDerivationRandom) != 0
                       ? isd_r.random.bytes(scenario3::random_size(256))
                       : Bytes();
  const auto set = scenario3::derive(shared.view(), crt, dr, {m.sin, m.sdin});
  EIDER_TRY(receipt, scenario3::receipt(set, request->crt_tlv, dr));
  EIDER_CHECK(store(isd_r, pending->isd_p, crt, set));
  isd_r.established = pending->isd_p.has_value();
  return Answer(scenario3::encode_answer(dr, receipt));
}
}  // namespace

Result<Answer> establish_key_set(IsdR& isd_r, const CommandView& c) {
  if (isd_r.personalised) {
    const auto found = isd_r.state.isd_ps.find(*isd_r.personalised);
    if (found == isd_r.state.isd_ps.end()) return Answer(es5::kNotFound);
  }
  return sgp02::dgi_of(c.data) == 0x3A01 ? take_certificate(isd_r, c.data) : take_one_time_key(isd_r, c.data);
}

// Section 4.1.1.9: key sets of the SM-SR before; never the one that protects this command.
Result<Answer> finalise_handover(IsdR& isd_r, const CommandView& c) {
  const auto ranges = es5::decode_finalise_handover(c);
  if (!ranges) return refusal(ranges.error());
  auto& m = *isd_r.state.m2m;
  auto keys = m.keys;
  for (const auto& range : *ranges) {
    if (range.key_version == isd_r.key_version) return Answer(es5::kConditionsNotSatisfied);
    const auto gone = std::erase_if(keys, [&](const auto& k) {
      return k.keyVersion == range.key_version && k.keyIdentifier >= range.first_identifier &&
             k.keyIdentifier <= range.last_identifier;
    });
    if (gone == 0) return Answer(es5::kNotFound);
  }
  // Without SCP80 nobody would reach the ISD-R any more.
  if (std::ranges::none_of(keys, [](const auto& k) { return k.keyVersion <= 0x0F; }))
    return Answer(es5::kConditionsNotSatisfied);
  m.keys = std::move(keys);
  isd_r.state.save_m2m();
  EIDER_CHECK(isd_r.state.commit());
  return Answer(Bytes{0x00});
}

}  // namespace eider::card::m2m
