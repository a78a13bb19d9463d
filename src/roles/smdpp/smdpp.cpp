#include "roles/smdpp/smdpp.hpp"

#include "roles/smdpp/es2plus/functions.hpp"
#include "roles/smdpp/es9plus/functions.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::smdpp {
using server::is_content_type;
using server::json_fault;
using server::make_reply;
namespace {

// Both certificates verify for their roles, belong to their keys, to one CI and to one SM-DP+.
Status check_credential(const SmDpPlusConfig& config, const crypto::CrlSet& crls, const DpCredential& c,
                        Time now) {
  crypto::VerifyOptions options;
  options.now = now;
  options.crls = &crls;
  using crypto::CertificateRole;
  EIDER_CHECK(crypto::verify_certificate(
      c.auth_certificate, sgp22::certificate_profile(CertificateRole::kDpAuth), config.roots, options));
  EIDER_CHECK(crypto::verify_certificate(c.pb_certificate, sgp22::certificate_profile(CertificateRole::kDpPb),
                                         config.roots, options));
  if (!(c.auth_key->public_key() == c.auth_certificate.public_key()))
    return fail_local("the private key is not the one of CERT.DPauth");
  if (!(c.pb_key->public_key() == c.pb_certificate.public_key()))
    return fail_local("the private key is not the one of CERT.DPpb");
  if (!equal(c.auth_certificate.authority_key_identifier(), c.pb_certificate.authority_key_identifier()))
    return fail_local("CERT.DPauth and CERT.DPpb are of different CIs");
  if (c.auth_certificate.registered_ids() != c.pb_certificate.registered_ids())
    return fail_local("CERT.DPauth and CERT.DPpb name different SM-DP+");
  return {};
}

}  // namespace

Result<std::unique_ptr<SmDpPlus>> SmDpPlus::create(SmDpPlusConfig config, SmDpPlusPorts ports) {
  if (config.addresses.empty()) return fail_local("the SM-DP+ has no address", "give one FQDN at least");
  if (config.credentials.empty())
    return fail_local("the SM-DP+ has no certificates", "issue CERT.DPauth and CERT.DPpb");
  auto context = std::make_unique<Context>(std::move(config), ports);
  EIDER_CHECK(context->revocation.load(*context));
  const auto& credentials = context->config.credentials;
  for (const auto& c : credentials) {
    EIDER_CHECK(check_credential(context->config, *context->revocation.current(), c, ports.clock.now()));
    if (c.auth_certificate.registered_ids() != credentials.front().auth_certificate.registered_ids())
      return fail_local("the certificates name different SM-DP+");
  }
  context->oid = context->config.credentials.front().auth_certificate.registered_ids().front();
  context->host_id = context->config.host_id;
  if (context->host_id.empty())
    context->host_id.assign(crypto::sha256(as_bytes(context->config.addresses.front())).view().first(16));
  return std::unique_ptr<SmDpPlus>(new SmDpPlus(std::move(context)));
}

SmDpPlus::SmDpPlus(std::unique_ptr<Context> context) : context_(std::move(context)) {}
SmDpPlus::~SmDpPlus() = default;

Result<CrlRound> SmDpPlus::refresh_crls(CrlSource& source) {
  return context_->revocation.refresh(*context_, source);
}
std::shared_ptr<const crypto::CrlSet> SmDpPlus::crls() const {
  return context_->revocation.current();
}

std::size_t SmDpPlus::live_sessions() const {
  return context_->sessions.live(context_->clock.now());
}

const std::string& SmDpPlus::address() const {
  return context_->config.addresses.front();
}
const sgp22::Oid& SmDpPlus::oid() const {
  return context_->oid;
}

namespace {

HttpReply asn1_call(Context& context, const es9plus::Call& call, const Request& request) {
  if (!is_content_type(request.content_type, sgp22::kAsn1ContentType)) return make_reply(415);
  auto answer = es9plus::call_asn1(context, call, request.body);
  if (!answer)
    return answer.error().as<DecodeFault>() ? make_reply(400)
                                            : json_fault(answer.error(), "smdpp", "ES9+ (ASN.1)");
  if (!answer->second) return make_reply(204);
  return make_reply(200, sgp22::kAsn1ContentType, std::move(answer->first));
}

}  // namespace

HttpReply SmDpPlus::es9plus(const Request& request) {
  const es9plus::Call call{request.peer};
  if (request.path == sgp22::es9plus::kAsn1Path) return asn1_call(*context_, call, request);
  for (const auto& f : es9plus::functions()) {
    if (f.http.path != request.path) continue;
    if (!is_content_type(request.content_type, sgp22::kJsonContentType)) return make_reply(415);
    const bool notification = f.http.kind == sgp22::FunctionKind::kNotification;
    if (auto version = server::check_admin_protocol(request.admin_protocol); !version && !notification)
      return json_fault(version.error(), "smdpp", f.http.name);
    auto answer = f.json(*context_, call, as_text(request.body));
    if (notification) {
      // Acknowledged even when it cannot be read; only a store that fails makes the LPA come again.
      if (!answer && !answer.error().as<DecodeFault>())
        return json_fault(answer.error(), "smdpp", f.http.name);
      return make_reply(204);
    }
    if (!answer) return json_fault(answer.error(), "smdpp", f.http.name);
    return make_reply(200, sgp22::kJsonContentType, *std::move(answer));
  }
  return make_reply(404);
}

HttpReply SmDpPlus::es2plus(const Request& request) {
  return server::serve_json(request, "smdpp", es2plus::functions(), [&](const auto& f) -> Result<Bytes> {
    EIDER_TRY(caller, es2plus::identify(*context_, request.client_certificate));
    return f.json(*context_, caller, as_text(request.body));
  });
}

}  // namespace eider::smdpp
