#include "card/isd_p/installation.hpp"

namespace eider::card {

InstallStep replace_session_keys(Installation& i, ByteView tlv) {
  constexpr auto kCommand = sgp22::BppCommandId::kReplaceSessionKeys;
  const auto plain = open_segment(i, channel::BspTag::k87, tlv, kCommand);
  if (!plain) return plain.error();
  const auto request = der::decode<sgp22::ReplaceSessionKeysRequest>(*plain);
  if (!request) return InstallFailure{kCommand, sgp22::ErrorReason::kIncorrectInputValues, {}};
  const channel::BspKeys keys{*channel::AesBlock::from(request->initialMacChainingValue),
                              Secret(request->ppkEnc.view()), Secret(request->ppkCmac.view())};
  if (!i.bsp->replace_keys(keys))
    return InstallFailure{kCommand, sgp22::ErrorReason::kIncorrectInputValues, {}};
  return {};
}

}  // namespace eider::card
