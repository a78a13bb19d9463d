// A party of the M2M architecture as it calls another one's functions, and takes what comes back later
// (SGP.02 v4.2 sections 5.1.3 to 5.1.5, Annex B). No sockets: an HttpPort with the party's certificate
// carries the messages.
#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "base/random.hpp"
#include "device/http_port.hpp"
#include "spec/sgp02/soap.hpp"

namespace eider::mno {

// Another party and its end point.
struct RspPeer {
  sgp02::EntityId id;
  HttpsUrl url;
};
struct RspCall {
  // Nothing: the answer is awaited in the HTTP response, however long the card takes.
  std::optional<std::string> reply_to;
  std::string transaction_id;  // empty: one of its own
  Duration timeout{180000};    // for the HTTP exchange
};

class RspClient {
 public:
  // All must outlive the client. `self` without an address.
  RspClient(sgp02::Entity self, HttpPort& http, const Clock& clock, Random& random)
      : self_(std::move(self)), http_(http), clock_(clock), random_(random) {}

  // 32 hexadecimal digits, for a FunctionCallIdentifier or a transaction.
  std::string new_identifier();
  struct Answer {
    std::string message_id;                        // of the request: a later answer relates to it
    std::optional<sgp02::soap::Message> response;  // nothing: it was taken (202), and is answered later
  };
  // A request or notification of that interface. TransportFault: nobody knows whether it was taken, or the
  // answer is none to this request; DecodeFault: it cannot be read. What the peer says of the function is in
  // the response, see `check`.
  Result<Answer> call(const RspPeer& peer, sgp02::Interface interface, const std::any& request,
                      const RspCall& how = {});

 private:
  sgp02::Entity self_;
  HttpPort& http_;
  const Clock& clock_;
  Random& random_;
};

// FunctionStatus when the peer failed, or the time was over: nothing was done, or not all.
Status check(const sgp02::BaseResponse& response);

// Where answers and notifications arrive: several threads may post and wait.
class RspInbox {
 public:
  struct Taken {
    int status = 202;  // of HTTP
    // The message, unless it was refused; it was kept for whoever waits for it, too.
    std::optional<sgp02::soap::Message> message;
    std::string problem;
  };
  // `certificate`: of who posted. A message whose EntityId is not in it is refused.
  Taken post(ByteView body, ByteView certificate);
  // The answer to that request; nothing when the time passes.
  std::optional<sgp02::soap::Message> wait(const std::string& message_id, Duration longest);

 private:
  static constexpr std::size_t kMost = 10000;  // answers that nobody waits for; more push out the oldest
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, sgp02::soap::Message> answers_;  // by RelatesTo
  std::deque<std::string> order_;
};

}  // namespace eider::mno
