#include "roles/smdpp/es2plus/notify.hpp"

#include "server/call.hpp"
#include "server/request.hpp"
#include "spec/sgp22/es2plus.hpp"

namespace eider::smdpp::es2plus {

Status notify(HttpPort& http, const std::string& url, OutboxKind kind, const std::string& body,
              Duration timeout) {
  EIDER_TRY(to, parse_https_url(url));
  auto post =
      server::make_post(to,
                        kind == OutboxKind::kDownloadProgress ? sgp22::es2plus::kHandleDownloadProgressInfo
                                                              : sgp22::es2plus::kHandleNotification,
                        body);
  post.timeout = timeout;
  EIDER_TRY(reply, http.post(post));
  // The page of a proxy is no acknowledgement.
  const auto type = reply.header("Content-Type");
  const bool from_operator =
      reply.body.empty() || type.empty() || server::is_content_type(type, sgp22::kJsonContentType);
  if (reply.status == 204 || (reply.status == 200 && from_operator)) return {};
  return fail(TransportFault{true, "the operator answered " + std::to_string(reply.status)});
}

}  // namespace eider::smdpp::es2plus
