#include "roles/lpa/procedures/authentication.hpp"

#include <algorithm>

#include "roles/lpa/es10b.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace {

using Check = VerificationFault::Check;

der::Rules as_servers_write() {
  auto rules = der::Rules::ber();
  rules.limits = false;
  return rules;
}

CtxParams1 context_for(const LpaSettings& s, const EUICCInfo2& info2, const std::string& matching_id) {
  CtxParamsForCommonAuthentication ctx;
  if (!matching_id.empty()) ctx.matchingId = matching_id;
  ctx.deviceInfo.tac = s.tac;
  ctx.deviceInfo.imei = s.imei;
  if (!s.device_capabilities) return CtxParams1{std::move(ctx)};
  auto& capabilities = ctx.deviceInfo.deviceCapabilities;
  capabilities.gsmSupportedRelease = s.gsm;
  capabilities.utranSupportedRelease = s.utran;
  capabilities.eutranEpcSupportedRelease = s.eutran;
  if (info2.rspCapability.test(kDeviceInfoExtensibilitySupport)) {
    capabilities.nrEpcSupportedRelease = s.nr;
    capabilities.nr5gcSupportedRelease = s.nr;
  }
  if (info2.rspCapability.test(kCrlSupport)) capabilities.rspCrlSupportedVersion = s.crl;
  return CtxParams1{std::move(ctx)};
}

Status check_oid(const es9plus::InitiateAuthenticationResponse& answer, const Oid& oid) {
  EIDER_TRY(certificate, crypto::Certificate::parse(answer.serverCertificate));
  const auto& ids = certificate.registered_ids();
  if (std::ranges::find(ids, oid) != ids.end()) return {};
  return fail_verification(
      Check::kBinding, "the server is not the SM-DP+ " + oid.dotted() + " that the Activation Code names");
}

}  // namespace

Result<ContactedServer> contact_server(Lpa& lpa, Es9PlusClient& server, const std::optional<Oid>& oid) {
  lpa.ui.progress(Step::kReadCard, 0, 0);
  EIDER_TRY(info1, es10b::get_euicc_info1(lpa.card));
  EIDER_TRY(challenge, es10b::get_euicc_challenge(lpa.card));
  lpa.ui.progress(Step::kContactServer, 0, 0);
  EIDER_TRY(answer, server.initiate_authentication(challenge, info1.raw));
  const auto id = TransactionId::from(answer.transactionId);
  if (!id || id->empty())
    return fail(DecodeFault{"InitiateAuthenticationResponse.transactionId", 0, "not of 1 to 16 octets"});
  EIDER_TRY(signed1, der::decode<ServerSigned1>(answer.serverSigned1, as_servers_write()));
  if (!(signed1.transactionId == *id))
    return fail_verification(Check::kBinding, "the signed transactionId is not the one of the session");
  if (!equal(signed1.euiccChallenge, challenge))
    return fail_verification(Check::kBinding, "the SM-DP+ signed another eUICC challenge");
  if (!equal_ignoring_case(signed1.serverAddress, server.address()))
    return fail_verification(
        Check::kBinding, "the server calls itself " + signed1.serverAddress + ", not " + server.address());
  if (oid) EIDER_CHECK(check_oid(answer, *oid));
  return ContactedServer{std::move(answer), *id};
}

Result<Bytes> authenticate_server(Lpa& lpa, Es9PlusClient& server, const ContactedServer& contact,
                                  const std::string& matching_id, std::optional<std::uint32_t>* free_memory) {
  lpa.ui.progress(Step::kAuthenticateServer, 0, 0);
  EIDER_TRY(info2, es10b::get_euicc_info2(lpa.card));
  if (free_memory) {
    if (const auto resources = parse_ext_card_resource(info2.value.extCardResource))
      *free_memory = resources->free_nvm_octets;
  }
  const auto& a = contact.answer;
  const es10b::ServerAuthentication parts{a.serverSigned1, a.serverSignature1, a.euiccCiPKIdToBeUsed,
                                          a.serverCertificate};
  EIDER_TRY(answer,
            es10b::authenticate_server(lpa.card, parts, context_for(lpa.settings, info2.value, matching_id)));
  auto refused = es10b::refusal(answer.value);
  if (!refused) return std::move(answer.raw);
  (void)server.authenticate_client(a.transactionId, std::move(answer.raw));
  return fail(*std::move(refused));
}

}  // namespace eider::lpa
