#include "card/isd_r/isd_r.hpp"

namespace eider::card {
namespace {
using namespace sgp22;

constexpr Tag kDefaultTags[] = {0x5A, 0x4F, 0x9F70, 0x90, 0x91, 0x92, 0x93, 0x94, 0x95};

bool matches(const IsdPRecord& p, const ProfileInfoSearchCriteria& by) {
  if (const auto* aid = std::get_if<Aid>(&by.value)) return p.aid() == *aid;
  if (const auto* iccid = std::get_if<Iccid>(&by.value)) return p.metadata.iccid == *iccid;
  return p.metadata.profileClass == std::get<ProfileClass>(by.value);
}

ProfileInfo describe(const IsdPRecord& p, std::span<const Tag> tags) {
  ProfileInfo out;
  const auto& m = p.metadata;
  for (const Tag tag : tags) {
    switch (tag) {
      case 0x5A:
        out.iccid = m.iccid;
        break;
      case 0x4F:
        out.isdpAid = p.aid();
        break;
      case 0x9F70:
        out.profileState = p.state;
        break;
      case 0x90:
        out.profileNickname = p.nickname;
        break;
      case 0x91:
        out.serviceProviderName = m.serviceProviderName;
        break;
      case 0x92:
        out.profileName = m.profileName;
        break;
      case 0x93:
        out.iconType = m.iconType;
        break;
      case 0x94:
        out.icon = m.icon;
        break;
      case 0x95:
        out.profileClass = m.profileClass;
        break;
      case 0xB6:
        out.notificationConfigurationInfo = m.notificationConfigurationInfo;
        break;
      case 0xB7:
        out.profileOwner = m.profileOwner;
        break;
      case 0xB8:
        out.dpProprietaryData = p.dpProprietaryData;
        break;
      case 0x99:
        out.profilePolicyRules = m.profilePolicyRules;
        break;
      case 0xBF22:
        out.serviceSpecificDataStoredInEuicc = m.serviceSpecificDataStoredInEuicc;
        break;
      default:
        break;  // a tag of a later version: the object is absent
    }
  }
  return out;
}
}  // namespace

Result<ProfileInfoListResponse> get_profiles_info(IsdR& isd_r, const ProfileInfoListRequest& request) {
  std::vector<Tag> tags(std::begin(kDefaultTags), std::end(kDefaultTags));
  if (request.tagList) {
    auto parsed = parse_tag_list(*request.tagList);
    if (!parsed) return ProfileInfoListResponse{ProfileInfoListError::kIncorrectInputValues};
    tags = std::move(*parsed);
  }
  // The state is about to change: it must not be told (section 5.7.15).
  if (isd_r.state.isd_r.pendingSwitch && std::ranges::find(tags, Tag{0x9F70}) != tags.end())
    return fail_sw(0x6985);
  std::vector<ProfileInfo> list;
  for (const auto& [instance, profile] : isd_r.state.profiles)
    if (!request.searchCriteria || matches(profile, *request.searchCriteria))
      list.push_back(describe(profile, tags));
  return ProfileInfoListResponse{std::move(list)};
}

}  // namespace eider::card
