// ES9+.CancelSession, SGP.22 v2.6.1 section 5.6.5.
#include "roles/smdpp/es9plus/functions.hpp"

namespace eider::smdpp::es9plus {
namespace {

using Answer = es9::CancelSessionResponse;
using Reason = sgp22::CancelSessionReason;

Answer success() {
  return Answer{sgp22::ResponseHeader{}};
}

// What the operator is told; nothing for the reasons after which the order stays as it is.
std::optional<FunctionStatus> failure_of(Reason reason) {
  switch (reason) {
    case Reason::kPostponed:
    case Reason::kTimeout:
      return std::nullopt;
    case Reason::kEndUserRejection:
      return status::make_status(status::kOrderRefusedByEndUser);
    case Reason::kPprNotAllowed:
      return status::make_status(status::kPprNotAllowed);
    case Reason::kMetadataMismatch:
      return status::make_status(status::kMetadataMismatch);
    case Reason::kLoadBppExecutionError:
      return status::make_status(status::kBppExecutionError);
    default:
      return status::make_status(status::kUndefinedReason);
  }
}

const Authenticated* authenticated(const Session& session) {
  if (const auto* bound = std::get_if<Bound>(&session.state)) return &bound->authenticated;
  return std::get_if<Authenticated>(&session.state);
}

// Section 5.6.5: transaction, signature, OID of the SM-DP+.
Status verify_cancel(const Context& context, const Session& session, const Authenticated& a,
                     const sgp22::CancelSessionResponseOk& ok) {
  const auto& tbs = ok.euiccCancelSessionSigned;
  if (!(tbs.value.transactionId == session.transaction_id)) return refuse(status::kTransactionIdUnknown);
  EIDER_TRY(key, euicc_key(a));
  if (!crypto::verify(key, tbs.raw, ok.euiccCancelSessionSignature))
    return refuse(status::kEuiccSignatureInvalid);
  if (!(tbs.value.smdpOid == context.oid))
    return refuse(status::kSmdpOidInvalidAssociation, tbs.value.smdpOid.dotted());
  return {};
}

Status record_cancel(StoreTransaction& tx, Context& context, Session& session, const Authenticated& a,
                     const Digest& request, Reason reason) {
  const bool delivered = std::holds_alternative<Bound>(session.state);
  const auto failure = failure_of(reason);
  EIDER_TRY(profile, tx.profile(a.iccid));
  const bool mine = profile && profile->order && (!profile->order->eid || *profile->order->eid == a.eid);
  if (failure && mine && next_state(profile->state, ProfileEvent::kOrderFailed)) {
    if (delivered) {
      // The card itself says that this session installed nothing; earlier deliveries stay open questions.
      EIDER_TRY(kept, tx.kept_bpp(a.iccid));
      if (kept && kept->transaction_id == session.transaction_id && profile->order->deliveries == 1)
        profile->order->maybe_installed = false;
    }
    const auto point = delivered ? NotificationPoint::kBppInstallation : NotificationPoint::kBppDownload;
    EIDER_CHECK(report_progress(tx, context, *profile, point, &*failure, &a.eid));
    EIDER_TRY(type, type_of(tx, *profile));
    if (!type.retry_after_error || reason == Reason::kEndUserRejection)
      EIDER_CHECK(fail_order(tx, context, *profile, {failure->subject_code, failure->reason_code}));
    EIDER_CHECK(tx.put_profile(*profile));
  }
  if (delivered) {
    EIDER_TRY(delivery, tx.delivery(session.transaction_id));
    if (delivery && failure) {
      delivery->closed = true;
      EIDER_CHECK(tx.put_delivery(*delivery));
    }
  }
  return end_session(tx, context, session, request, nullptr);
}

}  // namespace

Result<Answer> cancel_session(Context& context, const Call&, const es9::CancelSessionRequest& request) {
  auto response = der::decode<sgp22::CancelSessionResponse>(request.cancelSessionResponse);
  if (!response) return refuse(status::kFormatInvalid, "cancelSessionResponse", response.error().message());
  const auto digest = digest_of(request.cancelSessionResponse);
  return settle<Answer>([&](bool& conflict) -> Result<Answer> {
    EIDER_TRY(session, load_session(context, request.transactionId, kInAuthenticated | kInBound));
    if (const auto* ended = std::get_if<Ended>(&session.state)) {
      EIDER_CHECK(repeat_of_end(*ended, digest));
      return success();
    }
    if (!legal(session, kInAuthenticated | kInBound)) return refuse(status::kTransactionIdUnknown);
    const auto a = *authenticated(session);
    const auto* ok = std::get_if<sgp22::CancelSessionResponseOk>(&response->value);
    if (!ok) return refuse(status::kEuiccSignatureInvalid, {}, "the eUICC refused CancelSession");
    EIDER_CHECK(verify_cancel(context, session, a, *ok));
    const auto reason = ok->euiccCancelSessionSigned.value.reason;
    EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(same, unchanged(tx, context, session));
      conflict = !same;
      return same ? record_cancel(tx, context, session, a, digest, reason) : Status{};
    }));
    return success();
  });
}

}  // namespace eider::smdpp::es9plus
