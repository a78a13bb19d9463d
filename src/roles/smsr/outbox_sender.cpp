// Sends what the outbox holds: SmSr::send_outbox.
#include "base/log.hpp"
#include "roles/smsr/dispatch.hpp"
#include "roles/smsr/outbox.hpp"
#include "roles/smsr/peer_calls.hpp"
#include "roles/smsr/replies.hpp"

namespace eider::smsr {
namespace {
namespace soap = sgp02::soap;
using sgp02::MessageKind;

Duration back_off(const Settings& s, std::uint32_t attempts) {
  Duration d = s.first_retry;
  for (std::uint32_t i = 1; i < attempts && d < s.longest_retry; ++i) d *= 2;
  return std::min(d, s.longest_retry);
}

Result<SoapPost> make_post(StoreReader& reader, Context& context, const OutboxEntry& e) {
  const auto* function = sgp02::find_function(e.call.function);
  if (!function) return fail_local("no such function: " + e.call.function);
  const auto* peer = context.settings.find(e.target);
  SoapPost post;
  post.url = !e.url.empty() ? e.url : peer ? peer->url : "";
  if (post.url.empty()) return refuse(code::kRequesterUnknown, e.target.dotted());
  const auto kind = e.kind == OutboxKind::kReply    ? MessageKind::kResponse
                    : e.kind == OutboxKind::kReport ? MessageKind::kNotification
                                                    : MessageKind::kRequest;
  post.action = sgp02::action_uri(*function, kind);
  if (!e.message.empty()) {
    post.body = e.message;
    return post;
  }
  auto header = header_to(context, e.target, post.url, e.call.transaction_id, e.message_id);
  if (e.kind == OutboxKind::kReply) header.relatesTo = e.call.message_id;
  if (e.kind == OutboxKind::kCall) header.replyTo = soap::to_uri(self(context));
  const auto body = e.kind == OutboxKind::kReply ? response_of(reader, context, *function, e.call, e.outcome)
                    : e.kind == OutboxKind::kReport ? notification_of(reader, context, e)
                                                    : peer_request(reader, context, e);
  if (!body) return fail(body.error());
  post.body = to_bytes(as_bytes(soap::encode(header, *function, kind, *body)));
  return post;
}

// What is sent, and under which identifier, is durable before it is: a repetition is the same message.
Result<std::optional<SoapPost>> prepare(Context& context, OutboxEntry& e) {
  std::optional<SoapPost> out;
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    if (e.message_id.empty()) e.message_id = fresh_message_id(context, e.call.transaction_id);
    auto post = make_post(tx, context, e);
    if (!post || context.now() >= e.give_up_at) {
      if (!post) log::info("smsr", "not sent: " + post.error().message());
      return tx.remove_outbox(e.id);
    }
    out = *std::move(post);
    if (e.kind == OutboxKind::kCall) e.message = out->body;
    return tx.put_outbox(e);
  }));
  return out;
}

Status postponed(Context& context, OutboxEntry& e) {
  return context.store.write([&](StoreTransaction& tx) -> Status {
    EIDER_TRY(still, tx.outbox_by_message_id(e.message_id));
    if (!still) return {};
    ++still->attempts;
    still->not_before = std::min(context.now() + back_off(context.settings, still->attempts), e.give_up_at);
    return tx.put_outbox(*still);
  });
}

Status sent(Context& context, OutboxEntry& e, const SoapReply& reply) {
  if (e.kind != OutboxKind::kCall)
    return context.store.write([&](StoreTransaction& tx) -> Status { return tx.remove_outbox(e.id); });
  if (reply.status == 202) {
    // The answer comes by itself. When it does not, the call is made again: it is the same one.
    return context.store.write([&](StoreTransaction& tx) -> Status {
      EIDER_TRY(still, tx.outbox_by_message_id(e.message_id));
      if (!still) return {};
      still->accepted = true;
      still->not_before = std::min(context.now() + context.settings.longest_retry, e.give_up_at);
      return tx.put_outbox(*still);
    });
  }
  const auto m = soap::decode(reply.body);
  if (!m || m->kind != MessageKind::kResponse || m->header.relatesTo != e.message_id)
    return postponed(context, e);
  return response_arrived(context, e.target, e.message_id, *m);
}

}  // namespace

Status SmSr::send_outbox(std::size_t limit) {
  auto& context = *context_;
  std::vector<OutboxEntry> due;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.due_outbox(context.now(), limit));
    due = std::move(found);
    return {};
  }));
  for (auto& e : due) {
    EIDER_TRY(post, prepare(context, e));
    if (!post) continue;
    const auto reply = context.soap.post(*post);
    const bool taken = reply && (reply->status == 200 || reply->status == 202 || reply->status == 204);
    if (!taken) log::info("smsr", "not taken by " + e.target.dotted());
    EIDER_CHECK(taken ? sent(context, e, *reply) : postponed(context, e));
  }
  return {};
}

}  // namespace eider::smsr
