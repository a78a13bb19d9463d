#include "roles/smdpp/es12_client.hpp"

#include "spec/sgp22/es12.hpp"

namespace eider::smdpp {

Status Es12Client::post(const std::string& smds_address, std::string_view path, std::string body) {
  const std::lock_guard lock(mutex_);
  EIDER_TRY(url, parse_https_url(smds_address));
  HttpPost post;
  post.host = url.host;
  post.port = url.port;
  post.path = path;
  post.headers = {{"Content-Type", std::string(sgp22::kJsonContentType)},
                  {"X-Admin-Protocol", std::string(sgp22::kAdminProtocol)}};
  post.body = to_bytes(as_bytes(body));
  EIDER_TRY(reply, http_.post(post));
  if (reply.status != 200)
    return fail(TransportFault{true, "the SM-DS answered " + std::to_string(reply.status)});
  EIDER_TRY(response, json::decode<sgp22::EmptyResponse>(as_text(reply.body)));
  if (auto failed = sgp22::fault_of(response.header)) return fail(*std::move(failed));
  return {};
}

Status Es12Client::register_event(const std::string& smds_address, const Eid& eid,
                                  const std::string& rsp_server_address, const std::string& event_id) {
  sgp22::es12::RegisterEventRequest r;
  r.header = {requester_, to_hex(random_.fixed<8>())};
  r.eid = sgp22::eid_digits(eid);
  r.rspServerAddress = rsp_server_address;
  r.eventId = event_id;
  r.forwardingIndicator = true;
  return post(smds_address, sgp22::es12::kRegisterEvent.path, json::encode(r));
}

Status Es12Client::delete_event(const std::string& smds_address, const Eid& eid,
                                const std::string& event_id) {
  sgp22::es12::DeleteEventRequest r;
  r.header = {requester_, to_hex(random_.fixed<8>())};
  r.eid = sgp22::eid_digits(eid);
  r.eventId = event_id;
  return post(smds_address, sgp22::es12::kDeleteEvent.path, json::encode(r));
}

}  // namespace eider::smdpp
