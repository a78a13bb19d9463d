#include "roles/operator/rsp_client.hpp"

#include <algorithm>

#include "crypto/certificate.hpp"

namespace eider::mno {
namespace soap = sgp02::soap;

std::string RspClient::new_identifier() {
  return to_hex(random_.bytes(16));
}

Result<RspClient::Answer> RspClient::call(const RspPeer& peer, sgp02::Interface interface,
                                          const std::any& request, const RspCall& how) {
  const auto now = clock_.now();
  sgp02::MessageHeader header;
  header.sender = self_;
  header.receiver.id = peer.id;
  header.receiver.address = "https://" + peer.url.host +
                            (peer.url.port == 443 ? "" : ":" + std::to_string(peer.url.port)) + peer.url.path;
  header.transactionId = how.transaction_id.empty() ? new_identifier() : how.transaction_id;
  header.messageDate = now;
  header.messageId = soap::make_message_id(self_.id, new_identifier(), header.transactionId, now);
  header.replyTo = how.reply_to;
  const auto text = soap::encode(header, interface, request);

  HttpPost post;
  post.host = peer.url.host;
  post.port = peer.url.port;
  post.path = peer.url.path;
  post.server_id = peer.id.dotted();
  post.headers = {{"Content-Type", "application/soap+xml; charset=utf-8"}};
  post.body = to_bytes(as_bytes(text));
  post.timeout = how.timeout;
  EIDER_TRY(reply, http_.post(post));
  if (reply.status == 202 || reply.status == 204) return Answer{header.messageId, std::nullopt};
  if (reply.body.empty())
    return fail(TransportFault{true, "HTTP status " + std::to_string(reply.status) + " without a message"});
  auto message = soap::decode(reply.body);
  if (!message) return tl::unexpected(message.error().fault());
  if (!message->function) {
    const auto* fault = message->as<soap::SoapFault>();
    return fail(TransportFault{true, "a SOAP fault: " + (fault ? fault->reason : std::string("unknown"))});
  }
  if (message->kind != sgp02::MessageKind::kResponse || message->function->interface != interface)
    return fail(TransportFault{true, "the answer is none to this request"});
  if (message->header.sender.id != peer.id)
    return fail(TransportFault{true, "the answer is of another party"});
  // Some write no RelatesTo into an HTTP response, which can only be the answer to its request.
  if (message->header.relatesTo && *message->header.relatesTo != header.messageId)
    return fail(TransportFault{true, "the answer relates to another request"});
  return Answer{header.messageId, *std::move(message)};
}

Status check(const sgp02::BaseResponse& response) {
  using E = sgp02::ExecutionStatus;
  const auto status = response.functionExecutionStatus.status;
  if (status == E::kExecutedSuccess || status == E::kExecutedWithWarning) return {};
  return fail(sgp02::status::to_function_status(response.functionExecutionStatus));
}

RspInbox::Taken RspInbox::post(ByteView body, ByteView certificate) {
  auto message = soap::decode(body);
  if (!message) return {400, std::nullopt, message.error().fault().message()};
  const auto peer = crypto::Certificate::parse(certificate);
  const auto& claimed = message->header.sender.id;
  if (!peer || std::ranges::find(peer->registered_ids(), claimed) == peer->registered_ids().end())
    return {403, std::nullopt, "EntityId is not that of the certificate"};
  if (message->kind == sgp02::MessageKind::kRequest)
    return {403, std::nullopt, "this party serves no functions"};
  if (message->kind == sgp02::MessageKind::kResponse && message->header.relatesTo) {
    const std::scoped_lock lock(mutex_);
    const auto& id = *message->header.relatesTo;
    if (answers_.insert_or_assign(id, *message).second) order_.push_back(id);
    for (; order_.size() > kMost; order_.pop_front()) answers_.erase(order_.front());
    arrived_.notify_all();
  }
  return {202, *std::move(message), {}};
}

std::optional<soap::Message> RspInbox::wait(const std::string& message_id, Duration longest) {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, longest, [&] { return answers_.contains(message_id); })) return std::nullopt;
  auto node = answers_.extract(message_id);
  std::erase(order_, message_id);
  return std::move(node.mapped());
}

}  // namespace eider::mno
