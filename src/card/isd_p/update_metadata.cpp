#include "card/isd_p/isd_p.hpp"

namespace eider::card {
namespace {
tl::unexpected<Fault> refuse(std::uint16_t sw) {
  return fail(StatusWord{sw});
}

// Both or none; octets of length zero delete. v2.2 deletes with 93 00 94 00, later versions leave 93 as it
// is.
Status update_icon(const sgp22::UpdateMetadataRequest& request, sgp22::StoreMetadataRequest& metadata) {
  if (!request.icon && !request.iconType) return {};
  if (!request.icon) return refuse(0x6A80);
  if (request.icon->empty()) {
    metadata.icon.reset();
    metadata.iconType.reset();
    return {};
  }
  if (!request.iconType || request.iconType->size() != 1 || (*request.iconType)[0] > 1 ||
      request.icon->size() > 1024)
    return refuse(0x6A80);
  metadata.iconType = static_cast<sgp22::IconType>((*request.iconType)[0]);
  metadata.icon = request.icon;
  return {};
}
}  // namespace

Status update_metadata(PersistentState& state, IsdPRecord& profile, ByteView request_octets) {
  const auto request = der::decode<sgp22::UpdateMetadataRequest>(request_octets);
  if (!request) return refuse(0x6A80);
  auto metadata = profile.metadata;
  const bool anything = request->serviceProviderName || request->profileName || request->iconType ||
                        request->icon || request->profilePolicyRules ||
                        request->serviceSpecificDataStoredInEuicc;
  if (!anything) return refuse(0x6A80);
  if (request->serviceProviderName) metadata.serviceProviderName = *request->serviceProviderName;
  if (request->profileName) metadata.profileName = *request->profileName;
  EIDER_CHECK(update_icon(*request, metadata));
  if (const auto& rules = request->profilePolicyRules) {
    // Rules can only be unset: what remains is what is set in both.
    if (rules->test(sgp22::kPprUpdateControl)) return refuse(0x6A81);
    der::BitString remaining;
    for (int bit = 0; bit < 128; ++bit)
      if (metadata.profilePolicyRules && metadata.profilePolicyRules->test(bit) && rules->test(bit))
        remaining.set(bit);
    metadata.profilePolicyRules.reset();
    if (!remaining.none()) metadata.profilePolicyRules = remaining;
  }
  if (request->serviceSpecificDataStoredInEuicc) {
    metadata.serviceSpecificDataStoredInEuicc = request->serviceSpecificDataStoredInEuicc;
    if (metadata.serviceSpecificDataStoredInEuicc->empty()) metadata.serviceSpecificDataStoredInEuicc.reset();
  }
  profile.metadata = std::move(metadata);
  state.save_profile(profile);
  return state.commit();
}

}  // namespace eider::card
