#include "roles/lpa/es9plus_client.hpp"

#include "base/log.hpp"

namespace eider::lpa {
using namespace sgp22;
namespace es9 = sgp22::es9plus;
namespace {

TransportFault not_from_the_server(std::string what) {
  return {true, std::move(what)};
}

bool is_json(std::string_view content_type) {
  const auto end = content_type.find_first_of("; \t");
  return equal_ignoring_case(content_type.substr(0, end), kJsonContentType);
}

// Proxies and firewalls answer in HTML; a missing type is put up with when the body is an object.
Status check_content_type(const HttpReply& reply) {
  const auto type = reply.header("Content-Type");
  if (is_json(type)) return {};
  const auto body = as_text(reply.body);
  const auto first = body.find_first_not_of(" \t\r\n");
  if (type.empty() && first != std::string_view::npos && body[first] == '{') return {};
  return fail(not_from_the_server("the answer is of type \"" + std::string(type) +
                                  "\" instead of application/json: is a proxy in between?"));
}

Status same_transaction(const Bytes& sent, const Bytes& received) {
  if (sent == received) return {};
  return fail_verification(VerificationFault::Check::kBinding,
                           "the server answered for another transactionId");
}
}  // namespace

Result<Es9PlusClient> Es9PlusClient::create(HttpPort& http, std::string address, Es9PlusOptions options) {
  EIDER_TRY(url, parse_https_url(address));
  return Es9PlusClient(http, std::move(address), std::move(url), std::move(options));
}

Es9PlusClient::Es9PlusClient(HttpPort& http, std::string address, HttpsUrl url, Es9PlusOptions options)
    : http_(&http), address_(std::move(address)), url_(std::move(url)), options_(std::move(options)) {}

Result<HttpReply> Es9PlusClient::post(const HttpFunction& function, std::string json) {
  last_status_ = 0;
  HttpPost request;
  request.host = url_.host;
  request.port = url_.port;
  request.path = function.path;
  request.headers = {{"User-Agent", options_.user_agent},
                     {"X-Admin-Protocol", std::string(kAdminProtocol)},
                     {"Content-Type", std::string(kJsonContentType)}};
  request.body = to_bytes(as_bytes(json));
  request.timeout = options_.timeout;
  if (log::enabled(log::Level::kDebug))
    log::debug("lpa", "ES9+." + std::string(function.name) + " to " + address_);
  EIDER_TRY(reply, http_->post(request));
  last_status_ = reply.status;
  const bool acknowledged =
      reply.status == 200 || (function.kind == FunctionKind::kNotification && reply.status == 204);
  if (!acknowledged)
    return fail(not_from_the_server(address_ + " answered " + std::string(function.name) +
                                    " with HTTP status " + std::to_string(reply.status)));
  if (reply.body.size() > options_.max_body)
    return fail(not_from_the_server("the answer of " + std::to_string(reply.body.size()) +
                                    " octets is above the limit of " + std::to_string(options_.max_body)));
  return reply;
}

template <class Response, class Request>
Result<Response> Es9PlusClient::call(const HttpFunction& function, const Request& request) {
  EIDER_TRY(reply, post(function, json::encode(request)));
  EIDER_CHECK(check_content_type(reply));
  const auto text = as_text(reply.body);
  // A Failed answer has nothing but its header.
  EIDER_TRY(head, json::decode<EmptyResponse>(text));
  if (auto status = fault_of(head.header)) return fail(*std::move(status));
  return json::decode<Response>(text);
}

Result<es9::InitiateAuthenticationResponse> Es9PlusClient::initiate_authentication(
    const Challenge& euiccChallenge, Bytes euiccInfo1) {
  http_->new_session();
  return call<es9::InitiateAuthenticationResponse>(
      es9::kInitiateAuthentication,
      es9::InitiateAuthenticationRequest{to_bytes(euiccChallenge.view()), std::move(euiccInfo1), address_});
}

Result<es9::AuthenticateClientResponse> Es9PlusClient::authenticate_client(const Bytes& transactionId,
                                                                           Bytes authenticateServerResponse) {
  auto r = call<es9::AuthenticateClientResponse>(
      es9::kAuthenticateClient,
      es9::AuthenticateClientRequest{transactionId, std::move(authenticateServerResponse)});
  if (r) EIDER_CHECK(same_transaction(transactionId, r->transactionId));
  return r;
}

Result<es9::GetBoundProfilePackageResponse> Es9PlusClient::get_bound_profile_package(
    const Bytes& transactionId, Bytes prepareDownloadResponse) {
  auto r = call<es9::GetBoundProfilePackageResponse>(
      es9::kGetBoundProfilePackage,
      es9::GetBoundProfilePackageRequest{transactionId, std::move(prepareDownloadResponse)});
  if (r) EIDER_CHECK(same_transaction(transactionId, r->transactionId));
  return r;
}

Status Es9PlusClient::handle_notification(Bytes pendingNotification) {
  EIDER_TRY(reply, post(es9::kHandleNotification,
                        json::encode(es9::HandleNotificationRequest{std::move(pendingNotification)})));
  // 204 is the rule; servers that answer 200 with a header may also say Failed in it. The page of a proxy or a
  // captive portal is no acknowledgement: the card would forget what nobody has read.
  if (reply.status == 200 && !reply.body.empty()) {
    EIDER_CHECK(check_content_type(reply));
    if (const auto head = json::decode<EmptyResponse>(as_text(reply.body)))
      if (auto status = fault_of(head->header)) return fail(*std::move(status));
  }
  return {};
}

Status Es9PlusClient::cancel_session(const Bytes& transactionId, Bytes cancelSessionResponse) {
  auto r = call<es9::CancelSessionResponse>(
      es9::kCancelSession, es9::CancelSessionRequest{transactionId, std::move(cancelSessionResponse)});
  if (!r) return tl::unexpected<Fault>(std::move(r).error());
  return {};
}

}  // namespace eider::lpa
