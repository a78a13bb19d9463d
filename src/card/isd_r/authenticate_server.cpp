#include "card/isd_r/isd_r.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::card {
namespace {
using AuthenticateCode = sgp22::AuthenticateErrorCode;
using crypto::CertificateRole;
using Check = VerificationFault::Check;

bool is_curve_fault(const Fault& fault) {
  const auto* v = fault.as<VerificationFault>();
  return v && v->check == Check::kCurve;
}

// By the certificate's policy; nothing for a certificate that is neither DPauth nor DSauth.
std::optional<CertificateRole> role_of(const crypto::Certificate& certificate) {
  using namespace sgp22::oid;
  for (const auto& policy : certificate.policies()) {
    const auto text = policy.dotted();
    if (text == kRoleDpAuth || text == kV3RoleDpAuth) return CertificateRole::kDpAuth;
    if (text == kRoleDsAuth || text == kV3RoleDsAuth) return CertificateRole::kDsAuth;
  }
  return std::nullopt;
}

// The checks of section 5.7.13 in their order; what the session keeps of the server, or the code of the first
// failure.
tl::expected<ServerAuthenticated, AuthenticateCode> verify_server(
    IsdR& isd_r, const sgp22::AuthenticateServerRequest& request) {
  const auto* context = std::get_if<Challenged>(&isd_r.session);
  if (!context) return tl::unexpected(AuthenticateCode::kNoSessionContext);

  const auto certificate = crypto::Certificate::parse(request.serverCertificate.der);
  if (!certificate)
    return tl::unexpected(is_curve_fault(certificate.error()) ? AuthenticateCode::kUnsupportedCurve
                                                              : AuthenticateCode::kInvalidCertificate);
  const auto anchor = isd_r.ecasd.anchor(certificate->authority_key_identifier());
  if (!anchor) return tl::unexpected(AuthenticateCode::kCiPKUnknown);
  if (const auto ok = certificate->verify_signed_by(anchor->key); !ok)
    return tl::unexpected(is_curve_fault(ok.error()) ? AuthenticateCode::kUnsupportedCurve
                                                     : AuthenticateCode::kInvalidCertificate);

  const auto role = role_of(*certificate);
  if (!role) return tl::unexpected(AuthenticateCode::kInvalidOid);
  const auto root = isd_r.ecasd.verify(*certificate, *role);
  if (!root)
    return tl::unexpected(is_curve_fault(root.error()) ? AuthenticateCode::kUnsupportedCurve
                                                       : AuthenticateCode::kInvalidCertificate);

  if (!crypto::verify(certificate->public_key(), request.serverSigned1.raw, request.serverSignature1))
    return tl::unexpected(AuthenticateCode::kInvalidSignature);
  const auto& signed1 = request.serverSigned1.value;
  if (!equal_constant_time(signed1.euiccChallenge, context->euiccChallenge))
    return tl::unexpected(AuthenticateCode::kEuiccChallengeMismatch);
  if (!isd_r.ecasd.credential(request.euiccCiPKIdToBeUsed))
    return tl::unexpected(AuthenticateCode::kCiPKUnknown);

  ServerAuthenticated server;
  server.transactionId = signed1.transactionId;
  server.serverAddress = signed1.serverAddress;
  server.ciPKId = request.euiccCiPKIdToBeUsed;
  server.smdp = *role == CertificateRole::kDpAuth;
  server.serverOid = certificate->registered_ids().front();
  server.serverRoot = *root;
  return server;
}
}  // namespace

Result<sgp22::AuthenticateServerResponse> authenticate_server(
    IsdR& isd_r, const sgp22::AuthenticateServerRequest& request) {
  auto server = verify_server(isd_r, request);
  if (!server) {
    // A challenge is good for one try.
    if (server.error() != AuthenticateCode::kNoSessionContext) isd_r.session = NoSession{};
    return sgp22::AuthenticateServerResponse{
        sgp22::AuthenticateResponseError{request.serverSigned1.value.transactionId, server.error()}};
  }
  EIDER_TRY(info2, get_euicc_info2(isd_r, {}));
  sgp22::EuiccSigned1 signed1;
  signed1.transactionId = server->transactionId;
  signed1.serverAddress = server->serverAddress;
  signed1.serverChallenge = request.serverSigned1.value.serverChallenge;
  signed1.euiccInfo2 = std::move(info2);
  signed1.ctxParams1 = request.ctxParams1;

  const auto* credential = isd_r.ecasd.credential(server->ciPKId);
  sgp22::AuthenticateResponseOk ok;
  ok.euiccSigned1 = der::seal(std::move(signed1));
  EIDER_TRY(signature, isd_r.ecasd.sign(server->ciPKId, {ok.euiccSigned1.raw}));
  ok.euiccSignature1 = signature;
  ok.euiccCertificate = credential->euiccCertificate;
  ok.eumCertificate = credential->eumCertificate;
  server->euiccSignature1 = make_tlv(0x5F37, signature);
  isd_r.session = *std::move(server);
  return sgp22::AuthenticateServerResponse{std::move(ok)};
}

}  // namespace eider::card
