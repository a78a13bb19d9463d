#include "roles/eum/eum.hpp"

#include "profile/installer.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::eum {
namespace {
using crypto::CertificateRole;

Personalisation base_record(const CardModel& model, const sgp22::Eid& eid) {
  Personalisation p;
  p.eid = eid;
  p.rat = model.rat;
  p.defaultDpAddress = model.default_smdp_address;
  p.rootDsAddress = model.root_smds_address;
  p.nonVolatileMemory = model.memory_octets;
  p.volatileMemory = model.volatile_octets;
  p.svn = *sgp22::parse_version("2.6.1");
  p.profileVersion = *sgp22::parse_version("2.3.1");
  p.additionalProfileVersions.emplace().push_back(*sgp22::parse_version("3.3.1"));
  p.firmwareVersion = *sgp22::parse_version("1.0.0");
  p.ppVersion = *sgp22::parse_version("0.0.1");  // not certified
  p.uiccCapability = profile::CardCapabilities::all_services();
  p.uiccCapability.set(saip::capability_bit(saip::Service::kJavacard), model.java_card);
  p.rspCapability = {sgp22::kAdditionalProfile, sgp22::kDeviceInfoExtensibilitySupport,
                     sgp22::kServiceSpecificDataSupport};
  p.rspCapability.set(sgp22::kCrlSupport, model.crl);
  p.rspCapability.set(sgp22::kTestProfileSupport, model.test_profiles);
  p.sasAccreditationNumber = "EIDER-EMULATED";
  p.preloadedProfiles = model.preloaded;
  p.lpae = model.lpae;
  return p;
}

Status add(Personalisation& p, const crypto::Certificate& ci, const crypto::Certificate& eum,
           const crypto::Certificate& euicc, const crypto::PrivateKey& key) {
  EIDER_TRY(anchor, crypto::TrustAnchor::from(ci));
  EIDER_TRY(ski, [&]() -> Result<sgp22::KeyIdentifier> {
    const auto id = sgp22::KeyIdentifier::from(anchor.ski);
    if (!id || id->size() != 20) return fail_local("the CI certificate has no key identifier of 20 octets");
    return *id;
  }());
  p.ciPublicKeys.push_back({anchor.key.spki_der(), ski, anchor.serial, anchor.ci_oid});
  p.credentials.push_back({ski, key.pkcs8_der(), {to_bytes(euicc.der())}, {to_bytes(eum.der())}});
  return {};
}
}  // namespace

std::vector<sgp22::ProfilePolicyAuthorisationRule> CardModel::open_rat() {
  sgp22::OperatorId everybody;
  everybody.mccMnc = *FixedBytes<3>::from(hex("EEEEEE"));
  everybody.gid1 = Bytes{};
  everybody.gid2 = Bytes{};
  return {{{sgp22::kPpr1, sgp22::kPpr2}, {everybody}, {0}}};
}

std::optional<sgp22::Eid> make_eid(std::string_view ein, std::uint64_t serial) {
  if (ein.size() < 8 || ein.size() > 30) return std::nullopt;
  const std::string number = std::to_string(serial);
  if (ein.size() + number.size() > 30) return std::nullopt;
  std::string digits(ein);
  digits.append(30 - ein.size() - number.size(), '0');
  digits += number;
  if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return sgp22::parse_eid(sgp22::eid_with_check_digits(digits));
}

Result<Personalisation> personalise(const CardModel& model, const sgp22::Eid& eid,
                                    std::span<const EumSigner> signers, Time now, Random& random) {
  if (signers.empty()) return fail_local("no EUM certificate to issue from");
  auto p = base_record(model, eid);
  for (const auto& signer : signers) {
    const auto key = crypto::PrivateKey::generate(signer.eum.public_key().curve(), random);
    EIDER_TRY(subject, crypto::euicc_subject(signer.eum, eid));
    crypto::CertificateRequest request{.subject = std::move(subject),
                                       .public_key = key.public_key(),
                                       .serial = crypto::random_serial(random),
                                       .not_before = now,
                                       .not_after = signer.eum.not_after(),
                                       .registered_id = {},
                                       .dns_names = {},
                                       .permitted = {},
                                       .crl_distribution_points = {}};
    EIDER_TRY(euicc, crypto::issue_certificate(sgp22::certificate_profile(CertificateRole::kEuicc), request,
                                               &signer.eum, *signer.key));
    EIDER_CHECK(crypto::check_eum_name_constraints(euicc, signer.eum));
    EIDER_CHECK(add(p, signer.ci, signer.eum, euicc, key));
  }
  return p;
}

Result<Personalisation> import_card(const CardModel& model, std::span<const ImportedCredential> credentials) {
  using Check = VerificationFault::Check;
  if (credentials.empty()) return fail_local("no eUICC certificate to import");
  EIDER_TRY(eid, crypto::eid_of(credentials.front().euicc));
  auto p = base_record(model, eid);
  for (const auto& c : credentials) {
    EIDER_TRY(other, crypto::eid_of(c.euicc));
    if (other != eid) return fail_verification(Check::kBinding, "the certificates name different EIDs");
    if (!(c.euicc.public_key() == c.key.public_key()))
      return fail_verification(Check::kBinding, "the private key does not belong to CERT.EUICC");
    crypto::TrustStore roots;
    EIDER_TRY(anchor, crypto::TrustAnchor::from(c.ci));
    roots.add(anchor);
    EIDER_CHECK(crypto::verify_certificate(c.euicc, sgp22::certificate_profile(CertificateRole::kEuicc),
                                           roots, std::span(&c.eum, 1), {}));
    EIDER_CHECK(add(p, c.ci, c.eum, c.euicc, c.key));
  }
  return p;
}

}  // namespace eider::eum
