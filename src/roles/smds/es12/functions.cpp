#include "roles/smds/es12/functions.hpp"

#include "spec/sgp22/certificates.hpp"

namespace eider::smds::es12 {
namespace {

template <auto Handler, class Request>
Result<Bytes> json_call(Context& context, const Caller& caller, std::string_view body) {
  EIDER_TRY(request, json::decode<Request>(body));
  EIDER_TRY(answer, Handler(context, caller, request));
  return to_bytes(as_bytes(json::encode(answer)));
}

constexpr Function kFunctions[] = {
    {sgp22::es12::kRegisterEvent, json_call<register_event, sgp22::es12::RegisterEventRequest>},
    {sgp22::es12::kDeleteEvent, json_call<delete_event, sgp22::es12::DeleteEventRequest>},
};

}  // namespace

std::span<const Function> functions() {
  return kFunctions;
}

Result<Caller> identify(Context& context, ByteView client_certificate) {
  if (client_certificate.empty()) return refuse(status::kRequesterUnknown, {}, "no client certificate");
  const auto certificate = crypto::Certificate::parse(client_certificate);
  if (!certificate) return refuse(status::kRequesterUnknown, {}, certificate.error().message());
  crypto::VerifyOptions options;
  options.now = context.clock.now();
  const auto crls = context.crls();
  options.crls = crls.get();
  options.cache = &context.verified;
  using crypto::CertificateRole;
  const auto verify = [&](CertificateRole role) -> Status {
    EIDER_CHECK(crypto::verify_certificate(*certificate, sgp22::certificate_profile(role),
                                           context.config.roots, options));
    return {};
  };
  const auto as_smdpp = verify(CertificateRole::kDpTls);
  const auto as_smds = as_smdpp ? Status() : verify(CertificateRole::kDsTls);
  // Of the two faults the one that is not about the role tells what is wrong.
  const auto of_other_role = [](const Status& s) {
    const auto* fault = s ? nullptr : s.error().as<VerificationFault>();
    return fault && fault->check == VerificationFault::Check::kRole;
  };
  if (!as_smdpp && !as_smds)
    return refuse(status::kRequesterUnknown, {},
                  (of_other_role(as_smdpp) ? as_smds : as_smdpp).error().message());
  return Caller{certificate->registered_ids().front().dotted(), !as_smdpp};
}

}  // namespace eider::smds::es12
