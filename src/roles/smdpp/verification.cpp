#include "roles/smdpp/verification.hpp"

#include "profile/fit.hpp"
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
  for (const auto& d : profile::fit(profile.requirements, info)) {
    if (d.met.value_or(true)) continue;
    const auto why = "the Profile needs " + d.demand + (d.why.empty() ? "" : ": " + d.why);
    if (d.aspect == profile::Aspect::kMemory) return refuse(status::kInsufficientMemory, {}, why);
    return ineligible(why);
  }
  return {};
}

}  // namespace eider::smdpp
