#include "card/isd_r/isd_r.hpp"
#include "card/isd_r/one_time_keys.hpp"

namespace eider::card {
namespace {
using sgp22::CancelSessionReason;
using CancelError = sgp22::CancelSessionResponseError;

const DownloadPrepared* prepared(const Session& session) {
  if (const auto* loading = std::get_if<LoadingBpp>(&session)) return loading;
  return std::get_if<DownloadPrepared>(&session);
}
}  // namespace

// Ends the session, a profile being loaded included. The one-time key stays for a retry only when the reason
// says that there may be one (sections 3.0.2, 5.7.14).
Result<sgp22::CancelSessionResponse> cancel_session(IsdR& isd_r, const sgp22::CancelSessionRequest& request) {
  const auto* server = authenticated(isd_r.session);
  if (!server || server->transactionId != request.transactionId)
    return sgp22::CancelSessionResponse{CancelError::kInvalidTransactionId};
  if (!server->smdp)
    return sgp22::CancelSessionResponse{CancelError::kUndefinedError};  // an SM-DS has no such function
  sgp22::CancelSessionResponseOk ok;
  ok.euiccCancelSessionSigned = der::seal(
      sgp22::EuiccCancelSessionSigned{request.transactionId, server->serverOid, request.reason, {}});
  EIDER_TRY(signature, isd_r.ecasd.sign(server->ciPKId, {ok.euiccCancelSessionSigned.raw}));
  ok.euiccCancelSessionSignature = signature;
  const bool may_come_back =
      request.reason == CancelSessionReason::kPostponed || request.reason == CancelSessionReason::kTimeout;
  if (const auto* p = prepared(isd_r.session); p && !may_come_back)
    erase_one_time_key(isd_r.state, p->euiccOtpk);
  isd_r.state.erase_loading();
  EIDER_CHECK(isd_r.state.commit());
  isd_r.session = NoSession{};
  return sgp22::CancelSessionResponse{std::move(ok)};
}

}  // namespace eider::card
