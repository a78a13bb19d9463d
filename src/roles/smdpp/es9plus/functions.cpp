#include "roles/smdpp/es9plus/functions.hpp"

#include "spec/sgp22/es9plus_asn1.hpp"

namespace eider::smdpp::es9plus {
namespace {

Bytes bytes_of(const std::string& text) {
  return to_bytes(as_bytes(text));
}

template <auto Handler, class Request>
Result<Bytes> json_call(Context& context, const Call& call, std::string_view body) {
  EIDER_TRY(request, json::decode<Request>(body));
  EIDER_TRY(answer, Handler(context, call, request));
  return bytes_of(json::encode(answer));
}

Result<Bytes> json_notification(Context& context, const Call& call, std::string_view body) {
  EIDER_TRY(request, json::decode<es9::HandleNotificationRequest>(body));
  EIDER_CHECK(handle_notification(context, call, request));
  return Bytes{};
}

constexpr Function kFunctions[] = {
    {es9::kInitiateAuthentication, 0, json_call<initiate_authentication, es9::InitiateAuthenticationRequest>},
    {es9::kAuthenticateClient, kInChallenged, json_call<authenticate_client, es9::AuthenticateClientRequest>},
    {es9::kGetBoundProfilePackage, kInAuthenticated,
     json_call<get_bound_profile_package, es9::GetBoundProfilePackageRequest>},
    {es9::kHandleNotification, 0, json_notification},
    {es9::kCancelSession, kInAuthenticated | kInBound, json_call<cancel_session, es9::CancelSessionRequest>},
};

// ---- ASN.1 binding ----
namespace a1 = es9::asn1;

// A Failed answer becomes the number of its function; any other fault stays one.
template <class Response, class Answer, class Convert>
Result<a1::RemoteProfileProvisioningResponse> respond(const Result<Answer>& answer,
                                                      std::span<const a1::ErrorNumber> errors,
                                                      Convert&& convert) {
  Response response;
  if (answer) {
    EIDER_TRY(ok, convert(*answer));
    response.value = std::move(ok);
  } else if (const auto* s = answer.error().template as<FunctionStatus>()) {
    response.value = a1::number_of(errors, *s);
  } else {
    return fail(answer.error());
  }
  return a1::RemoteProfileProvisioningResponse{std::move(response)};
}

TransactionId id_of(ByteView bytes) {
  return TransactionId::from(bytes).value_or(TransactionId{});
}

Result<a1::AuthenticateClientOk> to_asn1(const es9::AuthenticateClientResponse& r) {
  EIDER_TRY(signature, signature_of(r.smdpSignature2));
  a1::AuthenticateClientOk ok;
  ok.transactionId = id_of(r.transactionId);
  ok.profileMetadata.der = r.profileMetadata;
  ok.smdpSigned2.der = r.smdpSigned2;
  ok.smdpSignature2 = signature;
  ok.smdpCertificate.der = r.smdpCertificate;
  return ok;
}
Result<a1::GetBoundProfilePackageOk> to_asn1(const es9::GetBoundProfilePackageResponse& r) {
  a1::GetBoundProfilePackageOk ok;
  ok.transactionId = id_of(r.transactionId);
  ok.boundProfilePackage.der = r.boundProfilePackage;
  return ok;
}

struct Asn1Dispatch {
  Context& context;
  const Call& call;
  using Out = Result<a1::RemoteProfileProvisioningResponse>;

