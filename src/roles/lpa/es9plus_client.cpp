#include "roles/lpa/es9plus_client.hpp"

#include "base/log.hpp"
#include "spec/sgp22/es9plus_asn1.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace es9 = sgp22::es9plus;
namespace a1 = sgp22::es9plus::asn1;
namespace {

std::vector<std::string> tls_policies(ServerRole role) {
  std::vector<std::string> out;
  if (role != ServerRole::kSmds)
    out.insert(out.end(), std::begin(oid::kTlsOfSmdpPlus), std::end(oid::kTlsOfSmdpPlus));
  if (role != ServerRole::kSmdpPlus)
    out.insert(out.end(), std::begin(oid::kTlsOfSmds), std::end(oid::kTlsOfSmds));
  return out;
}

TransportFault not_from_the_server(std::string what) {
  return {true, std::move(what)};
}

bool looks_like_json(ByteView body) {
  const auto text = as_text(body);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

Status same_transaction(ByteView sent, ByteView received) {
  if (equal(sent, received)) return {};
  return fail_verification(VerificationFault::Check::kBinding,
                           "the server answered for another transactionId");
}

// ---- ASN.1 binding: what the card gave and what it gets keeps its octets. ----
Bytes raw(const Signature& signature) {
  return make_tlv(0x5F37, signature);
}
es9::InitiateAuthenticationResponse to_json(a1::InitiateAuthenticationOk ok) {
  return {{},
          to_bytes(ok.transactionId),
          std::move(ok.serverSigned1.der),
          raw(ok.serverSignature1),
          make_tlv(0x04, ok.euiccCiPKIdToBeUsed),
          std::move(ok.serverCertificate.der)};
}
es9::AuthenticateClientResponse to_json(a1::AuthenticateClientOk ok) {
  return {{},
          to_bytes(ok.transactionId),
          std::move(ok.profileMetadata.der),
          std::move(ok.smdpSigned2.der),
          raw(ok.smdpSignature2),
          std::move(ok.smdpCertificate.der)};
}
es9::GetBoundProfilePackageResponse to_json(a1::GetBoundProfilePackageOk ok) {
  return {{}, to_bytes(ok.transactionId), std::move(ok.boundProfilePackage.der)};
}
es9::AuthenticateClientEs11Response to_json(es11::asn1::AuthenticateClientOk ok) {
  es9::AuthenticateClientEs11Response out{{}, to_bytes(ok.transactionId), {}};
  for (auto& e : ok.eventEntries)
    out.eventEntries.push_back({std::move(e.eventId), std::move(e.rspServerAddress)});
  return out;
}
es9::CancelSessionResponse to_json(a1::CancelSessionOk) {
  return {};
}

// The ASN.1 answer that belongs to one of the JSON binding, and its error numbers.
template <class Response>
struct Asn1Answer;
template <>
struct Asn1Answer<es9::InitiateAuthenticationResponse> {
  using Type = a1::InitiateAuthenticationResponse;
  static auto errors() { return a1::initiate_authentication_errors(); }
};
template <>
struct Asn1Answer<es9::AuthenticateClientResponse> {
  using Type = a1::AuthenticateClientResponse;
  static auto errors() { return a1::authenticate_client_errors(); }
};
template <>
struct Asn1Answer<es9::GetBoundProfilePackageResponse> {
  using Type = a1::GetBoundProfilePackageResponse;
  static auto errors() { return a1::get_bound_profile_package_errors(); }
};
template <>
struct Asn1Answer<es9::AuthenticateClientEs11Response> {
  using Type = es11::asn1::AuthenticateClientResponse;
  static auto errors() { return a1::authenticate_client_es11_errors(); }
};
template <>
struct Asn1Answer<es9::CancelSessionResponse> {
  using Type = a1::CancelSessionResponse;
  static auto errors() { return a1::cancel_session_errors(); }
};
}  // namespace

Es9PlusOptions es9plus_options(const LpaSettings& settings) {
  return {settings.http_timeout, settings.max_http_body, settings.binding, settings.user_agent};
}

Result<Es9PlusClient> Es9PlusClient::create(HttpPort& http, std::string address, Es9PlusOptions options) {
  EIDER_TRY(url, parse_https_url(address));
  return Es9PlusClient(http, std::move(address), std::move(url), std::move(options));
}

Es9PlusClient::Es9PlusClient(HttpPort& http, std::string address, HttpsUrl url, Es9PlusOptions options)
    : http_(&http), address_(std::move(address)), url_(std::move(url)), options_(std::move(options)) {}

// Proxies and firewalls answer in HTML; a missing type is put up with when the body looks right.
Status Es9PlusClient::check_content_type(const HttpReply& reply) const {
  const auto type = reply.header("Content-Type");
  const auto expected = asn1() ? kAsn1ContentType : kJsonContentType;
  if (equal_ignoring_case(type.substr(0, type.find_first_of("; \t")), expected)) return {};
  const bool fits = asn1() ? !reply.body.empty() && reply.body.front() == 0xA2 : looks_like_json(reply.body);
  if (type.empty() && fits) return {};
  return fail(not_from_the_server("the answer is of type \"" + std::string(type) + "\" instead of " +
                                  std::string(expected) + ": is a proxy in between?"));
}

Result<HttpReply> Es9PlusClient::post(const HttpFunction& function, Bytes body) {
  last_status_ = 0;
  HttpPost request;
  request.host = url_.host;
  request.port = url_.port;
  request.path = asn1() ? es9::kAsn1Path : function.path;
  request.headers = {{"User-Agent", options_.user_agent},
                     {"X-Admin-Protocol", std::string(kAdminProtocol)},
                     {"Content-Type", std::string(asn1() ? kAsn1ContentType : kJsonContentType)}};
  request.body = std::move(body);
  request.timeout = options_.timeout;
  request.server_policies = tls_policies(options_.role);
  if (log::enabled(log::Level::kDebug))
    log::debug("lpa", "ES9+." + std::string(function.name) + " to " + address_);
  EIDER_TRY(reply, http_->post(request));
  last_status_ = reply.status;
  const bool acknowledged =
      reply.status == 200 || (function.kind == FunctionKind::kNotification && reply.status == 204);
  if (!acknowledged)
    return fail(not_from_the_server(address_ + " answered " + std::string(function.name) +
                                    " with HTTP status " + std::to_string(reply.status)));
  // Nobody asked for it, and what is small here may be endless there.
  const auto coding = reply.header("Content-Encoding");
  if (!coding.empty() && !equal_ignoring_case(coding, "identity"))
    return fail(not_from_the_server("the answer is coded as \"" + std::string(coding) +
                                    "\", which was not asked for"));
  if (reply.body.size() > options_.max_body)
    return fail(not_from_the_server("the answer of " + std::to_string(reply.body.size()) +
                                    " octets is above the limit of " + std::to_string(options_.max_body)));
  return reply;
}

template <class Response, class Request>
Result<Response> Es9PlusClient::call(const HttpFunction& function, const Request& request) {
  EIDER_TRY(reply, post(function, to_bytes(as_bytes(json::encode(request)))));
  EIDER_CHECK(check_content_type(reply));
  const auto text = as_text(reply.body);
  // A Failed answer has nothing but its header.
  EIDER_TRY(head, json::decode<EmptyResponse>(text));
  if (auto status = fault_of(head.header)) return fail(*std::move(status));
  return json::decode<Response>(text);
}

template <class Response>
Result<Response> Es9PlusClient::call_asn1(const HttpFunction& function, Bytes request) {
  EIDER_TRY(reply, post(function, make_tlv(0xA2, request)));
  EIDER_CHECK(check_content_type(reply));
  auto rules = der::Rules::ber();
  rules.limits = false;
  EIDER_TRY(any, der::decode<a1::RemoteProfileProvisioningResponse>(reply.body, rules));
  auto* answer = std::get_if<typename Asn1Answer<Response>::Type>(&any.value);
  if (!answer)
    return fail(DecodeFault{"RemoteProfileProvisioningResponse", 0,
                            "the answer of another function than " + std::string(function.name)});
  if (const auto* number = std::get_if<std::int64_t>(&answer->value))
    return fail(a1::status_of(Asn1Answer<Response>::errors(), *number));
  return to_json(std::get<0>(std::move(answer->value)));
}

Result<es9::InitiateAuthenticationResponse> Es9PlusClient::initiate_authentication(
    const Challenge& euiccChallenge, Bytes euiccInfo1) {
  http_->new_session();
  if (asn1())
    return call_asn1<es9::InitiateAuthenticationResponse>(
        es9::kInitiateAuthentication,
        make_tlv(0xBF39, {make_tlv(0x81, euiccChallenge), make_tlv(0x83, as_bytes(address_)), euiccInfo1}));
  return call<es9::InitiateAuthenticationResponse>(
      es9::kInitiateAuthentication,
      es9::InitiateAuthenticationRequest{to_bytes(euiccChallenge.view()), std::move(euiccInfo1), address_});
}

template <class Response>
Result<Response> Es9PlusClient::authenticate(const Bytes& transactionId, Bytes authenticateServerResponse) {
  auto r = asn1() ? call_asn1<Response>(
                        es9::kAuthenticateClient,
                        make_tlv(0xBF3B, {make_tlv(0x80, transactionId), authenticateServerResponse}))
                  : call<Response>(
                        es9::kAuthenticateClient,
                        es9::AuthenticateClientRequest{transactionId, std::move(authenticateServerResponse)});
  if (r) EIDER_CHECK(same_transaction(transactionId, r->transactionId));
  return r;
}

Result<es9::AuthenticateClientResponse> Es9PlusClient::authenticate_client(const Bytes& transactionId,
                                                                           Bytes authenticateServerResponse) {
  return authenticate<es9::AuthenticateClientResponse>(transactionId, std::move(authenticateServerResponse));
}

Result<es9::AuthenticateClientEs11Response> Es9PlusClient::authenticate_client_es11(
    const Bytes& transactionId, Bytes authenticateServerResponse) {
  return authenticate<es9::AuthenticateClientEs11Response>(transactionId,
                                                           std::move(authenticateServerResponse));
}

Result<es9::GetBoundProfilePackageResponse> Es9PlusClient::get_bound_profile_package(
    const Bytes& transactionId, Bytes prepareDownloadResponse) {
  auto r = asn1() ? call_asn1<es9::GetBoundProfilePackageResponse>(
                        es9::kGetBoundProfilePackage,
                        make_tlv(0xBF3A, {make_tlv(0x80, transactionId), prepareDownloadResponse}))
                  : call<es9::GetBoundProfilePackageResponse>(
                        es9::kGetBoundProfilePackage, es9::GetBoundProfilePackageRequest{
                                                          transactionId, std::move(prepareDownloadResponse)});
  if (r) EIDER_CHECK(same_transaction(transactionId, r->transactionId));
  return r;
}

Status Es9PlusClient::handle_notification(Bytes pendingNotification) {
  EIDER_TRY(reply, post(es9::kHandleNotification,
                        asn1() ? make_tlv(0xA2, make_tlv(0xBF3D, make_tlv(0xA0, pendingNotification)))
                               : to_bytes(as_bytes(json::encode(
                                     es9::HandleNotificationRequest{std::move(pendingNotification)})))));
  // 204 is the rule; servers that answer 200 with a header may also say Failed in it. The page of a proxy or
  // a captive portal is no acknowledgement: the card would forget what nobody has read.
  if (reply.status == 200 && !reply.body.empty()) {
    EIDER_CHECK(check_content_type(reply));
    if (asn1()) return {};
    if (const auto head = json::decode<EmptyResponse>(as_text(reply.body)))
      if (auto status = fault_of(head->header)) return fail(*std::move(status));
  }
  return {};
}

Status Es9PlusClient::cancel_session(const Bytes& transactionId, Bytes cancelSessionResponse) {
  if (asn1()) {
    EIDER_TRY(card, read_single_tlv(cancelSessionResponse, false));  // its tag BF41 is replaced by A1
    auto done = call_asn1<es9::CancelSessionResponse>(
        es9::kCancelSession, make_tlv(0xBF41, {make_tlv(0x80, transactionId), make_tlv(0xA1, card.value)}));
    if (!done) return tl::unexpected<Fault>(std::move(done).error());
    return {};
  }
  auto r = call<es9::CancelSessionResponse>(
      es9::kCancelSession, es9::CancelSessionRequest{transactionId, std::move(cancelSessionResponse)});
  if (!r) return tl::unexpected<Fault>(std::move(r).error());
  return {};
}

}  // namespace eider::lpa
