#include "roles/lpa/es10c.hpp"

#include "spec/sgp22/result_codes.hpp"

namespace eider::lpa::es10c {
using namespace sgp22;
namespace {
template <class Code>
Status outcome(std::string_view function, Code code) {
  if (static_cast<int>(code) == 0) return {};
  return fail(result_code::make_fault(function, static_cast<int>(code)));
}
constexpr std::string_view kTags = "5A4F9F7090919295B6B799";
constexpr std::string_view kTagsWithIcon =
    "5A4F9F709091929394"
    "95B6B799";
}  // namespace

Result<std::vector<ProfileInfo>> get_profiles_info(Es10Client& card, bool icons) {
  ProfileInfoListRequest request;
  request.tagList = hex(icons ? kTagsWithIcon : kTags);
  auto r = es10_call<ProfileInfoListResponse>(card, request);
  // Cards exist that refuse a tag list with tags they do not know; the default list works everywhere.
  const bool refused = r ? std::holds_alternative<ProfileInfoListError>(r->value.value)
                         : r.error().as<StatusWord>() && r.error().as<StatusWord>()->sw != 0x6985;
  if (refused) r = es10_call<ProfileInfoListResponse>(card, ProfileInfoListRequest{});
  if (!r) return tl::unexpected<Fault>(std::move(r).error());
  if (const auto* e = std::get_if<ProfileInfoListError>(&r->value.value))
    return fail(result_code::make_fault("GetProfilesInfo", static_cast<int>(*e)));
  return std::get<0>(std::move(r->value.value));
}

Status enable_profile(Es10Client& card, const ProfileIdentifier& profile, bool refreshFlag) {
  EIDER_TRY(r, es10_call<EnableProfileResponse>(card, EnableProfileRequest{profile, refreshFlag}));
  return outcome("EnableProfile", r.value.enableResult);
}
Status disable_profile(Es10Client& card, const ProfileIdentifier& profile, bool refreshFlag) {
  EIDER_TRY(r, es10_call<DisableProfileResponse>(card, DisableProfileRequest{profile, refreshFlag}));
  return outcome("DisableProfile", r.value.disableResult);
}
Status delete_profile(Es10Client& card, const ProfileIdentifier& profile) {
  EIDER_TRY(r, es10_call<DeleteProfileResponse>(card, DeleteProfileRequest{profile.value}));
  return outcome("DeleteProfile", r.value.deleteResult);
}
Status euicc_memory_reset(Es10Client& card, const BitString& resetOptions) {
  EIDER_TRY(r, es10_call<EuiccMemoryResetResponse>(card, EuiccMemoryResetRequest{resetOptions}));
  return outcome("eUICCMemoryReset", r.value.resetResult);
}
Result<Eid> get_eid(Es10Client& card) {
  EIDER_TRY(r, es10_call<GetEuiccDataResponse>(card, GetEuiccDataRequest{Bytes{0x5A}}));
  return r.value.eidValue;
}
Status set_nickname(Es10Client& card, const Iccid& iccid, std::string_view nickname) {
  SetNicknameRequest request;
  request.iccid = iccid;
  request.profileNickname = nickname;
  EIDER_TRY(r, es10_call<SetNicknameResponse>(card, request));
  return outcome("SetNickname", r.value.setNicknameResult);
}

}  // namespace eider::lpa::es10c
