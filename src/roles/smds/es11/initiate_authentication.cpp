// ES11.InitiateAuthentication, SGP.22 v2.6.1 section 5.8.1.
#include "roles/smds/es11/functions.hpp"

namespace eider::smds::es11 {

Result<es9::InitiateAuthenticationResponse> initiate_authentication(
    Context& context, const Call& call, const es9::InitiateAuthenticationRequest& request) {
  constexpr server::AuthCodes kCodes{status::kSmdsSvnUnsupported, status::kSmdsAddressRefused,
                                     status::kSmdsCiUnsupported, status::kSmdsCertificateUnavailable};
  const auto now = context.clock.now();
  const std::string peer(call.peer);
  const auto no_room = [&] { return fail(TransportFault{false, "too many sessions, this one of " + peer}); };
  // Asked before a signature is spent on it.
  if (!context.sessions.room_for(peer, now)) return no_room();
  EIDER_TRY(begun, server::begin_authentication(
                       {context.config.addresses, context.config.roots, context.auth, kCodes}, request,
                       context.clock, context.random));
  Session session{begun.transaction_id, std::move(begun.state), peer,
                  now + context.config.limits.session_lifetime};
  if (!context.sessions.keep(std::move(session), now)) return no_room();
  return std::move(begun.answer);
}

}  // namespace eider::smds::es11
