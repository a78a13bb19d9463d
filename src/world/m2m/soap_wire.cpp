#include "world/m2m/soap_wire.hpp"

#include <algorithm>

namespace eider::world::m2m {
namespace {
// What the certificate of that host says.
bool is_of(const Foundry& foundry, const std::string& host, const std::string& id) {
  const auto fits = [&](const Party& p) { return p.host == host && p.id.dotted() == id; };
  return fits(foundry.smdp) || fits(foundry.provider) || std::ranges::any_of(foundry.operators, fits) ||
         std::ranges::any_of(foundry.smsrs, fits, &SmSrTemplate::party);
}
}  // namespace

Result<server::SoapReply> SoapWire::post(const server::SoapPost& request) {
  EIDER_TRY(url, parse_https_url(request.url));
  HttpPost post;
  post.host = url.host;
  post.path = url.path + request.action.substr(request.action.find_last_of('/') + 1);
  post.body = request.body;
  if (!is_of(foundry_, url.host, request.party))
    return fail(
        VerificationFault{VerificationFault::Check::kBinding, "TLS: not a server of " + request.party});
  EIDER_TRY(reply, network_.post(self_.name, self_.certificate, post));
  server::SoapReply out{reply.status, std::move(reply.body), {}};
  // Both ends of TLS are known: a page of something in between is no answer of the other side.
  if (reply.header("Content-Type") == "text/html") out = {503, {}, {}};
  for (const auto& smsr : foundry_.smsrs)
    if (smsr.party.host == url.host) out.server_certificate = smsr.party.certificate;
  if (foundry_.smdp.host == url.host) out.server_certificate = foundry_.smdp.certificate;
  return out;
}

}  // namespace eider::world::m2m
