#include "roles/smdpp/verification.hpp"

#include "profile/fit.hpp"

namespace eider::smdpp {

server::EuiccTrust euicc_trust(Context& context, const crypto::CrlSet& crls) {
  return {context.config.roots,
          &crls,
          context.clock.now(),
          context.eum_certificates,
          context.verified,
          [&context, &crls](ByteView ci_ski) { return check_crl_is_current(context, crls, ci_ski); }};
}

Result<VerifiedEuicc> verify_euicc(Context& context, ByteView euicc_certificate, ByteView eum_certificate) {
  const auto crls = context.revocation.current();
  return server::verify_euicc(euicc_trust(context, *crls), euicc_certificate, eum_certificate);
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
