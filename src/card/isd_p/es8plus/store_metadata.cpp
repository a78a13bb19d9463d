#include "card/isd_p/installation.hpp"
#include "card/isd_p/isd_p.hpp"
#include "card/profile_policy.hpp"

namespace eider::card {
namespace {
using Reason = sgp22::ErrorReason;

// What the declaration cannot say: the icon needs its type, an owner is one operator (section 4.4).
bool consistent(const sgp22::StoreMetadataRequest& m) {
  if (m.icon && !m.iconType) return false;
  if (!m.profileOwner) return true;
  return std::ranges::none_of(m.profileOwner->mccMnc,
                              [](std::uint8_t octet) { return (octet & 0xF) == 0xE || octet >> 4 == 0xE; });
}

std::optional<Reason> objection(const Installation& i, const sgp22::StoreMetadataRequest& m) {
  const auto profile_class = m.profileClass;
  if (profile_class > sgp22::ProfileClass::kOperational) return Reason::kUnsupportedProfileClass;
  if (profile_class == sgp22::ProfileClass::kTest &&
      !i.state.personalisation.rspCapability.test(sgp22::kTestProfileSupport))
    return Reason::kUnsupportedProfileClass;
  if (i.state.find(m.iccid)) return Reason::kInstallFailedDueToIccidAlreadyExistsOnEuicc;
  if (!policy_rules_acceptable(i.state, m)) return Reason::kPprNotAllowed;
  if (free_memory(i.state) < profile_memory(0, 0, i.metadata_octets.size()))
    return Reason::kInstallFailedDueToInsufficientMemoryForProfile;
  return std::nullopt;
}
}  // namespace

InstallStep store_metadata(Installation& i, ByteView tlv, bool second, bool last) {
  const auto command = second ? sgp22::BppCommandId::kStoreMetadata2 : sgp22::BppCommandId::kStoreMetadata;
  const auto fail_with = [&](Reason reason) { return InstallFailure{command, reason, {}}; };
  const auto plain = open_segment(i, channel::BspTag::k88, tlv, command);
  if (!plain) return plain.error();
  append(i.metadata_octets, *plain);
  if (!last) return {};
  auto metadata = der::decode<sgp22::StoreMetadataRequest>(i.metadata_octets);
  if (!metadata || !consistent(*metadata)) return fail_with(Reason::kIncorrectInputValues);
  i.metadata = *std::move(metadata);  // the result names the ICCID from here on
  if (const auto reason = objection(i, *i.metadata)) return fail_with(*reason);
  i.installer = make_installer(i.state, *i.metadata);
  return {};
}

}  // namespace eider::card
