#include "roles/eum/eis.hpp"

#include <set>

#include "crypto/transport_key.hpp"
#include "spec/sgp22/aids.hpp"

namespace eider::eum {
namespace {

BoundedBytes<16> aid(const std::array<std::uint8_t, 16>& octets) {
  return *BoundedBytes<16>::from(octets);
}
sgp02::Aid fixed_aid(const std::array<std::uint8_t, 16>& octets) {
  return *sgp02::Aid::from(octets);
}
// Digits 15 to 20 of the PIX.
FixedBytes<3> tar_of(const std::array<std::uint8_t, 16>& octets) {
  return *FixedBytes<3>::from(ByteView(octets).subspan(12, 3));
}

Result<sgp02::KeySet> wrapped(const PlainKeySet& plain, ByteView transport_key) {
  sgp02::KeySet out{
      .version = plain.version, .type = plain.type, .cntr = plain.counter, .keys = {}, .certificates = {}};
  for (const auto& key : plain.keys) {
    EIDER_TRY(value, crypto::wrap_transported(key.value, transport_key));
    EIDER_TRY(check_value, crypto::key_check_value(key.type, key.value.view()));
    out.keys.push_back({key.index, std::move(check_value), {{key.type, std::move(value)}}});
  }
  return out;
}

// A key set has a version of its own, and a key of it an identifier of its own.
Status check_key_sets(std::span<const PlainKeySet> sets) {
  std::set<std::uint8_t> versions;
  for (const auto& set : sets) {
    if (set.version == 0 || set.version > 0x7F || !versions.insert(set.version).second)
      return fail_local("key version " + std::to_string(set.version) + " is there twice or is none",
                        "use 1 to 127, each once");
    std::set<std::uint8_t> indices;
    for (const auto& key : set.keys)
      if (!indices.insert(key.index).second)
        return fail_local("key version " + std::to_string(set.version) + " has a key identifier twice");
  }
  return {};
}

Result<sgp02::SecurityDomain> ecasd(const EisPlan& plan) {
  EIDER_TRY(certificate, crypto::GpCertificate::decode(plan.ecasd_certificate));
  if (!equal(certificate.fields().subject, plan.eid.view()))
    return fail_local("the ECASD's certificate is for another EID", "tag 5F20 is the EID");
  sgp02::SecurityDomain out;
  out.aid = aid(sgp22::kEcasdAid);
  out.tars = {tar_of(sgp22::kEcasdAid)};
  out.sin = plan.ecasd_sin;
  out.sdin = plan.ecasd_sdin;
  out.role = sgp02::SecurityDomainRole::kEcasd;
  sgp02::KeySet keys{.version = plan.ecasd_key_version,
                     .type = sgp02::KeySetType::kCa,
                     .cntr = {},
                     .keys = {},
                     .certificates = {}};
  keys.certificates.push_back({1, certificate.fields().ca_identifier, plan.ecasd_certificate});
  out.keySets.push_back(std::move(keys));
  return out;
}

}  // namespace

Result<sgp02::Eis> make_eis(const EisPlan& plan, const crypto::Certificate& certificate,
                            const crypto::SigningKey& eum, ByteView transport_key) {
  EIDER_CHECK(check_key_sets(plan.isdr_key_sets));
  sgp02::EumSignedInfo info;
  info.eid = plan.eid;
  info.eumId = plan.eum_id;
  info.productionDate = plan.production_date;
  info.platformType = plan.platform_type;
  info.platformVersion = plan.platform_version;
  info.isdpLoadFileAid = fixed_aid(sgp22::kIsdPLoadFileAid);
  info.isdpModuleAid = fixed_aid(sgp22::kIsdPModuleAid);
  EIDER_TRY(ecasd_domain, ecasd(plan));
  info.ecasd = std::move(ecasd_domain);
  info.euiccCapabilities = plan.capabilities;

  sgp02::Eis out;
  EIDER_TRY(eum_signed, sgp02::sign_eum_info(info, certificate, eum));
  out.eumSigned = std::move(eum_signed);
  out.remainingMemory = plan.remaining_memory;
  out.availableMemoryForProfiles = plan.available_memory;
  out.smsrId = plan.smsr_id;
  out.profileInfos = plan.profiles;
  auto& isdr = out.isdR.emplace();
  isdr.aid = aid(sgp22::kIsdRAid);
  isdr.tars = {tar_of(sgp22::kIsdRAid)};
  isdr.sin = plan.isdr_sin;
  isdr.sdin = plan.isdr_sdin;
  isdr.role = sgp02::SecurityDomainRole::kIsdR;
  for (const auto& set : plan.isdr_key_sets) {
    EIDER_TRY(keys, wrapped(set, transport_key));
    isdr.keySets.push_back(std::move(keys));
  }
  return out;
}

}  // namespace eider::eum
