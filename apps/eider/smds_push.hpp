// Posts to a push service that an eUICC has an event: {"eid": "8904…"}, nothing else.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "net/http_client.hpp"
#include "roles/smds/ports.hpp"

namespace eider::app {

// A hint, so it is kept in memory only, tried once, and dropped when too many wait.
class SmdsPush final : public smds::PushPort {
 public:
  struct Counters {
    std::uint64_t sent = 0, failed = 0, dropped = 0;
  };
  // The service's certificate is checked against the system's authorities and `anchors` (DER).
  static Result<std::unique_ptr<SmdsPush>> make(HttpsUrl url, std::vector<Bytes> anchors,
                                                std::map<std::string, std::string> resolve);
  ~SmdsPush() override;

  void event_waits(const sgp22::Eid& eid) override;
  Counters counters() const;

 private:
  SmdsPush(HttpsUrl url, std::unique_ptr<net::HttpClient> client);
  void send(const std::stop_token& stop);

  HttpsUrl url_;
  std::unique_ptr<net::HttpClient> client_;
  mutable std::mutex mutex_;
  std::condition_variable_any came_;
  std::deque<sgp22::Eid> waiting_;
  Counters counters_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace eider::app
