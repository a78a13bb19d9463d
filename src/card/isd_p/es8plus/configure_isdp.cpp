#include "card/isd_p/installation.hpp"
#include "card/isd_p/isd_p.hpp"

namespace eider::card {

// Creates the ISD-P and gives it its AID (section 5.5.2).
InstallStep configure_isdp(Installation& i, ByteView tlv) {
  constexpr auto kCommand = sgp22::BppCommandId::kConfigureISDP;
  const auto fail_with = [](sgp22::ErrorReason reason) { return InstallFailure{kCommand, reason, {}}; };
  const auto plain = open_segment(i, channel::BspTag::k87, tlv, kCommand);
  if (!plain) return plain.error();
  const auto request = der::decode<sgp22::ConfigureISDPRequest>(*plain);
  if (!request) return fail_with(sgp22::ErrorReason::kIncorrectInputValues);
  if (request->dpProprietaryData) {
    const auto outer = read_single_tlv(*plain);
    const auto data = outer ? find_tlv(outer->value, 0xB8) : std::nullopt;
    if (!data || data->whole.size() > 128) return fail_with(sgp22::ErrorReason::kIncorrectInputValues);
    i.dpProprietaryData = to_bytes(data->value);
  }
  const auto instance = free_instance(i.state);
  if (!instance || free_memory(i.state) < profile_memory(0, 0, 0))
    return fail_with(sgp22::ErrorReason::kInstallFailedDueToInsufficientMemoryForProfile);
  i.instance = *instance;
  return {};
}

}  // namespace eider::card
