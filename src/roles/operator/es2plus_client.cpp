#include "roles/operator/es2plus_client.hpp"

#include "server/call.hpp"

namespace eider::mno {
using namespace sgp22;

Result<Es2PlusClient> Es2PlusClient::create(std::string_view smdp, OperatorIdentity identity, HttpPort& http,
                                            Random& random) {
  EIDER_TRY(url, parse_https_url(smdp));
  return Es2PlusClient(std::move(url), std::move(identity), http, random);
}

Result<HttpReply> Es2PlusClient::insist(const HttpPost& post) {
  for (unsigned attempt = 1;; ++attempt) {
    auto reply = http_->post(post);
    const bool unanswered = reply ? reply->status >= 500 : reply.error().not_reached();
    if (!unanswered || attempt >= retries_.attempts) return reply;
    if (retries_.pause) retries_.pause(attempt + 1);
  }
}

template <class Response, class Request>
Result<Response> Es2PlusClient::call(const HttpFunction& function, Request request) {
  request.header.functionRequesterIdentifier = identity_.function_requester_identifier;
  if (request.header.functionCallIdentifier.empty())
    request.header.functionCallIdentifier = to_hex(random_->bytes(8));
  EIDER_TRY(reply, insist(server::make_post(url_, function, json::encode(request))));
  EIDER_TRY(body, server::read_reply(reply, function));
  return json::decode<Response>(body);
}

Result<es2plus::DownloadOrderResponse> Es2PlusClient::download_order(es2plus::DownloadOrderRequest request) {
  return call<es2plus::DownloadOrderResponse>(es2plus::kDownloadOrder, std::move(request));
}
Result<es2plus::ConfirmOrderResponse> Es2PlusClient::confirm_order(es2plus::ConfirmOrderRequest request) {
  return call<es2plus::ConfirmOrderResponse>(es2plus::kConfirmOrder, std::move(request));
}
Status Es2PlusClient::cancel_order(es2plus::CancelOrderRequest request) {
  EIDER_CHECK(call<EmptyResponse>(es2plus::kCancelOrder, std::move(request)));
  return {};
}
Status Es2PlusClient::release_profile(es2plus::ReleaseProfileRequest request) {
  EIDER_CHECK(call<EmptyResponse>(es2plus::kReleaseProfile, std::move(request)));
  return {};
}

bool SeenCalls::first(const Progress& progress) {
  if (progress.function_call_identifier.empty()) return true;
  auto key = progress.function + '\n' + progress.requester + '\n' + progress.function_call_identifier;
  if (!known_.insert(key).second) return false;
  order_.push_back(std::move(key));
  if (order_.size() > capacity_) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

const char* notification_point_name(std::int64_t point) {
  switch (point) {
    case 1:
      return "eligibility and retry limit check";
    case 2:
      return "confirmation failure";
    case 3:
      return "BPP download";
    case 4:
      return "BPP installation";
    case 5:  // of other SM-DP+
    case 103:
      return "Profile deleted";
    case 100:
      return "Profile installed";
    case 101:
      return "Profile enabled";
    case 102:
      return "Profile disabled";
    default:
      return "other";
  }
}

namespace {
template <class Request>
Result<Progress> read(std::string_view name, std::string_view body) {
  EIDER_TRY(request, json::decode<Request>(body));
  Progress p;
  p.function = name;
  p.iccid = request.iccid;
  p.eid = request.eid.value_or("");
  p.profile_type = request.profileType;
  p.timestamp = request.timestamp;
  p.point = request.notificationPointId;
  p.point_name = notification_point_name(p.point);
  p.failure = fault_of(ResponseHeader{request.notificationPointStatus});
  p.requester = request.header.functionRequesterIdentifier;
  p.function_call_identifier = request.header.functionCallIdentifier;
  return p;
}
}  // namespace

Result<Progress> parse_progress(std::string_view path, std::string_view body) {
  if (path == es2plus::kHandleDownloadProgressInfo.path)
    return read<es2plus::HandleDownloadProgressInfoRequest>(es2plus::kHandleDownloadProgressInfo.name, body);
  if (path == es2plus::kHandleNotification.path)
    return read<es2plus::HandleNotificationRequest>(es2plus::kHandleNotification.name, body);
  return fail_local("no ES2+ function of the operator has the path " + std::string(path));
}

}  // namespace eider::mno
