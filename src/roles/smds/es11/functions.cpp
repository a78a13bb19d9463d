#include "roles/smds/es11/functions.hpp"

#include "spec/sgp22/es9plus_asn1.hpp"

namespace eider::smds::es11 {
namespace {

namespace a1 = es9::asn1;
using Answer = Result<a1::RemoteProfileProvisioningResponse>;

template <auto Handler, class Request>
Result<Bytes> es11_json(Context& context, const Call& call, std::string_view body) {
  EIDER_TRY(request, json::decode<Request>(body));
  EIDER_TRY(answer, Handler(context, call, request));
  return to_bytes(as_bytes(json::encode(answer)));
}

constexpr Function kEs11[] = {
    {es9::kInitiateAuthentication, es11_json<initiate_authentication, es9::InitiateAuthenticationRequest>},
    {es9::kAuthenticateClient, es11_json<authenticate_client, es9::AuthenticateClientRequest>},
};

// ---- ASN.1 binding: a Failed answer becomes the number of its function, any other fault stays one. ----

Result<std::int64_t> number_for(const Fault& fault, std::span<const a1::ErrorNumber> errors) {
  const auto* status = fault.as<FunctionStatus>();
  if (!status) return fail(fault);
  return a1::number_of(errors, *status);
}

Answer asn1_call(Context& context, const Call& call, const a1::InitiateAuthenticationRequest& r) {
  a1::InitiateAuthenticationResponse out;
  const auto answer =
      initiate_authentication(context, call, {to_bytes(r.euiccChallenge), r.euiccInfo1.der, r.smdpAddress});
  if (answer) {
    EIDER_TRY(ok, server::to_asn1(*answer));
    out.value = std::move(ok);
  } else {
    EIDER_TRY(number, number_for(answer.error(), a1::initiate_authentication_es11_errors()));
    out.value = number;
  }
  return a1::RemoteProfileProvisioningResponse{std::move(out)};
}

Answer asn1_call(Context& context, const Call& call, const a1::AuthenticateClientRequest& r) {
  sgp22::es11::asn1::AuthenticateClientResponse out;
  const auto answer =
      authenticate_client(context, call, {to_bytes(r.transactionId), r.authenticateServerResponse.der});
  if (answer) {
    sgp22::es11::asn1::AuthenticateClientOk ok;
    ok.transactionId = r.transactionId;
    for (const auto& e : answer->eventEntries) ok.eventEntries.push_back({e.eventId, e.rspServerAddress});
    out.value = std::move(ok);
  } else {
    EIDER_TRY(number, number_for(answer.error(), a1::authenticate_client_es11_errors()));
    out.value = number;
  }
  return a1::RemoteProfileProvisioningResponse{std::move(out)};
}

}  // namespace

std::span<const Function> functions() {
  return kEs11;
}

HttpReply serve_asn1(Context& context, const Call& call, const server::Request& request) {
  if (!server::is_content_type(request.content_type, sgp22::kAsn1ContentType)) return server::make_reply(415);
  const auto decoded = der::decode<a1::RemoteProfileProvisioningRequest>(request.body);
  if (!decoded) return server::make_reply(400);
  const auto* initiate = std::get_if<a1::InitiateAuthenticationRequest>(&decoded->value);
  const auto* authenticate = std::get_if<a1::AuthenticateClientRequest>(&decoded->value);
  if (!initiate && !authenticate) return server::make_reply(400);
  const auto answer =
      initiate ? asn1_call(context, call, *initiate) : asn1_call(context, call, *authenticate);
  if (!answer) return server::json_fault(answer.error(), "smds", "ES11 (ASN.1)");
  return server::make_reply(200, sgp22::kAsn1ContentType, der::encode(*answer));
}

}  // namespace eider::smds::es11
