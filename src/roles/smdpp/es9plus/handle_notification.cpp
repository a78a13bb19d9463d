// ES9+.HandleNotification, SGP.22 v2.6.1 section 5.6.4. Always acknowledged, whatever is in it: a card must
// be able to delete what no server wants. Only this server's own trouble is a fault, so that the LPA comes
// again.
#include "base/log.hpp"
#include "roles/smdpp/es9plus/functions.hpp"
#include "roles/smdpp/verification.hpp"

namespace eider::smdpp::es9plus {
namespace {

void ignored(std::string_view why) {
  log::info("smdpp", std::string("notification acknowledged and ignored: ").append(why));
}

// What a ProfileInstallationResult means for the Profile.
ProfileEvent event_of(const sgp22::FinalResult& result, const Profile& profile, const ProfileType& type) {
  const auto* error = std::get_if<sgp22::ErrorResult>(&result.value);
  if (!error) return ProfileEvent::kInstallSucceeded;
  using Reason = sgp22::ErrorReason;
  const auto reason = error->errorReason;
  // An earlier result was lost: the card has had the Profile since then.
  if (reason == Reason::kInstallFailedDueToIccidAlreadyExistsOnEuicc && profile.order->deliveries > 1)
    return ProfileEvent::kInstallSucceeded;
  const bool temporary = reason == Reason::kInstallFailedDueToInsufficientMemoryForProfile ||
                         reason == Reason::kInstallFailedDueToInterruption;
  if ((temporary || type.retry_after_error) && profile.order->download_attempts < type.download_limit)
    return ProfileEvent::kInstallInterrupted;
  return ProfileEvent::kInstallFailed;
}

Bytes final_result_tlv(const sgp22::ProfileInstallationResult& pir) {
  const auto data = read_single_tlv(pir.profileInstallationResultData.raw);
  const auto found = data ? find_tlv(data->value, 0xA2) : std::nullopt;
  return found ? to_bytes(found->whole) : Bytes{};
}

FunctionStatus install_failure(const sgp22::ErrorResult& error) {
  return status::make_status(status::kBppExecutionError, {},
                             "bppCommandId " + std::to_string(static_cast<int>(error.bppCommandId)) +
                                 ", errorReason " + std::to_string(static_cast<int>(error.errorReason)));
}

// `newest`: of the delivery that was made last. Its package goes; that of a newer delivery stays, as the sign
// that another result may come: a card may install, delete and install again before anything of it is heard
// here.
Status record_result(StoreTransaction& tx, Context& context, Profile& profile,
                     const sgp22::ProfileInstallationResult& pir, bool newest) {
  const auto& result = pir.profileInstallationResultData.value.finalResult;
  EIDER_TRY(type, type_of(tx, profile));
  const auto event = event_of(result, profile, type);
  if (newest && event != ProfileEvent::kInstallInterrupted) EIDER_CHECK(tx.remove_kept_bpp(profile.iccid));
  const bool again = newest && std::holds_alternative<sgp22::SuccessResult>(result.value) &&
                     profile.state == ProfileState::kInstalled;
  if (!again && !apply(profile, event, context.clock.now())) return {};
  std::optional<FunctionStatus> failure;
  if (event != ProfileEvent::kInstallSucceeded) {
    failure = install_failure(std::get<sgp22::ErrorResult>(result.value));
    profile.order->maybe_installed = false;
  }
  if (event == ProfileEvent::kInstallFailed)
    profile.order->end_reason = failure->subject_code + "/" + failure->reason_code;
  if (event == ProfileEvent::kInstallSucceeded) {
    profile.on_card = OnCardState::kDisabled;
    profile.order->end_reason.clear();
  }
  EIDER_CHECK(report_progress(tx, context, profile, NotificationPoint::kBppInstallation,
                              failure ? &*failure : nullptr, nullptr, final_result_tlv(pir)));
  if (event != ProfileEvent::kInstallInterrupted) EIDER_CHECK(withdraw_event(tx, context, profile));
  return tx.put_profile(profile);
}

Status close_session(StoreTransaction& tx, Context& context, const TransactionId& id) {
  EIDER_TRY(session, tx.session(id));
  if (!session || std::holds_alternative<Ended>(session->state)) return {};
  const auto over = status::make_status(status::kTransactionIdUnknown);
  return end_session(tx, context, *session, {}, &over);
}

// PK.EUICC of the delivery; nothing, with the reason, when there is none to be answered.
Result<std::optional<crypto::PublicKey>> delivered_to(Context& context, const TransactionId& id) {
  if (const auto session = context.sessions.find(id); session && legal(*session, kInBound))
    return euicc_key(std::get<Bound>(session->state).authenticated);
  std::optional<Delivery> delivery;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.delivery(id));
    delivery = std::move(found);
    return {};
  }));
  if (!delivery) return ignored("no such delivery"), std::nullopt;
  if (delivery->closed) return ignored("processed before"), std::nullopt;
  return crypto::PublicKey::from_spki(delivery->euicc_public_key);
}

