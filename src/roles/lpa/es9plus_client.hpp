// ES9+ of the LPA: SGP.22 v2.6.1 sections 5.6, 6.1 to 6.3, 6.5 (JSON) and 6.6 (ASN.1). Reads leniently what
// live servers send, writes what the specification says.
#pragma once
#include "roles/lpa/lpa.hpp"
#include "spec/sgp22/es9plus.hpp"

namespace eider::lpa {

// Whose TLS certificate the server may have (SGP.22 v2.6.1 section 4.5.2.1).
enum class ServerRole : std::uint8_t { kSmdpPlus, kSmds, kEither };

struct Es9PlusOptions {
  Duration timeout{60000};
  std::size_t max_body = 4 * 1024 * 1024;
  Binding binding = Binding::kJson;
  std::string user_agent = "gsma-rsp-lpad";
  ServerRole role = ServerRole::kSmdpPlus;
};

Es9PlusOptions es9plus_options(const LpaSettings& settings);

// One server. Faults of every function: FunctionStatus (the server said Failed), TransportFault (nothing came
// back, or something that is not from the SM-DP+: an error page, a redirect), DecodeFault, VerificationFault
// (TLS).
class Es9PlusClient {
 public:
  // `address`: FQDN, or host:port as test installations have it.
  static Result<Es9PlusClient> create(HttpPort& http, std::string address, Es9PlusOptions options = {});
  const std::string& address() const { return address_; }

  // Begins a session: the next key exchange is a new one (section 2.6.6).
  Result<sgp22::es9plus::InitiateAuthenticationResponse> initiate_authentication(
      const sgp22::Challenge& euiccChallenge, Bytes euiccInfo1);
  Result<sgp22::es9plus::AuthenticateClientResponse> authenticate_client(const Bytes& transactionId,
                                                                         Bytes authenticateServerResponse);
  // The same at an SM-DS: the events that wait for the card (section 5.8.2).
  Result<sgp22::es9plus::AuthenticateClientEs11Response> authenticate_client_es11(
      const Bytes& transactionId, Bytes authenticateServerResponse);
  Result<sgp22::es9plus::GetBoundProfilePackageResponse> get_bound_profile_package(
      const Bytes& transactionId, Bytes prepareDownloadResponse);
  // Success only when the server acknowledged.
  Status handle_notification(Bytes pendingNotification);
  Status cancel_session(const Bytes& transactionId, Bytes cancelSessionResponse);

  // HTTP status of the last function; 0 when no reply came.
  int last_status() const { return last_status_; }

 private:
  Es9PlusClient(HttpPort& http, std::string address, HttpsUrl url, Es9PlusOptions options);
  bool asn1() const { return options_.binding == Binding::kAsn1; }
  Result<HttpReply> post(const sgp22::HttpFunction& function, Bytes body);
  Status check_content_type(const HttpReply& reply) const;
  template <class Response, class Request>
  Result<Response> call(const sgp22::HttpFunction& function, const Request& request);
  template <class Response>
  Result<Response> authenticate(const Bytes& transactionId, Bytes authenticateServerResponse);
  // In the ASN.1 binding: `request` goes inside A2; the answer is that of Response's function.
  template <class Response>
  Result<Response> call_asn1(const sgp22::HttpFunction& function, Bytes request);

  HttpPort* http_;
  std::string address_;
  HttpsUrl url_;
  Es9PlusOptions options_;
  int last_status_ = 0;
};

}  // namespace eider::lpa
