#include "roles/smdpp/verification.hpp"

#include "spec/sgp22/certificates.hpp"

namespace eider::smdpp {
namespace {
using Check = VerificationFault::Check;

tl::unexpected<Fault> refuse_certificate(const Fault& fault, const status::Code& expired,
                                         const status::Code& invalid) {
  const auto* v = fault.as<VerificationFault>();
  const bool is_expired = v && v->check == Check::kExpired;
  return refuse(is_expired ? expired : invalid, {}, fault.message());
}

}  // namespace

Result<VerifiedEuicc> verify_euicc(Context& context, ByteView euicc_certificate, ByteView eum_certificate) {
  auto eum = context.eum_certificates.parse(eum_certificate);
  if (!eum) return refuse(status::kEumCertificateInvalid, {}, eum.error().message());
  if (!context.config.roots.find(eum->authority_key_identifier()))
    return refuse(status::kCiPublicKeyUnknown, to_hex(eum->authority_key_identifier()));

  crypto::VerifyOptions options;
  options.now = context.clock.now();
  const auto crls = context.revocation.current();
  options.crls = crls.get();
  options.cache = &context.verified;
  using crypto::CertificateRole;
  using sgp22::certificate_profile;
  const auto root = crypto::verify_certificate(*eum, certificate_profile(CertificateRole::kEum),
                                               context.config.roots, options);
  if (!root)
    return refuse_certificate(root.error(), status::kEumCertificateExpired, status::kEumCertificateInvalid);

  EIDER_CHECK(check_crl_is_current(context, *crls, (*root)->ski));

  auto euicc = crypto::Certificate::parse(euicc_certificate);
  if (!euicc) return refuse(status::kEuiccCertificateInvalid, {}, euicc.error().message());
  const std::span<const crypto::Certificate> issuers(&*eum, 1);
  const auto chain = crypto::verify_certificate(*euicc, certificate_profile(CertificateRole::kEuicc),
                                                context.config.roots, issuers, options);
  if (!chain)
    return refuse_certificate(chain.error(), status::kEuiccCertificateExpired,
                              status::kEuiccCertificateInvalid);
  const auto eid = crypto::eid_of(*euicc);
  if (!eid) return refuse(status::kEuiccCertificateInvalid, {}, eid.error().message());
  return VerifiedEuicc{*std::move(euicc), *eid, (*root)->ski};
}

namespace {

bool takes_version(const sgp22::EUICCInfo2& info, const Requirements& r) {
  const auto takes = [&r](const sgp22::Version& v) {
    return v[0] == r.profile_major && v[1] >= r.profile_minor;
  };
  if (takes(info.profileVersion)) return true;
  return info.additionalEuiccProfilePackageVersions &&
         std::ranges::any_of(*info.additionalEuiccProfilePackageVersions, takes);
}

bool covers(const BitString& offered, const BitString& needed) {
  for (std::size_t i = 0; i < needed.data().size(); ++i)
    if (needed.data()[i] & ~offered.data()[i]) return false;
  return true;
}

bool overlap(const BitString& a, const BitString& b) {
  for (std::size_t i = 0; i < a.data().size(); ++i)
    if (a.data()[i] & b.data()[i]) return true;
  return false;
}

}  // namespace

Status check_eligibility(const Profile& profile, const sgp22::EUICCInfo2& info) {
  const auto ineligible = [](std::string why) {
    return refuse(status::kNoEligibleProfile, {}, std::move(why));
  };
  if (!info.rspCapability.test(sgp22::kAdditionalProfile))
    return ineligible("the eUICC takes no additional Profile");
  EIDER_TRY(metadata, der::decode<sgp22::StoreMetadataRequest>(profile.metadata));
  if (metadata.profilePolicyRules && info.forbiddenProfilePolicyRules &&
      overlap(*metadata.profilePolicyRules, *info.forbiddenProfilePolicyRules))
    return ineligible("the eUICC forbids a Profile Policy Rule of the Profile");
  if (metadata.profileClass == sgp22::ProfileClass::kTest &&
      !info.rspCapability.test(sgp22::kTestProfileSupport))
    return ineligible("the eUICC takes no Test Profile");
  if (metadata.serviceSpecificDataStoredInEuicc &&
      !info.rspCapability.test(sgp22::kServiceSpecificDataSupport))
    return ineligible("the eUICC does not store service specific data");
  if (!takes_version(info, profile.requirements))
    return ineligible("the eUICC does not take version " +
                      std::to_string(profile.requirements.profile_major) + "." +
                      std::to_string(profile.requirements.profile_minor) + " of profile packages");
  if (!covers(info.uiccCapability, profile.requirements.uicc_capability))
    return ineligible("the eUICC lacks a service that the Profile needs");
  const auto resources = sgp22::parse_ext_card_resource(info.extCardResource);
  if (resources && resources->free_nvm_octets < profile.requirements.size_octets)
    return refuse(status::kInsufficientMemory, {},
                  "the Profile needs about " + std::to_string(profile.requirements.size_octets) +
                      " octets, " + std::to_string(resources->free_nvm_octets) + " are free");
  return {};
}

}  // namespace eider::smdpp
