#include "roles/eum/m2m.hpp"

#include "crypto/gp_certificate.hpp"
#include "profile/package_reader.hpp"
#include "spec/saip/profile_element.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::eum {
namespace {
Result<saip::ProfileHeader> header_of(ByteView package) {
  EIDER_TRY(elements, profile::read_package(package));
  if (elements.empty()) return fail_local("a bootstrap Profile without elements");
  EIDER_TRY(element, saip::decode_element(elements.front().der));
  const auto* header = element.as<saip::ProfileHeader>();
  if (!header) return fail_local("a bootstrap Profile does not begin with its header");
  return *header;
}

// 18 to 20 digits in order, to the swapped form of EF.ICCID.
sgp22::Iccid swapped(const FixedBytes<10>& digits) {
  sgp22::Iccid out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(digits[i] << 4 | digits[i] >> 4);
  return out;
}

// Three AES keys of SCP80; PSK and DEK of SCP81 (SGP.02 v4.2 section 2.2.5.1).
std::vector<SecurityDomainKey> make_keys(const M2mModel& m, Random& random) {
  const auto secret = [&] { return Secret(random.bytes(16)); };
  return {{m.scp80_version, 1, kAesKey, secret()},
          {m.scp80_version, 2, kAesKey, secret()},
          {m.scp80_version, 3, kAesKey, secret()},
          {m.scp81_version, 1, kPskKey, secret()},
          {m.scp81_version, 2, kAesKey, secret()}};
}

std::string date(Time t) {
  std::string out;
  for (const char c : format_time(t).substr(0, 10))
    if (c != '-') out += c;
  return out;
}

// CERT.ECASD.ECKA (SGP.02 v4.2 section 2.3.2.2).
Status make_ecasd(M2m& m, const sgp22::Eid& eid, const EumSigner& signer, Time now, Random& random) {
  const auto key = crypto::PrivateKey::generate(signer.eum.public_key().curve(), random);
  const auto eum_key = signer.eum.public_key().key_identifier();
  crypto::GpCertificateFields fields;
  fields.serial_number = random.bytes(8);
  fields.ca_identifier = to_bytes(eum_key.view().first(16));
  fields.subject = to_bytes(eid);
  fields.key_usage = static_cast<std::uint16_t>(crypto::GpKeyUsage::kEcasdAgreement);
  fields.effective = date(now);
  fields.expiration = date(signer.eum.not_after());
  fields.image_number = m.sdin;
  fields.authority_key_identifier = to_bytes(eum_key);
  EIDER_TRY(certificate, crypto::GpCertificate::issue(fields, key.public_key(), *signer.key));
  m.ecasdCertificate = to_bytes(certificate.octets());
  m.ecasdPrivateKey = key.pkcs8_der();
  return {};
}

Status check(const M2mModel& m) {
  const auto count = [&](bool M2mProfile::* what) {
    return std::ranges::count_if(m.profiles, [&](const auto& p) { return p.*what; });
  };
  if (m.profiles.empty()) return {};
  if (count(&M2mProfile::enabled) != 1) return fail_local("one of the bootstrap Profiles is enabled");
  if (count(&M2mProfile::fallback) > 1 || count(&M2mProfile::emergency) > 1 || count(&M2mProfile::test) > 1)
    return fail_local("an attribute is on more than one bootstrap Profile");
  for (const auto& p : m.profiles)
    if (p.fallback + p.emergency + p.test > 1)
      return fail_local("fall-back, emergency and test Profile are three");
  return {};
}

Status add_profile(M2mCard& card, const M2mProfile& profile, std::uint16_t instance) {
  EIDER_TRY(header, header_of(profile.package));
  auto& p = card.personalisation;
  PreloadedProfile record;
  record.metadata.iccid = swapped(header.iccid);
  record.metadata.profileName = header.profileType.value_or("").substr(0, 64);
  if (profile.test) record.metadata.profileClass = sgp22::ProfileClass::kTest;
  record.profilePackage = profile.package;
  record.enabled = profile.enabled;
  if (!p.credentials.empty())
    record.ciPKId = p.credentials.front().ciPKId;
  else if (!p.ciPublicKeys.empty())
    record.ciPKId = p.ciPublicKeys.front().subjectKeyIdentifier;
  record.pol1 = profile.pol1;
  M2mCard::Profile out;
  out.iccid = record.metadata.iccid;
  out.isdp_aid = *FixedBytes<16>::from(sgp22::isd_p_aid(instance));
  out.enabled = profile.enabled;
  out.fallback = profile.fallback;
  out.emergency = profile.emergency;
  out.type = header.profileType.value_or("");
  out.pol1 = profile.pol1.value_or(header.pol && !header.pol->empty() ? header.pol->back() : 0);
  out.connectivity = header.connectivityParameters.value_or(Bytes());
  p.preloadedProfiles.push_back(std::move(record));
  card.profiles.push_back(std::move(out));
  return {};
}
}  // namespace

