// ES9+.InitiateAuthentication, SGP.22 v2.6.1 section 5.6.1.
#include "roles/smdpp/es9plus/functions.hpp"

namespace eider::smdpp::es9plus {
namespace {

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
  constexpr server::AuthCodes kCodes{status::kSmdpSvnUnsupported, status::kSmdpAddressRefused,
                                     status::kSmdpCiUnsupported, status::kSmdpCertificateUnavailable};
  const auto& config = context.config;
  std::vector<server::AuthCredential> credentials;
  for (const auto& c : config.credentials) credentials.push_back({&c.auth_certificate, c.auth_key.get()});
  EIDER_TRY(begun, server::begin_authentication({config.addresses, config.roots, credentials, kCodes},
                                                request, context.clock, context.random));
  Session session;
  session.transaction_id = begun.transaction_id;
  session.created_at = context.clock.now();
  session.expires_at = session.created_at + config.limits.session_lifetime;
  session.peer = call.peer;
  session.state = std::move(begun.state);
  EIDER_CHECK(store_session(context, std::move(session)));
  return std::move(begun.answer);
}

}  // namespace eider::smdpp::es9plus
