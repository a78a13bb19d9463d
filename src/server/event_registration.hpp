// Events at an SM-DS, as an SM-DP+ (ES12) and an Alternative SM-DS (ES15) register and delete them: SGP.22
// v2.6.1 sections 5.9, 5.10 and 6.5.2.
#pragma once
#include <mutex>

#include "base/random.hpp"
#include "device/http_port.hpp"
#include "spec/sgp22/types.hpp"

namespace eider::server {

// `http` authenticates itself with the caller's TLS certificate. Calls are made one at a time. Faults as
// those of call_server.
class EventRegistration {
 public:
  EventRegistration(HttpPort& http, Random& random, std::string requester_identifier)
      : http_(http), random_(random), requester_(std::move(requester_identifier)) {}
  // `forward`: to the Root SM-DS too.
  Status register_event(const std::string& smds_address, const sgp22::Eid& eid,
                        const std::string& rsp_server_address, const std::string& event_id, bool forward);
  Status delete_event(const std::string& smds_address, const sgp22::Eid& eid, const std::string& event_id);

 private:
  HttpPort& http_;
  Random& random_;
  std::string requester_;
  std::mutex mutex_;
};

}  // namespace eider::server
