#include "roles/smsr/admin_session.hpp"

#include <charconv>

#include "base/log.hpp"
#include "roles/smsr/notifications.hpp"

namespace eider::smsr {
namespace {
namespace scp81 = channel::scp81;
constexpr std::string_view kToken = "s", kMessage = "msg";
// Another process may have put something into the store.
constexpr Duration kLongestPause{1000};

// The key of an identity that is known: of the ISD-R, from an SCP81 key set of that version.
channel::PskTls::FindKey key_finder(Context& context) {
  return [&context](const std::string& text) -> std::optional<Secret> {
    const auto identity = scp81::PskIdentity::parse(text);
    if (!identity || identity->aid != isd_r_aid()) return std::nullopt;
    std::optional<Secret> out;
    const auto read = context.store.read([&](StoreReader& reader) -> Status {
      EIDER_TRY(keys, reader.key_set(identity->eid, identity->key_version));
      if (!keys || keys->type != KeySetType::kScp81) return {};
      if (const auto* key = keys->find(identity->key_identifier)) out = key->value;
      return {};
    });
    if (!read) log::warn("smsr", read.error().message());
    return out;
  };
}

// Value of a member of the query; empty without it.
std::string query(std::string_view uri, std::string_view name) {
  auto rest = uri.substr(std::min(uri.find('?'), uri.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto member = rest.substr(0, rest.find('&'));
    rest.remove_prefix(member.size());
    if (member.starts_with(name) && member.size() > name.size() && member[name.size()] == '=')
      return std::string(member.substr(name.size() + 1));
  }
  return {};
}
}  // namespace

AdminSession::AdminSession(Context& context)
    : context_(&context), tls_(channel::PskTls::server(key_finder(context))) {}
AdminSession::AdminSession(AdminSession&& o) noexcept
    : context_(o.context_),
      tls_(std::move(o.tls_)),
      reader_(std::move(o.reader_)),
      eid_(std::exchange(o.eid_, std::nullopt)),
      wake_(std::move(o.wake_)),
      number_(o.number_),
      waiting_(o.waiting_),
      seen_(o.seen_),
      look_again_(o.look_again_),
      first_(o.first_),
      over_(std::exchange(o.over_, true)) {}
AdminSession::~AdminSession() {
  closed();
}

std::optional<SessionScript> AdminSession::closed() {
  if (std::exchange(over_, true) || !eid_) return std::nullopt;
  return context_->sessions.closed(*eid_, number_);
}
// What it was to say goes another way.
Status AdminSession::gone() {
  const auto left = closed();
  if (!eid_) return {};
  return left ? session_lost(*context_, *eid_, left->token) : session_over(*context_, *eid_);
}

Status AdminSession::feed(ByteView octets) {
  if (over_) return fail_local("the session is over");
  const auto run = [&]() -> Status {
    EIDER_CHECK(tls_.feed(octets));
    if (tls_.established() && !eid_) {
      EIDER_TRY(identity, scp81::PskIdentity::parse(tls_.identity()));
      eid_ = identity.eid;
      number_ = context_->sessions.opened(*eid_, wake_);
    }
    EIDER_CHECK(reader_.feed(tls_.read()));
    while (auto request = reader_.next()) EIDER_CHECK(take(*request));
    return {};
  };
  const auto done = run();
  if (tls_.peer_closed())
    EIDER_CHECK(gone());
  else if (!done)
    closed();
  return done;
}

Bytes AdminSession::output() {
  return tls_.output();
}

Status AdminSession::take(const scp81::AdminRequest& r) {
  if (r.eid != *eid_ || r.agent != isd_r_aid()) return end(403);
  if (waiting_) return end(400);  // the card speaks while it is to wait
  SessionWord word;
  word.first = std::exchange(first_, false);
  if (r.status || !r.body.empty()) word.token = query(r.uri, kToken);
  word.ok = r.status.value_or(scp81::ScriptStatus::kOk) == scp81::ScriptStatus::kOk;
  word.body = r.body;
  if (const auto message = from_hex(query(r.uri, kMessage)); message && !message->empty()) {
    const auto notification = sgp02::es5::Notification::decode(*message);
    EIDER_CHECK(session_heard(*context_, *eid_, std::exchange(word, {})));
    if (!notification || notification->eid != *eid_) return end(400);
    EIDER_CHECK(transact(*context_, notified(*context_, *notification, {})));
  }
  waiting_ = true;
  return next(word);
}

Status AdminSession::next(const SessionWord& word) {
  EIDER_TRY(reply, session_turn(*context_, *eid_, word));
  if (reply.script) return say(*reply.script);
  const auto now = context_->now();
  if (!reply.hold_until || *reply.hold_until <= now) return end(204);
  seen_ = reply.seen;
  look_again_ = std::min(*reply.hold_until, now + kLongestPause);
  context_->sessions.wait(*eid_, number_);
  // What came before it waited has not woken it.
  if (wake_ && context_->progress.of(*eid_) != seen_) wake_();
  return {};
}

Status AdminSession::say(const SessionScript& said) {
  scp81::AdminResponse response{200, {}, {}, said.script.in_session()};
  response.next_uri = context_->settings.admin_path + "?" + std::string(kToken) + "=" + said.token;
  if (said.script.target != isd_r_aid()) response.targeted_application = said.script.target;
  return answer(response);
}

Status AdminSession::answer(const scp81::AdminResponse& response) {
  waiting_ = false;
  return tls_.write(response.encode());
}

Status AdminSession::end(unsigned status) {
  scp81::AdminResponse response;
  response.status = status;
  EIDER_CHECK(answer(response));
  tls_.close();
  return gone();
}

Status AdminSession::poll() {
  if (over_ || !waiting_) return {};
  if (const auto given = context_->sessions.take(*eid_, number_)) return say(*given);
  if (context_->progress.of(*eid_) == seen_ && context_->now() < look_again_) return {};
  if (!context_->sessions.wait_no_more(*eid_, number_)) return poll();
  return next({});
}

}  // namespace eider::smsr
