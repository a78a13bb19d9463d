#include "world/m2m/soap_wire.hpp"

namespace eider::world::m2m {

Result<server::SoapReply> SoapWire::post(const server::SoapPost& request) {
  EIDER_TRY(url, parse_https_url(request.url));
  HttpPost post;
  post.host = url.host;
  post.path = url.path + request.action.substr(request.action.find_last_of('/') + 1);
  post.body = request.body;
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
