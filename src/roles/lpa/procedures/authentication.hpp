// Common mutual authentication as the LPA carries it between card and server: SGP.22 v2.6.1 section 3.1.2.
// The same for an SM-DP+ (before a download) and an SM-DS (discovery).
#pragma once
#include "crypto/certificate.hpp"
#include "roles/lpa/es9plus_client.hpp"

namespace eider::lpa {

struct ContactedServer {
  sgp22::es9plus::InitiateAuthenticationResponse answer;
  sgp22::TransactionId transaction_id;
};
// Steps 1 to 9: nothing is open on the card yet, so nothing needs to be cancelled. VerificationFault: the
// server signed something else, or is not the one of that OID.
Result<ContactedServer> contact_server(Lpa& lpa, Es9PlusClient& server,
                                       const std::optional<sgp22::Oid>& oid = {});
// What the card answers to the server: the authenticateServerResponse. `matching_id`: MatchingID or EventID;
// empty: none is sent. A card that refuses leaves no session to cancel; the server was told then.
// `free_memory`, when given: octets that the card says it has free.
Result<Bytes> authenticate_server(Lpa& lpa, Es9PlusClient& server, const ContactedServer& contact,
                                  const std::string& matching_id,
                                  std::optional<std::uint32_t>* free_memory = nullptr);

}  // namespace eider::lpa