Result<Bytes> encode_sms_address(std::string_view digits) {
  const auto coded = bcd_encode(digits, true);
  if (!coded || coded->empty() || coded->size() > 10) return fail_local("a number has 1 to 20 digits");
  return concat({Bytes{0x91}, *coded});
}

Result<M2mCard> personalise_m2m(const CardModel& model, const M2mModel& m2m, const sgp22::Eid& eid,
                                std::span<const EumSigner> signers, Time now, Random& random) {
  EIDER_CHECK(check(m2m));
  if (signers.empty()) return fail_local("no EUM certificate to issue from");
  EIDER_TRY(record, personalise(model, eid, signers, now, random));
  M2mCard card{std::move(record), {}};
  auto& p = card.personalisation;
  if (m2m.active && !m2m.consumer) p.credentials.clear();
  auto& m = p.m2m.emplace();
  m.active = m2m.active;
  m.caIdentifier = m2m.ca_identifier.value_or(to_bytes(p.ciPublicKeys.front().subjectKeyIdentifier));
  m.sin = m2m.sin;
  m.sdin = m2m.sdin;
  m.isdRKeys = make_keys(m2m, random);
  m.otherAddressing = m2m.other_addressing;
  if (m2m.sms_address) {
    EIDER_TRY(address, encode_sms_address(*m2m.sms_address));
    m.smsAddress = std::move(address);
  }
  EIDER_CHECK(make_ecasd(m, eid, signers.front(), now, random));
  bool fallback = false;
  for (const auto& profile : m2m.profiles) {
    const auto instance = static_cast<std::uint16_t>(sgp22::kFirstIsdPInstance + p.preloadedProfiles.size());
    EIDER_CHECK(add_profile(card, profile, instance));
    const auto& added = card.profiles.back();
    if (added.fallback) m.fallback = added.iccid;
    if (added.emergency) m.emergency = added.iccid;
    fallback |= added.fallback;
  }
  // The Profile that is enabled at the start is the one to come back to, unless another one is.
  for (auto& profile : card.profiles)
    if (!fallback && profile.enabled) {
      profile.fallback = true;
      m.fallback = profile.iccid;
    }
  return card;
}

EisPlan eis_plan(const M2mCard& card, const sgp02::EntityId& eum_id, const sgp02::EntityId& smsr_id,
                 const sgp02::EntityId& mno_id, Time now) {
  const auto& p = card.personalisation;
  const auto& m = *p.m2m;
  EisPlan plan;
  plan.eid = p.eid;
  plan.eum_id = eum_id;
  plan.smsr_id = smsr_id;
  plan.production_date = now;
  plan.ecasd_certificate = m.ecasdCertificate;
  plan.isdr_sin = plan.ecasd_sin = m.sin;
  plan.isdr_sdin = plan.ecasd_sdin = m.sdin;
  for (const auto& key : m.isdRKeys) {
    const bool scp80 = key.keyVersion <= 0x0F;
    if (plan.isdr_key_sets.empty() || plan.isdr_key_sets.back().version != key.keyVersion)
      plan.isdr_key_sets.push_back({key.keyVersion,
                                    scp80 ? sgp02::KeySetType::kScp80 : sgp02::KeySetType::kScp81,
                                    scp80 ? std::optional<std::uint64_t>(0) : std::nullopt,
                                    {}});
    plan.isdr_key_sets.back().keys.push_back({key.keyIdentifier, key.keyType, key.value});
  }
  plan.remaining_memory = plan.available_memory = p.nonVolatileMemory;
  for (const auto& profile : card.profiles) {
    sgp02::ProfileInfo info;
    info.iccid = profile.iccid;
    info.isdpAid = *sgp02::Aid::from(profile.isdp_aid);
    info.mnoId = mno_id;
    info.fallbackAttribute = profile.fallback;
    if (profile.emergency) info.emergencyProfileAttribute = true;
    info.state = profile.enabled ? sgp02::ProfileState::kEnabled : sgp02::ProfileState::kDisabled;
    if (!profile.type.empty()) info.profileType = profile.type;
    plan.profiles.push_back(std::move(info));
  }
  return plan;
}

}  // namespace eider::eum