  Out operator()(const a1::InitiateAuthenticationRequest& r) const {
    const auto answer =
        initiate_authentication(context, call, {to_bytes(r.euiccChallenge), r.euiccInfo1.der, r.smdpAddress});
    return respond<a1::InitiateAuthenticationResponse>(answer, a1::initiate_authentication_errors(),
                                                       [](const auto& a) { return server::to_asn1(a); });
  }
  Out operator()(const a1::AuthenticateClientRequest& r) const {
    // Activation Code Retrieval is optional, and not built: it must not be taken for a download.
    const auto answer =
        r.useMatchingIdForAcr
            ? Result<es9::AuthenticateClientResponse>(
                  refuse(status::kFunctionUnsupported, "useMatchingIdForAcr"))
            : authenticate_client(context, call,
                                  {to_bytes(r.transactionId), r.authenticateServerResponse.der});
    return respond<a1::AuthenticateClientResponse>(answer, a1::authenticate_client_errors(),
                                                   [](const auto& a) { return to_asn1(a); });
  }
  Out operator()(const a1::GetBoundProfilePackageRequest& r) const {
    const auto answer =
        get_bound_profile_package(context, call, {to_bytes(r.transactionId), r.prepareDownloadResponse.der});
    return respond<a1::GetBoundProfilePackageResponse>(answer, a1::get_bound_profile_package_errors(),
                                                       [](const auto& a) { return to_asn1(a); });
  }
  Out operator()(const a1::CancelSessionRequest& r) const {
    const auto answer =
        cancel_session(context, call, {to_bytes(r.transactionId), der::encode(r.cancelSessionResponse)});
    return respond<a1::CancelSessionResponse>(
        answer, a1::cancel_session_errors(),
        [](const auto&) -> Result<a1::CancelSessionOk> { return a1::CancelSessionOk{}; });
  }
};

}  // namespace

std::span<const Function> functions() {
  return kFunctions;
}

Result<std::pair<Bytes, bool>> call_asn1(Context& context, const Call& call, ByteView body) {
  EIDER_TRY(request, der::decode<a1::RemoteProfileProvisioningRequest>(body));
  if (const auto* n = std::get_if<a1::HandleNotification>(&request.value)) {
    EIDER_CHECK(handle_notification(context, call, {der::encode(n->pendingNotification)}));
    return std::pair(Bytes{}, false);
  }
  const Asn1Dispatch dispatch{context, call};
  auto answer = std::visit(
      [&](const auto& r) -> Asn1Dispatch::Out {
        if constexpr (requires { dispatch(r); })
          return dispatch(r);
        else
          return fail_local("not reached");
      },
      request.value);
  if (!answer) return fail(std::move(answer).error());
  return std::pair(der::encode(*answer), true);
}

Result<Session> find_session(StoreReader& reader, Context& context, ByteView transaction_id) {
  const auto id = TransactionId::from(transaction_id);
  if (!id || id->empty()) return refuse(status::kTransactionIdUnknown);
  EIDER_TRY(session, reader.session(*id));
  if (!session || session->expires_at <= context.clock.now()) return refuse(status::kTransactionIdUnknown);
  return *std::move(session);
}

Result<Session> load_session(Context& context, ByteView transaction_id, std::uint8_t states) {
  if (const auto id = TransactionId::from(transaction_id)) {
    auto known = context.sessions.find(*id);
    if (known && legal(*known, states) && known->expires_at > context.clock.now()) return *std::move(known);
  }
  std::optional<Session> session;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, find_session(reader, context, transaction_id));
    session = std::move(found);
    return {};
  }));
  return *std::move(session);
}

Fault refuse_session(Context& context, Session& session, const Digest& request, Fault fault, bool& conflict) {
  const auto* status = fault.as<FunctionStatus>();
  if (!status) return fault;
  auto written = context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(same, unchanged(tx, context, session));
    conflict = !same;
    return same ? end_session(tx, context, session, request, status) : Status{};
  });
  return written ? std::move(fault) : std::move(written).error();
}

Result<crypto::PublicKey> euicc_key(const Authenticated& a) {
  if (a.euicc_key) return *a.euicc_key;
  return crypto::PublicKey::from_spki(a.euicc_public_key);
}

bool legal(const Session& session, std::uint8_t states) {
  return (states >> session.state.index() & 1) != 0;
}

}  // namespace eider::smdpp::es9plus
