// The RSP session at the SM-DP+ (SGP.22 v2.6.1 sections 3.1.2 and 3.1.3): each state holds only what it may
// use. Sessions live in the store, so that any replica, or this one after a restart, can take the next call.
#pragma once
#include <variant>

#include "crypto/ec.hpp"
#include "roles/smdpp/records.hpp"
#include "server/mutual_authentication.hpp"

namespace eider::smdpp {

// InitiateAuthentication was answered.
using server::Challenged;

// AuthenticateClient was answered with success.
struct Authenticated {
  Digest request;  // SHA-256 of the authenticateServerResponse, for repeats
  Iccid iccid;
  Eid eid;
  Bytes euicc_public_key;                      // SubjectPublicKeyInfo
  std::optional<crypto::PublicKey> euicc_key;  // the same, ready for use; not stored
  sgp22::KeyIdentifier server_ci;
  Bytes smdp_signed2;  // as signed and sent
  sgp22::Signature smdp_signature2;
};

// GetBoundProfilePackage was answered with success.
struct Bound {
  Authenticated authenticated;
  Digest request;  // SHA-256 of the prepareDownloadResponse
};

// The session is over; a repeat of the call that ended it gets the same answer.
struct Ended {
  Digest request;
  std::string subject_code, reason_code;  // empty: success
};

struct Session {
  TransactionId transaction_id;
  Time created_at{};
  Time expires_at{};
  std::string peer;  // address of the client, for the limit of this process; not stored
  std::variant<Challenged, Authenticated, Bound, Ended> state;
  std::uint64_t version = 0;
};
std::string_view state_name(const Session& session);

// Of `state` only; the other members are columns of the store.
Bytes encode_session_state(const Session& session);
Status decode_session_state(ByteView encoded, Session& session);

}  // namespace eider::smdpp
