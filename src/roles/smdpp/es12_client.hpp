// ES12 (SM-DP+ to SM-DS) over HTTPS: SGP.22 v2.6.1 sections 5.9 and 6.5.2.
#pragma once
#include "roles/smdpp/ports.hpp"
#include "server/event_registration.hpp"

namespace eider::smdpp {

// `http` authenticates itself with CERT.DP.TLS. The SM-DS is asked to tell its Root too.
class Es12Client final : public SmdsPort {
 public:
  Es12Client(HttpPort& http, Random& random, std::string requester_identifier)
      : events_(http, random, std::move(requester_identifier)) {}
  Status register_event(const std::string& smds_address, const Eid& eid,
                        const std::string& rsp_server_address, const std::string& event_id) override {
    return events_.register_event(smds_address, eid, rsp_server_address, event_id, true);
  }
  Status delete_event(const std::string& smds_address, const Eid& eid, const std::string& event_id) override {
    return events_.delete_event(smds_address, eid, event_id);
  }

 private:
  server::EventRegistration events_;
};

}  // namespace eider::smdpp
