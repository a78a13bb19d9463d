// The functions of ES9+, one file each; the messages are those of the JSON binding. A FunctionStatus fault is
// a Failed answer, any other fault is this server's own trouble.
#pragma once
#include "roles/smdpp/context.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::smdpp::es9plus {

namespace es9 = sgp22::es9plus;

struct Call {
  std::string_view peer;
};

Result<es9::InitiateAuthenticationResponse> initiate_authentication(
    Context&, const Call&, const es9::InitiateAuthenticationRequest&);
Result<es9::AuthenticateClientResponse> authenticate_client(Context&, const Call&,
                                                            const es9::AuthenticateClientRequest&);
Result<es9::GetBoundProfilePackageResponse> get_bound_profile_package(
    Context&, const Call&, const es9::GetBoundProfilePackageRequest&);
Status handle_notification(Context&, const Call&, const es9::HandleNotificationRequest&);
Result<es9::CancelSessionResponse> cancel_session(Context&, const Call&, const es9::CancelSessionRequest&);

// Session states in which a function may start; anything else is a repeat or 8.10.1/3.9.
enum SessionStates : std::uint8_t { kInChallenged = 1, kInAuthenticated = 2, kInBound = 4 };

// A row of the table that dispatch, session checks and the documentation come from.
struct Function {
  const sgp22::HttpFunction& http;
  std::uint8_t states;  // SessionStates; 0: needs no session
  Result<Bytes> (*json)(Context&, const Call&, std::string_view body);
};
std::span<const Function> functions();
// One object in, one object out; the second of the pair is false for functions that are answered with 204.
Result<std::pair<Bytes, bool>> call_asn1(Context&, const Call&, ByteView body);

// The session, if the function with that legal states may use it; 8.10.1/3.9 when it is unknown or expired.
Result<Session> find_session(StoreReader& reader, Context& context, ByteView transaction_id);
// The same in a read of its own, which is spared if this process knows the session in one of these states. A
// session that another replica has taken further shows when it is written; in any other state the store is
// asked.
Result<Session> load_session(Context& context, ByteView transaction_id, std::uint8_t states);
bool legal(const Session& session, std::uint8_t states);
// Ends the session with the refusal that `fault` carries and gives the fault back; a fault that is no status
// leaves the session alone. `conflict` is set when the session has changed since it was read: then nothing
// was written.
Fault refuse_session(Context& context, Session& session, const Digest& request, Fault fault, bool& conflict);

// PK.EUICC of the session.
Result<crypto::PublicKey> euicc_key(const Authenticated& a);

using server::signature_of;
using server::signature_tlv;

}  // namespace eider::smdpp::es9plus
