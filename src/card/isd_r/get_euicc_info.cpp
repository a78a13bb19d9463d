#include "card/isd_r/isd_r.hpp"
#include "card/profile_policy.hpp"

namespace eider::card {
namespace {
// Below this no profile fits: additionalProfile is not announced.
constexpr std::uint32_t kSmallestProfile = 4096;

template <class Info>
void fill_lists(const IsdR& isd_r, Info& info) {
  const auto& p = isd_r.state.personalisation;
  info.svn = p.svn;
  for (const auto& ci : p.ciPublicKeys)
    info.euiccCiPKIdListForVerification.push_back(ci.subjectKeyIdentifier);
  for (const auto& c : p.credentials) info.euiccCiPKIdListForSigning.push_back(c.ciPKId);
}
}  // namespace

Result<sgp22::EUICCInfo1> get_euicc_info1(IsdR& isd_r, const sgp22::GetEuiccInfo1Request&) {
  sgp22::EUICCInfo1 info;
  fill_lists(isd_r, info);
  return info;
}

Result<sgp22::EUICCInfo2> get_euicc_info2(IsdR& isd_r, const sgp22::GetEuiccInfo2Request&) {
  const auto& p = isd_r.state.personalisation;
  const auto free = free_memory(isd_r.state);
  sgp22::EUICCInfo2 info;
  fill_lists(isd_r, info);
  info.profileVersion = p.profileVersion;
  info.additionalEuiccProfilePackageVersions = p.additionalProfileVersions;
  info.euiccFirmwareVer = p.firmwareVersion;
  info.extCardResource = sgp22::encode_ext_card_resource({0, free, p.volatileMemory});
  info.uiccCapability = p.uiccCapability;
  info.rspCapability = p.rspCapability;
  info.rspCapability.set(sgp22::kAdditionalProfile, free >= kSmallestProfile);
  info.euiccCategory = p.euiccCategory;
  const auto forbidden = forbidden_profile_policy_rules(isd_r.state);
  if (!forbidden.none()) info.forbiddenProfilePolicyRules = forbidden;
  info.ppVersion = p.ppVersion;
  info.sasAcreditationNumber = p.sasAccreditationNumber;
  return info;
}

}  // namespace eider::card
