// The Operator's side of ES2+ (SGP.22 v2.6.1 section 5.3): orders out, progress in. No sockets: an HttpPort
// carries the requests with the operator's client certificate.
#pragma once
#include <deque>
#include <functional>
#include <set>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "device/http_port.hpp"
#include "spec/sgp22/es2plus.hpp"

namespace eider::mno {

struct OperatorIdentity {
  std::string function_requester_identifier;  // OID, as agreed with the SM-DP+
};

// A call that nobody answered is made again as it was: the SM-DP+ knows it by its functionCallIdentifier.
struct Retries {
  unsigned attempts = 3;
  std::function<void(unsigned attempt)> pause;  // before the second attempt and later ones
};

class Es2PlusClient {
 public:
  // `smdp` is host[:port] of the ES2+ end point.
  static Result<Es2PlusClient> create(std::string_view smdp, OperatorIdentity identity, HttpPort& http,
                                      Random& random);

  void set_retries(Retries retries) { retries_ = std::move(retries); }

  // FunctionStatus when the SM-DP+ refuses, TransportFault when it is not known whether it carried the
  // request out. The header is filled in here; a functionCallIdentifier that is given stays, to repeat a
  // call.
  Result<sgp22::es2plus::DownloadOrderResponse> download_order(sgp22::es2plus::DownloadOrderRequest request);
  Result<sgp22::es2plus::ConfirmOrderResponse> confirm_order(sgp22::es2plus::ConfirmOrderRequest request);
  Status cancel_order(sgp22::es2plus::CancelOrderRequest request);
  Status release_profile(sgp22::es2plus::ReleaseProfileRequest request);

 private:
  Es2PlusClient(HttpsUrl url, OperatorIdentity identity, HttpPort& http, Random& random)
      : url_(std::move(url)), identity_(std::move(identity)), http_(&http), random_(&random) {}
  Result<HttpReply> insist(const HttpPost& post);
  template <class Response, class Request>
  Result<Response> call(const sgp22::HttpFunction& function, Request request);

  HttpsUrl url_;
  OperatorIdentity identity_;
  HttpPort* http_;
  Random* random_;
  Retries retries_;
};

// What an SM-DP+ tells the operator (HandleDownloadProgressInfo and HandleNotification).
struct Progress {
  std::string function;  // name of the function that was called
  std::string iccid, eid, profile_type, timestamp;
  std::int64_t point = 0;
  std::string point_name;  // "BPP installation"
  std::optional<FunctionStatus> failure;
  std::string requester;  // functionRequesterIdentifier: the SM-DP+
  std::string function_call_identifier;
};

// Tells repeats from new messages: an SM-DP+ sends again what it saw no answer to. Remembers the newest ones.
class SeenCalls {
 public:
  explicit SeenCalls(std::size_t capacity = 10'000) : capacity_(capacity) {}
  // False: this message came before. One without an identifier is always new.
  bool first(const Progress& progress);

 private:
  std::size_t capacity_;
  std::set<std::string> known_;
  std::deque<std::string> order_;
};
const char* notification_point_name(std::int64_t point);

// Reads one request that an SM-DP+ posted to `path`; LocalFault for another path.
Result<Progress> parse_progress(std::string_view path, std::string_view body);

}  // namespace eider::mno
