// Common mutual authentication as a server does it (SGP.22 v2.6.1 sections 2.6.7.1, 3.1.2, 5.6.1, 5.6.3 and
// 5.8): SM-DP+ and SM-DS differ in their certificates and in the subjects of their status codes.
#pragma once
#include "base/random.hpp"
#include "crypto/key_store.hpp"
#include "server/euicc_verification.hpp"
#include "spec/sgp22/es10b.hpp"
#include "spec/sgp22/es9plus.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::server {

// What InitiateAuthentication leaves behind for AuthenticateClient.
struct Challenged {
  sgp22::Challenge euicc_challenge;
  sgp22::Challenge server_challenge;
  std::string server_address;
  sgp22::KeyIdentifier euicc_ci;   // CI of the eUICC's chain: euiccCiPKIdToBeUsed
  sgp22::KeyIdentifier server_ci;  // CI of our own certificates
  sgp22::Version svn;              // of EUICCInfo1
};

// CERT.DPauth or CERT.DSauth; the owner keeps both alive.
struct AuthCredential {
  const crypto::Certificate* certificate = nullptr;
  const crypto::SigningKey* key = nullptr;
};
struct AuthCodes {
  status::Code svn_unsupported, address_refused, ci_unsupported, certificate_unavailable;
};
struct Authenticator {
  std::span<const std::string> addresses;
  const crypto::TrustStore& roots;
  std::span<const AuthCredential> credentials;  // preferred first
  AuthCodes codes;
};

// An LPA that was told a port names it too.
bool is_own_address(std::span<const std::string> addresses, std::string_view address);
// Unique by its random octets; the time in front keeps sessions of one moment together in a store.
sgp22::TransactionId new_transaction_id(const Clock& clock, Random& random);
// The certificate of that CI; nullptr: there is none.
const AuthCredential* credential_of(std::span<const AuthCredential> credentials, ByteView ci_ski);

struct BegunAuthentication {
  sgp22::TransactionId transaction_id;
  Challenged state;
  sgp22::es9plus::InitiateAuthenticationResponse answer;
};
Result<BegunAuthentication> begin_authentication(const Authenticator& self,
                                                 const sgp22::es9plus::InitiateAuthenticationRequest& request,
                                                 const Clock& clock, Random& random);

// Certificates, euiccSignature1 over the octets received, transaction, challenge: in the order of section
// 5.6.3. `svn_unsupported`: what a card is told whose EUICCInfo2 and EUICCInfo1 differ in SVN.
Result<VerifiedEuicc> authenticate_euicc(const EuiccTrust& trust, const Challenged& challenged,
                                         const sgp22::TransactionId& transaction_id,
                                         const sgp22::AuthenticateResponseOk& response,
                                         status::Code svn_unsupported);
// MatchingID or EventID; empty: absent or zero-length, which are one case.
std::string matching_id_of(const sgp22::EuiccSigned1& signed1);
// The eUICC took AuthenticateServer for invalid: 8.1/6.1.
tl::unexpected<Fault> refuse_card_error(const sgp22::AuthenticateResponseError& error);

inline Bytes signature_tlv(const sgp22::Signature& s) {
  return make_tlv(0x5F37, s.view());
}
Result<sgp22::Signature> signature_of(ByteView tlv);
// The same answer in the ASN.1 binding.
Result<sgp22::es9plus::asn1::InitiateAuthenticationOk> to_asn1(
    const sgp22::es9plus::InitiateAuthenticationResponse& r);

}  // namespace eider::server
