#include "server/event_registration.hpp"

#include "server/call.hpp"
#include "spec/sgp22/es12.hpp"

namespace eider::server {

Status EventRegistration::register_event(const std::string& smds_address, const sgp22::Eid& eid,
                                         const std::string& rsp_server_address, const std::string& event_id,
                                         bool forward) {
  const std::lock_guard lock(mutex_);
  sgp22::es12::RegisterEventRequest r;
  r.header = {requester_, to_hex(random_.fixed<8>())};
  r.eid = sgp22::eid_digits(eid);
  r.rspServerAddress = rsp_server_address;
  r.eventId = event_id;
  r.forwardingIndicator = forward;
  return call_server(http_, smds_address, sgp22::es12::kRegisterEvent, json::encode(r));
}

Status EventRegistration::delete_event(const std::string& smds_address, const sgp22::Eid& eid,
                                       const std::string& event_id) {
  const std::lock_guard lock(mutex_);
  sgp22::es12::DeleteEventRequest r;
  r.header = {requester_, to_hex(random_.fixed<8>())};
  r.eid = sgp22::eid_digits(eid);
  r.eventId = event_id;
  return call_server(http_, smds_address, sgp22::es12::kDeleteEvent, json::encode(r));
}

}  // namespace eider::server
