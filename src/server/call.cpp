#include "server/call.hpp"

#include "server/request.hpp"

namespace eider::server {

HttpPost make_post(const HttpsUrl& to, const sgp22::HttpFunction& function, std::string_view body) {
  HttpPost post;
  post.host = to.host;
  post.port = to.port;
  post.path = function.path;
  post.headers = {{"Content-Type", std::string(sgp22::kJsonContentType)},
                  {"X-Admin-Protocol", std::string(sgp22::kAdminProtocol)}};
  post.body = to_bytes(as_bytes(body));
  return post;
}

Result<std::string_view> read_reply(const HttpReply& reply, const sgp22::HttpFunction& function) {
  const std::string name(function.name);
  if (reply.status != 200)
    return fail(TransportFault{true, name + ": the server answered HTTP " + std::to_string(reply.status)});
  // The page of a proxy is no answer.
  if (const auto type = reply.header("Content-Type");
      !type.empty() && !is_content_type(type, sgp22::kJsonContentType))
    return fail(TransportFault{true, name + ": the answer is not JSON"});
  const auto text = as_text(reply.body);
  // The header first: a Failed answer carries nothing else.
  EIDER_TRY(outcome, json::decode<sgp22::EmptyResponse>(text));
  if (auto failed = sgp22::fault_of(outcome.header)) return fail(*std::move(failed));
  return text;
}

Status call_server(HttpPort& http, const std::string& address, const sgp22::HttpFunction& function,
                   std::string_view body) {
  EIDER_TRY(url, parse_https_url(address));
  EIDER_TRY(reply, http.post(make_post(url, function, body)));
  EIDER_CHECK(read_reply(reply, function));
  return {};
}

}  // namespace eider::server
