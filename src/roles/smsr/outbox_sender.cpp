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
  post.party = e.target.dotted();
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

struct Letter {
  OutboxEntry entry;
  SoapPost post;
};

// What is sent, and under which identifier, is durable before it is: a repetition is the same message.
// Answers and reports have an identifier since they were put in.
bool ready(const Context& context, const OutboxEntry& e) {
  return !e.message_id.empty() && (e.kind != OutboxKind::kCall || !e.message.empty()) &&
         context.now() < e.give_up_at;
}

Status make_ready(StoreTransaction& tx, Context& context, OutboxEntry e, std::vector<Letter>& out) {
  if (e.message_id.empty()) e.message_id = fresh_message_id(context, e.call.transaction_id);
  auto post = make_post(tx, context, e);
  if (!post || context.now() >= e.give_up_at) {
    if (!post) log::info("smsr", "not sent: " + post.error().message());
    return tx.remove_outbox(e.id);
  }
  if (e.kind == OutboxKind::kCall) e.message = post->body;
  EIDER_CHECK(tx.put_outbox(e));
  out.push_back({std::move(e), *std::move(post)});
  return {};
}

Result<std::vector<Letter>> due_letters(Context& context, std::size_t limit) {
  std::vector<Letter> out;
  std::vector<OutboxEntry> others;
  EIDER_CHECK(context.store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(due, reader.due_outbox(context.now(), limit));
    for (auto& e : due) {
      auto post = ready(context, e) ? make_post(reader, context, e) : Result<SoapPost>(SoapPost{});
      if (post && !post->url.empty())
        out.push_back({std::move(e), *std::move(post)});
      else
        others.push_back(std::move(e));
    }
    return {};
  }));
  if (others.empty()) return out;
  EIDER_CHECK(context.store.write([&](StoreTransaction& tx) -> Status {
    for (auto& e : others) EIDER_CHECK(make_ready(tx, context, std::move(e), out));
    return {};
  }));
  return out;
}

Status postpone(StoreTransaction& tx, Context& context, const OutboxEntry& e) {
  EIDER_TRY(still, tx.outbox_by_message_id(e.message_id));
  if (!still) return {};
  ++still->attempts;
  still->not_before = std::min(context.now() + back_off(context.settings, still->attempts), e.give_up_at);
  return tx.put_outbox(*still);
}

// The answer comes by itself. When it does not, the call is made again: it is the same one.
Status accepted(StoreTransaction& tx, Context& context, const OutboxEntry& e) {
  EIDER_TRY(still, tx.outbox_by_message_id(e.message_id));
  if (!still) return {};
  still->accepted = true;
  still->not_before = std::min(context.now() + context.settings.longest_retry, e.give_up_at);
  return tx.put_outbox(*still);
}

enum class Fate : std::uint8_t { kTaken, kAccepted, kLater, kDone };

// kDone: its answer was in the reply, and has been taken.
Result<Fate> fate_of(Context& context, const OutboxEntry& e, const Result<SoapReply>& reply) {
  const bool taken = reply && (reply->status == 200 || reply->status == 202 || reply->status == 204);
  if (!taken) {
    log::info("smsr", "not taken by " + e.target.dotted());
    return Fate::kLater;
  }
  if (e.kind != OutboxKind::kCall) return Fate::kTaken;
  if (reply->status == 202) return Fate::kAccepted;
  const auto m = soap::decode(reply->body);
  if (!m || m->kind != MessageKind::kResponse || m->header.relatesTo != e.message_id) return Fate::kLater;
  EIDER_CHECK(response_arrived(context, e.target, e.message_id, *m));
  return Fate::kDone;
}

Status settle(StoreTransaction& tx, Context& context, const OutboxEntry& e, Fate fate) {
  switch (fate) {
    case Fate::kTaken:
      return tx.remove_outbox(e.id);
    case Fate::kAccepted:
      return accepted(tx, context, e);
    case Fate::kLater:
      return postpone(tx, context, e);
    case Fate::kDone:
      break;
  }
  return {};
}

}  // namespace

Status SmSr::send_outbox(std::size_t limit) {
  auto& context = *context_;
  EIDER_TRY(letters, due_letters(context, limit));
  if (letters.empty()) return {};
  std::vector<SoapPost> posts;
  for (auto& l : letters) posts.push_back(std::move(l.post));
  const auto replies = context.soap.post_all(posts);
  std::vector<Fate> fates;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    EIDER_TRY(fate, fate_of(context, letters[i].entry, replies[i]));
    fates.push_back(fate);
  }
  // What a power failure undoes of it is sent once more: the same message.
  return context.store.write_unsynced([&](StoreTransaction& tx) -> Status {
    for (std::size_t i = 0; i < letters.size(); ++i)
      EIDER_CHECK(settle(tx, context, letters[i].entry, fates[i]));
    return {};
  });
}

}  // namespace eider::smsr
