// ES15 (Alternative SM-DS to Root SM-DS) over HTTPS: SGP.22 v2.6.1 sections 5.10 and 6.5.2.
#pragma once
#include "roles/smds/ports.hpp"
#include "server/event_registration.hpp"

namespace eider::smds {

// `http` authenticates itself with CERT.DS.TLS.
class Es15Client final : public RootPort {
 public:
  Es15Client(HttpPort& http, Random& random, std::string root_address, std::string requester_identifier)
      : events_(http, random, std::move(requester_identifier)), root_address_(std::move(root_address)) {}
  Status register_event(const sgp22::Eid& eid, const std::string& rsp_server_address,
                        const std::string& event_id) override {
    return events_.register_event(root_address_, eid, rsp_server_address, event_id, false);
  }
  Status delete_event(const sgp22::Eid& eid, const std::string& event_id) override {
    return events_.delete_event(root_address_, eid, event_id);
  }

 private:
  server::EventRegistration events_;
  std::string root_address_;
};

}  // namespace eider::smds
