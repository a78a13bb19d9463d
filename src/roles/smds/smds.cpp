#include "roles/smds/smds.hpp"

#include "roles/smds/es11/functions.hpp"
#include "roles/smds/es12/functions.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::smds {
namespace {

Status check_ds_credential(const SmDsConfig& config, const DsCredential& c, Time now) {
  crypto::VerifyOptions options;
  options.now = now;
  options.crls = &config.crls;
  EIDER_CHECK(crypto::verify_certificate(
      c.certificate, sgp22::certificate_profile(crypto::CertificateRole::kDsAuth), config.roots, options));
  if (!(c.key->public_key() == c.certificate.public_key()))
    return fail_local("the private key is not the one of CERT.DSauth");
  if (c.certificate.registered_ids() != config.credentials.front().certificate.registered_ids())
    return fail_local("the certificates name different SM-DS");
  return {};
}

}  // namespace

Result<std::unique_ptr<SmDs>> SmDs::create(SmDsConfig config, SmDsPorts ports) {
  if (config.addresses.empty()) return fail_local("the SM-DS has no address", "give its FQDN");
  if (config.roots.anchors().empty())
    return fail_local("the SM-DS trusts no CI", "give the CI certificate of the servers that may call it");
  if (config.credentials.empty())
    return fail_local("the SM-DS has no certificate", "issue CERT.DSauth: eider pki issue --role dsauth");
  for (const auto& c : config.credentials) EIDER_CHECK(check_ds_credential(config, c, ports.clock.now()));
  return std::unique_ptr<SmDs>(new SmDs(std::make_unique<Context>(std::move(config), ports)));
}

SmDs::SmDs(std::unique_ptr<Context> context) : context_(std::move(context)) {}
SmDs::~SmDs() = default;

HttpReply SmDs::es11(const server::Request& request) {
  const es11::Call call{request.peer};
  if (request.path == sgp22::es9plus::kAsn1Path) return es11::serve_asn1(*context_, call, request);
  return server::serve_json(request, "smds", es11::functions(),
                            [&](const auto& f) { return f.json(*context_, call, as_text(request.body)); });
}

HttpReply SmDs::es12(const server::Request& request) {
  return server::serve_json(request, "smds", es12::functions(), [&](const auto& f) -> Result<Bytes> {
    EIDER_TRY(caller, es12::identify(*context_, request.client_certificate));
    return f.json(*context_, caller, as_text(request.body));
  });
}

Result<PurgeRound> SmDs::purge(std::size_t limit) {
  EIDER_TRY(events, context_->store.expired(context_->clock.now(), limit));
  PurgeRound round;
  for (const auto& event : events) {
    const auto gone = es12::withdraw(*context_, event);
    if (!gone && gone.error().as<LocalFault>()) return fail(gone.error());
    ++(gone ? round.removed : round.postponed);
  }
  return round;
}

void SmDs::use_crls(crypto::CrlSet crls) {
  context_->set_crls(std::move(crls));
}
std::size_t SmDs::live_sessions() const {
  return context_->sessions.live(context_->clock.now());
}
const std::string& SmDs::address() const {
  return context_->config.addresses.front();
}
const sgp22::Oid& SmDs::oid() const {
  return context_->config.credentials.front().certificate.registered_ids().front();
}

}  // namespace eider::smds
