// ES12 (SM-DP+ to SM-DS) over HTTPS: SGP.22 v2.6.1 sections 5.9 and 6.5.2.
#pragma once
#include <mutex>

#include "base/random.hpp"
#include "device/http_port.hpp"
#include "roles/smdpp/ports.hpp"

namespace eider::smdpp {

// `http` authenticates itself with CERT.DP.TLS. Calls are made one at a time.
class Es12Client final : public SmdsPort {
 public:
  Es12Client(HttpPort& http, Random& random, std::string requester_identifier)
      : http_(http), random_(random), requester_(std::move(requester_identifier)) {}
  Status register_event(const std::string& smds_address, const Eid& eid,
                        const std::string& rsp_server_address, const std::string& event_id) override;
  Status delete_event(const std::string& smds_address, const Eid& eid, const std::string& event_id) override;

 private:
  HttpPort& http_;
  Random& random_;
  std::string requester_;
  std::mutex mutex_;
};

}  // namespace eider::smdpp
