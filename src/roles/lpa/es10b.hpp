// ES10b: what the LPA's download service asks the card. SGP.22 v2.6.1 sections 5.7.5 to 5.7.14 and 5.7.22.
#pragma once
#include "roles/lpa/es10_client.hpp"

namespace eider::lpa::es10b {

Result<CardAnswer<sgp22::EUICCInfo1>> get_euicc_info1(Es10Client& card);
Result<CardAnswer<sgp22::EUICCInfo2>> get_euicc_info2(Es10Client& card);
// Begins an RSP session on the card; an earlier one is dropped.
Result<sgp22::Challenge> get_euicc_challenge(Es10Client& card);

// Parts as the server sent them, each with its tag: they are passed on octet by octet.
struct ServerAuthentication {
  Bytes serverSigned1, serverSignature1, euiccCiPKIdToBeUsed, serverCertificate;
};
// The refused forms (A1) are results too: the server is told them. `refusal` gives the Es10Fault.
Result<CardAnswer<sgp22::AuthenticateServerResponse>> authenticate_server(
    Es10Client& card, const ServerAuthentication& server, const sgp22::CtxParams1& ctxParams1);
struct ServerDownloadData {
  Bytes smdpSigned2, smdpSignature2, smdpCertificate;
};
Result<CardAnswer<sgp22::PrepareDownloadResponse>> prepare_download(
    Es10Client& card, const ServerDownloadData& server, const std::optional<FixedBytes<32>>& hashCc);
std::optional<Es10Fault> refusal(const sgp22::AuthenticateServerResponse& response);
std::optional<Es10Fault> refusal(const sgp22::PrepareDownloadResponse& response);

Result<CardAnswer<sgp22::CancelSessionResponse>> cancel_session(Es10Client& card,
                                                                const sgp22::TransactionId& transactionId,
                                                                sgp22::CancelSessionReason reason);
Result<std::vector<sgp22::ProfilePolicyAuthorisationRule>> get_rat(Es10Client& card);

// ES10b.LoadCRL with a CertificateList or a segment of one, as its CI signed it. Numbers of the segments that
// the card still lacks. Es10Fault "LoadCRL" when the card refuses.
Result<std::vector<std::int64_t>> load_crl(Es10Client& card, ByteView certificate_list);

// In the order of the card, which may be any.
Result<std::vector<sgp22::NotificationMetadata>> list_notification(Es10Client& card);
// The PendingNotification as stored, for HandleNotification; nothing when there is none with this number.
Result<std::optional<Bytes>> retrieve_notification(Es10Client& card, std::int64_t seqNumber);
// Nothing to delete is success: it is gone.
Status remove_notification_from_list(Es10Client& card, std::int64_t seqNumber);

}  // namespace eider::lpa::es10b
