// ES9+.InitiateAuthentication, SGP.22 v2.6.1 section 5.6.1.
#include "roles/smdpp/es9plus/functions.hpp"

namespace eider::smdpp::es9plus {
namespace {

struct Choice {
  sgp22::KeyIdentifier euicc_ci;
  const DpCredential* credential;
};

// Section 2.6.7.1: the eUICC's own order of preference decides; its chain and ours may be of different CIs.
Result<Choice> choose_ci(const Context& context, const sgp22::EUICCInfo1& info) {
  Choice choice{};
  const auto& signing = info.euiccCiPKIdListForSigning;
  const auto euicc_ci =
      std::ranges::find_if(signing, [&](const auto& id) { return context.config.roots.find(id) != nullptr; });
  if (euicc_ci == signing.end()) return refuse(status::kSmdpCiUnsupported);
  choice.euicc_ci = *euicc_ci;
  for (const auto& id : info.euiccCiPKIdListForVerification)
    if ((choice.credential = context.credential_of(id)) != nullptr) return choice;
  return refuse(status::kSmdpCertificateUnavailable);
}

// Nothing is promised yet: if the session is lost, the LPA starts again.
Status store_session(Context& context, Session session) {
  const auto now = context.clock.now();
  if (!context.sessions.admit(session, now))
    return fail(TransportFault{false, "too many sessions of " + session.peer});
  context.store.post([session, now](StoreTransaction& tx) mutable -> Status {
    constexpr std::size_t kEvery = 16, kAtOnce = 64;  // by chance of the id
    if (session.transaction_id.view().back() % kEvery == 0) EIDER_CHECK(tx.purge_sessions(now, kAtOnce));
    return tx.put_session(session);
  });
  session.version = 1;  // what put_session makes of the first
  context.sessions.keep(std::move(session));
  return {};
}

}  // namespace

Result<es9::InitiateAuthenticationResponse> initiate_authentication(
    Context& context, const Call& call, const es9::InitiateAuthenticationRequest& request) {
  const auto euicc_challenge = sgp22::Challenge::from(request.euiccChallenge);
  if (!euicc_challenge) return refuse(status::kFormatInvalid, "euiccChallenge", "not 16 octets");
  auto info = der::decode<sgp22::EUICCInfo1>(request.euiccInfo1);
  if (!info) return refuse(status::kFormatInvalid, "euiccInfo1", info.error().message());

  // In the order of the text: SVN, address, CI of the eUICC, CI of our certificates.
  if (info->svn[0] != 2) return refuse(status::kSmdpSvnUnsupported, sgp22::version_text(info->svn));
  if (!context.is_my_address(request.smdpAddress))
    return refuse(status::kSmdpAddressRefused, request.smdpAddress);
  EIDER_TRY(choice, choose_ci(context, *info));

  Session session;
  session.transaction_id = context.new_transaction_id();
  session.created_at = context.clock.now();
  session.expires_at = session.created_at + context.config.limits.session_lifetime;
  session.peer = call.peer;
  Challenged state{*euicc_challenge, context.random.fixed<16>(), request.smdpAddress, choice.euicc_ci, {},
                   info->svn};
  state.server_ci.assign(choice.credential->auth_certificate.authority_key_identifier());

  sgp22::ServerSigned1 signed1;
  signed1.transactionId = session.transaction_id;
  signed1.euiccChallenge = *euicc_challenge;
  signed1.serverAddress = request.smdpAddress;
  signed1.serverChallenge = state.server_challenge;
  session.state = std::move(state);

  es9::InitiateAuthenticationResponse answer;
  answer.header.emplace();
  answer.transactionId = to_bytes(session.transaction_id);
  answer.serverSigned1 = der::encode(signed1);
  EIDER_TRY(signature, choice.credential->auth_key->sign({ByteView(answer.serverSigned1)}));
  answer.serverSignature1 = signature_tlv(signature);
  answer.euiccCiPKIdToBeUsed = make_tlv(0x04, choice.euicc_ci);
  answer.serverCertificate = to_bytes(choice.credential->auth_certificate.der());
  EIDER_CHECK(store_session(context, std::move(session)));
  return answer;
}

}  // namespace eider::smdpp::es9plus
