#include "roles/smdpp/es2plus/notify.hpp"

#include "roles/smdpp/http.hpp"
#include "spec/sgp22/es2plus.hpp"

namespace eider::smdpp::es2plus {

Status notify(HttpPort& http, const std::string& url, OutboxKind kind, const std::string& body,
              Duration timeout) {
  EIDER_TRY(parsed, parse_https_url(url));
  const auto& function = kind == OutboxKind::kDownloadProgress ? sgp22::es2plus::kHandleDownloadProgressInfo
                                                               : sgp22::es2plus::kHandleNotification;
  HttpPost post;
  post.host = parsed.host;
  post.port = parsed.port;
  post.path = function.path;
  post.headers = {{"Content-Type", std::string(sgp22::kJsonContentType)},
                  {"X-Admin-Protocol", std::string(sgp22::kAdminProtocol)}};
  post.body = to_bytes(as_bytes(body));
  post.timeout = timeout;
  EIDER_TRY(reply, http.post(post));
  // The page of a proxy is no acknowledgement.
  const auto type = reply.header("Content-Type");
  const bool from_operator = reply.body.empty() || type.empty() || is_content_type(type, sgp22::kJsonContentType);
  if (reply.status == 204 || (reply.status == 200 && from_operator)) return {};
  return fail(TransportFault{true, "the operator answered " + std::to_string(reply.status)});
}

}  // namespace eider::smdpp::es2plus
