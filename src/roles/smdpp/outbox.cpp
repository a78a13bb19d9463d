#include "roles/smdpp/outbox.hpp"

#include "base/log.hpp"
#include "roles/smdpp/es2plus/notify.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::smdpp {
namespace {

// Of an order that has neither ended nor expired.
bool event_is_wanted(const Profile& profile, Time now) {
  const auto& order = profile.order;
  return order && order->event_registered && !(order->expires_at && *order->expires_at <= now);
}

Status delete_event(Store& store, Time now, const OutboxEntry& entry, SmdsPort* smds) {
  if (!smds) return fail_local("no SM-DS port");
  const auto space = entry.body.find(' ');
  const auto eid = sgp22::parse_eid(std::string_view(entry.body).substr(0, space));
  if (space == std::string::npos || !eid) return fail_local("malformed outbox entry");
  const auto event = entry.body.substr(space + 1);
  bool wanted = false;  // a later attempt registered it after all
  EIDER_CHECK(store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(profile, reader.profile_by_matching_id(event));
    wanted = profile && event_is_wanted(*profile, now);
    return {};
  }));
  if (wanted) return {};
  auto done = smds->delete_event(entry.target, *eid, event);
  // A record that is not there needs no deletion; after any other refusal it is still there.
  const auto* refusal = done ? nullptr : done.error().as<FunctionStatus>();
  if (refusal && status::is(*refusal, status::kEventUnknown)) return {};
  return done;
}

Status send(Store& store, Time now, const OutboxEntry& entry, HttpPort& http, SmdsPort* smds,
            const OutboxPolicy& policy) {
  if (entry.kind == OutboxKind::kDeleteEvent) return delete_event(store, now, entry, smds);
  std::optional<Operator> target;
  EIDER_CHECK(store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.find_operator(entry.target));
    target = std::move(found);
    return {};
  }));
  if (!target || target->notification_url.empty()) return {};  // nobody wants it any more
  return es2plus::notify(http, target->notification_url, entry.kind, entry.body, policy.request_timeout);
}

Duration back_off(const OutboxPolicy& policy, std::uint32_t attempts) {
  Duration d = policy.first_retry;
  for (std::uint32_t i = 1; i < attempts && d < policy.longest_retry; ++i) d *= 2;
  return std::min(d, policy.longest_retry);
}

}  // namespace

Result<OutboxRound> send_outbox(Store& store, const Clock& clock, HttpPort& http, SmdsPort* smds,
                                const OutboxPolicy& policy, std::size_t limit) {
  std::vector<OutboxEntry> due;
  EIDER_CHECK(store.read([&](StoreReader& reader) -> Status {
    EIDER_TRY(found, reader.due_outbox(clock.now(), limit));
    due = std::move(found);
    return {};
  }));
  OutboxRound round;
  for (auto& entry : due) {
    const auto sent = send(store, clock.now(), entry, http, smds, policy);
    if (!sent) log::warn("smdpp", "outbox entry " + std::to_string(entry.id) + ": " + sent.error().message());
    ++(sent ? round.delivered : round.postponed);
    EIDER_CHECK(store.write([&](StoreTransaction& tx) -> Status {
      if (sent) return tx.remove_outbox(entry.id);
      ++entry.attempts;
      entry.not_before = clock.now() + back_off(policy, entry.attempts);
      return tx.put_outbox(entry);
    }));
  }
  return round;
}

}  // namespace eider::smdpp
