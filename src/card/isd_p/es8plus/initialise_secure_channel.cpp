#include "card/isd_p/installation.hpp"

namespace eider::card {
namespace {
using Reason = sgp22::ErrorReason;
InstallStep fail_with(Reason reason) {
  return InstallFailure{sgp22::BppCommandId::kInitialiseSecureChannel, reason, {}};
}

// smdpSign covers the received members before it and the one-time key that this card gave (section 5.5.1).
bool signature_holds(const Installation& i, ByteView tlv, const sgp22::Signature& signature) {
  const auto outer = read_single_tlv(tlv);
  if (!outer) return false;
  const auto last = find_tlv(outer->value, 0x5F37);
  if (!last) return false;
  const auto signed_members =
      outer->value.first(static_cast<std::size_t>(last->whole.data() - outer->value.data()));
  const auto own_key = make_tlv(0x5F49, i.session.euiccOtpk);
  return crypto::verify(i.session.dp_pb_key, {signed_members, own_key}, signature).has_value();
}
}  // namespace

InstallStep initialise_secure_channel(Installation& i, ByteView tlv) {
  const auto request = der::decode<sgp22::InitialiseSecureChannelRequest>(tlv);
  if (!request) return fail_with(Reason::kIncorrectInputValues);
  if (!signature_holds(i, tlv, request->smdpSign)) return fail_with(Reason::kInvalidSignature);
  if (request->remoteOpId != 1) return fail_with(Reason::kUnsupportedRemoteOperationType);
  if (request->transactionId != i.session.transactionId) return fail_with(Reason::kInvalidTransactionId);
  const auto& crt = request->controlRefTemplate;
  if (crt.keyType[0] != 0x88 || crt.keyLen[0] != 0x10) return fail_with(Reason::kUnsupportedCrtValues);

  const auto otpk = crypto::PublicKey::from_point(i.session.dp_pb_key.curve(), request->smdpOtpk);
  if (!otpk) return fail_with(Reason::kIncorrectInputValues);
  const auto shared = i.session.one_time_key.agree(*otpk);
  if (!shared) return fail_with(Reason::kIncorrectInputValues);
  const auto keys = channel::derive_bsp_keys(shared->view(), crt.keyType[0], crt.keyLen[0], crt.hostId,
                                             i.state.personalisation.eid);
  if (!keys) return fail_with(Reason::kUnsupportedCrtValues);
  auto receiver = channel::BspReceiver::make(*keys);
  if (!receiver) return fail_with(Reason::kInstallFailedDueToUnknownError);
  i.bsp = *std::move(receiver);
  return {};
}

}  // namespace eider::card
