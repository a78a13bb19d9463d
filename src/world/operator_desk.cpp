#include "world/operator_desk.hpp"

#include "spec/sgp22/es2plus.hpp"

namespace eider::world {
namespace es2 = sgp22::es2plus;

Result<HttpReply> OperatorDesk::post(const ServerHost& server, std::string_view path, std::string body) {
  HttpPost request;
  request.host = server.address();
  request.path = path;
  request.headers = {{"Content-Type", std::string(sgp22::kJsonContentType)},
                     {"X-Admin-Protocol", std::string(sgp22::kAdminProtocol)}};
  request.body = to_bytes(as_bytes(body));
  return network_.post(self_.id, self_.certificate, request);
}

Result<HttpReply> OperatorDesk::insist(const ServerHost& server, std::string_view path,
                                       const std::string& body) {
  constexpr int kAttempts = 3;
  for (int n = 1;; ++n) {
    auto reply = post(server, path, body);
    if (n == kAttempts || (reply && reply->status == 200)) return reply;
    journal_.note([&] { return self_.id + ": no answer from " + server.address() + ", asks again"; });
  }
}

template <class Answer, class Request>
Result<Answer> OperatorDesk::call(const ServerHost& server, const sgp22::HttpFunction& function,
                                  Request request) {
  request.header = {self_.requester, self_.id + "-" + std::to_string(++calls_)};
  auto reply = insist(server, function.path, json::encode(request));
  const auto say = [&](const std::string& outcome) {
    journal_.note([&] {
      return self_.id + ": " + std::string(function.name) + " at " + server.address() + ": " + outcome;
    });
  };
  if (!reply) return say(reply.error().message()), fail(reply.error());
  if (reply->status != 200)
    return say("HTTP " + std::to_string(reply->status)), fail(TransportFault{true, "no answer"});
  auto head = json::decode<sgp22::EmptyResponse>(as_text(reply->body));
  if (!head) return say("unreadable"), fail(TransportFault{true, "no answer of an SM-DP+"});
  if (auto refused = sgp22::fault_of(head->header)) {
    say(refused->subject_code + "/" + refused->reason_code);
    return fail(*std::move(refused));
  }
  say("ok");
  return json::decode<Answer>(as_text(reply->body));
}

Status OperatorDesk::order(const ServerHost& server, std::size_t server_index, const std::string& type,
                           std::optional<std::pair<std::size_t, sgp22::Eid>> card, const std::string& iccid) {
  es2::DownloadOrderRequest request;
  if (card) request.eid = sgp22::eid_digits(card->second);
  if (!iccid.empty()) request.iccid = iccid;
  if (!type.empty()) request.profileType = type;
  EIDER_TRY(answer, call<es2::DownloadOrderResponse>(server, es2::kDownloadOrder, std::move(request)));
  OrderNote note;
  note.server = server_index;
  note.iccid = answer.iccid;
  if (card) note.card = card->first;
  orders_.push_back(std::move(note));
  return {};
}

Status OperatorDesk::confirm(const ServerHost& server, OrderNote& order,
                             const std::optional<std::string>& matching_id,
                             const std::optional<sgp22::Eid>& eid, const std::string& code, bool release) {
  es2::ConfirmOrderRequest request;
  request.iccid = order.iccid;
  request.matchingId = matching_id;
  if (eid) request.eid = sgp22::eid_digits(*eid);
  if (!code.empty()) request.confirmationCode = code;
  request.releaseFlag = release;
  // What was asked may have been carried out even when the answer was lost.
  if (matching_id) order.matching_id = matching_id;
  order.code = code;
  auto answer = call<es2::ConfirmOrderResponse>(server, es2::kConfirmOrder, std::move(request));
  if (!answer) return fail(answer.error());
  order.matching_id = answer->matchingId;
  order.confirmed = true;
  order.released = release;
  return {};
}

Status OperatorDesk::release(const ServerHost& server, OrderNote& order) {
  es2::ReleaseProfileRequest request;
  request.iccid = order.iccid;
  EIDER_CHECK(call<es2::ReleaseProfileResponse>(server, es2::kReleaseProfile, std::move(request)));
  order.released = true;
  return {};
}

Status OperatorDesk::cancel(const ServerHost& server, OrderNote& order, const std::optional<sgp22::Eid>& eid,
                            bool available) {
  es2::CancelOrderRequest request;
  request.iccid = order.iccid;
  if (eid) request.eid = sgp22::eid_digits(*eid);
  request.matchingId = order.matching_id;
  request.finalProfileStatusIndicator = available ? "Available" : "Unavailable";
  EIDER_CHECK(call<es2::CancelOrderResponse>(server, es2::kCancelOrder, std::move(request)));
  order.cancelled = true;
  return {};
}

std::optional<HttpReply> OperatorDesk::handle(const HttpPost& request, const std::string&, ByteView) {
  laws_.operator_received(self_.host, request.path, request.body);
  HttpReply reply;
  reply.status = 204;
  return reply;
}

}  // namespace eider::world
