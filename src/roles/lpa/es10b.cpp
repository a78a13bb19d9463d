#include "roles/lpa/es10b.hpp"

#include "spec/sgp22/result_codes.hpp"

namespace eider::lpa::es10b {
using namespace sgp22;

Result<CardAnswer<EUICCInfo1>> get_euicc_info1(Es10Client& card) {
  return es10_call<EUICCInfo1>(card, GetEuiccInfo1Request{});
}
Result<CardAnswer<EUICCInfo2>> get_euicc_info2(Es10Client& card) {
  return es10_call<EUICCInfo2>(card, GetEuiccInfo2Request{});
}

Result<Challenge> get_euicc_challenge(Es10Client& card) {
  EIDER_TRY(r, es10_call<GetEuiccChallengeResponse>(card, GetEuiccChallengeRequest{}));
  return r.value.euiccChallenge;
}

namespace {
template <class Response>
Result<CardAnswer<Response>> send_parts(Es10Client& card, Tag tag, std::initializer_list<ByteView> parts) {
  EIDER_TRY(raw, card.store_data(make_tlv(tag, parts)));
  der::Rules rules = der::Rules::ber();
  rules.limits = false;
  EIDER_TRY(value, der::decode<Response>(raw, rules));
  return CardAnswer<Response>{std::move(value), std::move(raw)};
}
}  // namespace

Result<CardAnswer<AuthenticateServerResponse>> authenticate_server(Es10Client& card,
                                                                   const ServerAuthentication& s,
                                                                   const CtxParams1& ctxParams1) {
  return send_parts<AuthenticateServerResponse>(card, 0xBF38,
                                                {s.serverSigned1, s.serverSignature1, s.euiccCiPKIdToBeUsed,
                                                 s.serverCertificate, der::encode(ctxParams1)});
}

Result<CardAnswer<PrepareDownloadResponse>> prepare_download(Es10Client& card, const ServerDownloadData& s,
                                                             const std::optional<FixedBytes<32>>& hashCc) {
  const Bytes hash = hashCc ? make_tlv(0x04, hashCc->view()) : Bytes{};
  return send_parts<PrepareDownloadResponse>(card, 0xBF21,
                                             {s.smdpSigned2, s.smdpSignature2, hash, s.smdpCertificate});
}

std::optional<Es10Fault> refusal(const AuthenticateServerResponse& response) {
  const auto* e = std::get_if<AuthenticateResponseError>(&response.value);
  if (!e) return std::nullopt;
  return result_code::make_fault("AuthenticateServer", static_cast<int>(e->authenticateErrorCode));
}
std::optional<Es10Fault> refusal(const PrepareDownloadResponse& response) {
  const auto* e = std::get_if<PrepareDownloadResponseError>(&response.value);
  if (!e) return std::nullopt;
  return result_code::make_fault("PrepareDownload", static_cast<int>(e->downloadErrorCode));
}

Result<CardAnswer<CancelSessionResponse>> cancel_session(Es10Client& card, const TransactionId& transactionId,
                                                         CancelSessionReason reason) {
  auto r = es10_call<CancelSessionResponse>(card, CancelSessionRequest{transactionId, reason});
  if (!r) return r;
  if (const auto* e = std::get_if<CancelSessionResponseError>(&r->value.value))
    return fail(result_code::make_fault("CancelSession", static_cast<int>(*e)));
  return r;
}

Result<std::vector<ProfilePolicyAuthorisationRule>> get_rat(Es10Client& card) {
  EIDER_TRY(r, es10_call<GetRatResponse>(card, GetRatRequest{}));
  return std::get<0>(std::move(r.value.value));
}

// Section 5.7.12: the tag 30 of the list is replaced, its content stays as it was signed.
Result<std::vector<std::int64_t>> load_crl(Es10Client& card, ByteView certificate_list) {
  EIDER_TRY(list, read_single_tlv(certificate_list, false));
  EIDER_TRY(r, es10_call<LoadCRLResponse>(card, LoadCRLRequest{to_bytes(list.value)}));
  if (const auto* e = std::get_if<LoadCRLResponseError>(&r.value.value))
    return fail(result_code::make_fault("LoadCRL", static_cast<int>(*e)));
  return std::get<LoadCRLResponseOk>(std::move(r.value.value))
      .missingParts.value_or(std::vector<std::int64_t>{});
}

Result<std::vector<NotificationMetadata>> list_notification(Es10Client& card) {
  EIDER_TRY(r, es10_call<ListNotificationResponse>(card, ListNotificationRequest{}));
  if (const auto* e = std::get_if<ListNotificationsResultError>(&r.value.value))
    return fail(result_code::make_fault("ListNotification", static_cast<int>(*e)));
  return std::get<0>(std::move(r.value.value));
}

// Not decoded below the list: whatever a card stored must reach its server.
Result<std::optional<Bytes>> retrieve_notification(Es10Client& card, std::int64_t seqNumber) {
  RetrieveNotificationsListRequest request;
  request.searchCriteria = NotificationSearchCriteria{seqNumber};
  EIDER_TRY(raw, card.store_data(der::encode(request)));
  EIDER_TRY(outer, read_single_tlv(raw, false));
  if (outer.tag != 0xBF2B)
    return fail(DecodeFault{"RetrieveNotificationsListResponse", 0, "tag " + tag_text(outer.tag)});
  EIDER_TRY(choice, read_single_tlv(outer.value, false));
  if (choice.tag == 0x81)
    return fail(result_code::make_fault("RetrieveNotificationsList",
                                        choice.value.size() == 1 ? choice.value[0] : 127));
  if (choice.tag != 0xA0)
    return fail(
        DecodeFault{"RetrieveNotificationsListResponse", outer.header_size(), "tag " + tag_text(choice.tag)});
  if (choice.value.empty()) return std::optional<Bytes>{};
  EIDER_TRY(first, read_tlv(choice.value, false));
  return std::optional<Bytes>{to_bytes(first.whole)};
}

Status remove_notification_from_list(Es10Client& card, std::int64_t seqNumber) {
  EIDER_TRY(r, es10_call<NotificationSentResponse>(card, NotificationSentRequest{seqNumber}));
  const auto status = r.value.deleteNotificationStatus;
  if (status == DeleteNotificationStatus::kOk || status == DeleteNotificationStatus::kNothingToDelete)
    return {};
  return fail(result_code::make_fault("RemoveNotificationFromList", static_cast<int>(status)));
}

}  // namespace eider::lpa::es10b
