#include "card/isd_r/isd_r.hpp"
#include "card/isd_r/one_time_keys.hpp"

namespace eider::card {
namespace {
using DownloadCode = sgp22::DownloadErrorCode;
using Check = VerificationFault::Check;

DownloadCode code_of(const Fault& fault) {
  const auto* v = fault.as<VerificationFault>();
  return v && v->check == Check::kCurve ? DownloadCode::kUnsupportedCurve : DownloadCode::kInvalidCertificate;
}

// The checks of section 5.7.5 in their order: the key of CERT.DPpb, or the code of the first failure.
tl::expected<crypto::PublicKey, DownloadCode> verify_request(const IsdR& isd_r,
                                                             const sgp22::PrepareDownloadRequest& request) {
  const auto* server = std::get_if<ServerAuthenticated>(&isd_r.session);
  if (!server || !server->smdp) return tl::unexpected(DownloadCode::kNoSessionContext);
  const auto& signed2 = request.smdpSigned2.value;
  if (signed2.transactionId != server->transactionId)
    return tl::unexpected(DownloadCode::kInvalidTransactionId);

  const auto certificate = crypto::Certificate::parse(request.smdpCertificate.der);
  if (!certificate) return tl::unexpected(code_of(certificate.error()));
  const auto root = isd_r.ecasd.verify(*certificate, crypto::CertificateRole::kDpPb);
  if (!root) return tl::unexpected(code_of(root.error()));
  const auto& key = certificate->public_key();
  if (!crypto::verify(key, {request.smdpSigned2.raw, server->euiccSignature1}, request.smdpSignature2))
    return tl::unexpected(DownloadCode::kInvalidSignature);
  // Both certificates belong to one SM-DP+ and lead to one CI.
  if (certificate->registered_ids().front() != server->serverOid || *root != server->serverRoot)
    return tl::unexpected(DownloadCode::kInvalidCertificate);
  if (signed2.ccRequiredFlag && !request.hashCc) return tl::unexpected(DownloadCode::kUndefinedError);
  return key;
}
}  // namespace

Result<sgp22::PrepareDownloadResponse> prepare_download(IsdR& isd_r,
                                                        const sgp22::PrepareDownloadRequest& request) {
  const auto dp_pb_key = verify_request(isd_r, request);
  if (!dp_pb_key)
    return sgp22::PrepareDownloadResponse{
        sgp22::PrepareDownloadResponseError{request.smdpSigned2.value.transactionId, dp_pb_key.error()}};
  const auto server = std::get<ServerAuthenticated>(isd_r.session);
  EIDER_TRY(one_time_key, one_time_key_for(isd_r.state, isd_r.random, server.serverOid, dp_pb_key->curve(),
                                           request.smdpSigned2.value.bppEuiccOtpk));
  sgp22::EuiccSigned2 signed2;
  signed2.transactionId = server.transactionId;
  signed2.euiccOtpk = one_time_key.public_key().point();
  signed2.hashCc = request.hashCc;
  sgp22::PrepareDownloadResponseOk ok;
  ok.euiccSigned2 = der::seal(std::move(signed2));
  const auto smdp_signature = make_tlv(0x5F37, request.smdpSignature2);
  EIDER_TRY(signature, isd_r.ecasd.sign(server.ciPKId, {ok.euiccSigned2.raw, smdp_signature}));
  ok.euiccSignature2 = signature;
  isd_r.session = DownloadPrepared{server, *dp_pb_key, one_time_key, one_time_key.public_key().point()};
  return sgp22::PrepareDownloadResponse{std::move(ok)};
}

}  // namespace eider::card