Status handle_result(Context& context, const sgp22::ProfileInstallationResult& pir) {
  const auto& data = pir.profileInstallationResultData.value;
  EIDER_TRY(key, delivered_to(context, data.transactionId));
  if (!key) return {};
  if (!crypto::verify(*key, pir.profileInstallationResultData.raw, pir.euiccSignPIR))
    return ignored("the signature is not the eUICC's"), Status{};
  if (!(data.smdpOid == context.oid)) return ignored("of another SM-DP+"), Status{};

  return context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(current, tx.delivery(data.transactionId));
    if (!current || current->closed) return {};
    current->closed = true;
    EIDER_CHECK(tx.put_delivery(*current));
    EIDER_CHECK(close_session(tx, context, data.transactionId));
    EIDER_TRY(profile, tx.profile(current->iccid));
    if (!profile || !profile->order || profile->order->eid != current->eid) return {};
    // An error of an earlier session says nothing about the one that came after it.
    EIDER_TRY(kept, tx.kept_bpp(current->iccid));
    const bool success = std::holds_alternative<sgp22::SuccessResult>(data.finalResult.value);
    const bool newest = kept && kept->transaction_id == data.transactionId;
    if (!success && !newest) return {};
    return record_result(tx, context, *profile, pir, newest);
  });
}

// The event of a notification; nothing unless exactly one known bit is set.
std::optional<int> event_bit(const BitString& operation) {
  std::optional<int> found;
  for (int bit = 0; bit < 128; ++bit) {
    if (!operation.test(bit)) continue;
    if (found || bit > sgp22::kEventDelete) return std::nullopt;
    found = bit;
  }
  return found;
}

Status record_event(StoreTransaction& tx, Context& context, Profile& profile, const Eid& eid, int event) {
  EIDER_CHECK(report_notification(tx, context, profile, eid, event));
  switch (event) {
    case sgp22::kEventEnable:
      profile.on_card = OnCardState::kEnabled;
      break;
    case sgp22::kEventDelete:
      profile.on_card = OnCardState::kDeleted;
      break;
    default:
      profile.on_card = OnCardState::kDisabled;
      break;
  }
  profile.changed_at = context.clock.now();
  EIDER_TRY(type, type_of(tx, profile));
  EIDER_TRY(kept,
            tx.kept_bpp(profile.iccid));  // another delivery has not been answered: it may be on the card
  if (event == sgp22::kEventDelete && type.reuse_after_delete && !kept &&
      apply(profile, ProfileEvent::kDeletedForReuse, context.clock.now())) {
    profile.order.reset();
    profile.on_card = OnCardState::kUnknown;
  }
  return tx.put_profile(profile);
}

Status handle_other(Context& context, const sgp22::OtherSignedNotification& n) {
  const auto& metadata = n.tbsOtherNotification.value;
  if (!metadata.iccid) return ignored("without ICCID"), Status{};
  const auto event = event_bit(metadata.profileManagementOperation);
  if (!event) return ignored("of an unknown event"), Status{};
  auto euicc = verify_euicc(context, n.euiccCertificate.der, n.eumCertificate.der);
  if (!euicc) return ignored(euicc.error().message()), Status{};
  if (!crypto::verify(euicc->certificate.public_key(), n.tbsOtherNotification.raw,
                      n.euiccNotificationSignature))
    return ignored("the signature is not the eUICC's"), Status{};

  return context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(profile, tx.profile(*metadata.iccid));
    if (!profile || !profile->order || profile->order->eid != euicc->eid) return {};
    EIDER_TRY(last, tx.last_notification(euicc->eid, *metadata.iccid));
    if (last && metadata.seqNumber <= *last) return {};
    EIDER_CHECK(tx.put_last_notification(euicc->eid, *metadata.iccid, metadata.seqNumber));
    return record_event(tx, context, *profile, euicc->eid, *event);
  });
}

}  // namespace

Status handle_notification(Context& context, const Call&, const es9::HandleNotificationRequest& request) {
  auto pending = der::decode<sgp22::PendingNotification>(request.pendingNotification);
  if (!pending) return ignored(pending.error().message()), Status{};
  if (const auto* pir = std::get_if<sgp22::ProfileInstallationResult>(&pending->value))
    return handle_result(context, *pir);
  return handle_other(context, std::get<sgp22::OtherSignedNotification>(pending->value));
}

}  // namespace eider::smdpp::es9plus
