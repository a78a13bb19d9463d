#include <algorithm>

#include "spec/sgp22/es2plus.hpp"
#include "spec/sgp22/status_codes.hpp"
#include "world/laws.hpp"

namespace eider::world {
using smdpp::ProfileState;

namespace {
std::string iccid_text(const sgp22::Iccid& iccid) {
  return sgp22::iccid_digits(iccid);
}

// SGP.22 v2.6.1 section 3.1.6, written down a second time: where a Profile may go from where it is.
bool may_follow(ProfileState from, ProfileState to) {
  using S = ProfileState;
  if (from == to) return true;
  switch (from) {
    case S::kAvailable:
      return to == S::kAllocated || to == S::kLinked || to == S::kPushed;
    case S::kAllocated:
    case S::kLinked:
      return to == S::kConfirmed || to == S::kReleased || to == S::kAvailable || to == S::kUnavailable;
    case S::kConfirmed:
      return to == S::kReleased || to == S::kAvailable || to == S::kUnavailable;
    case S::kReleased:
      return to == S::kDownloaded || to == S::kError || to == S::kAvailable || to == S::kUnavailable;
    case S::kDownloaded:
      return to == S::kInstalled || to == S::kError;
    case S::kInstalled:
      return to == S::kAvailable;
    case S::kError:
      return to == S::kAvailable || to == S::kUnavailable || to == S::kInstalled;
    case S::kUnavailable:
      return to == S::kInstalled;
    case S::kPushed:
      return to == S::kInstalled || to == S::kAvailable;
  }
  return false;
}

bool was_cancel_reason(const std::string& reason) {
  return reason == "8.8.5/3.8" || reason == "8.2.8/1.2" || reason == "8.2.9/3.11" || reason == "8/4.2";
}
}  // namespace

std::size_t Laws::add_server(std::string address) {
  servers_.emplace_back();
  servers_.back().address = lower_case(address);
  return servers_.size() - 1;
}

const CardBook* Laws::book_of(const sgp22::Eid& eid) const {
  const auto found = std::ranges::find(cards_, eid, &CardBook::eid);
  return found == cards_.end() ? nullptr : &*found;
}

bool Laws::on_any_card(const sgp22::Iccid& iccid) const {
  return std::ranges::any_of(cards_, [&](const CardBook& book) {
    return std::ranges::any_of(book.profiles,
                               [&](const auto& p) { return p.second.metadata.iccid == iccid; });
  });
}

void Laws::store_committed(std::size_t server, const StoreChange& change) {
  auto& book = servers_[server];
  // What may be lost with the power must not be more than a session that promises nothing yet.
  const bool promises = !change.profiles.empty() || !change.deliveries.empty() ||
                        !change.notifications.empty() || !change.outbox_added.empty() ||
                        !change.outbox_removed.empty();
  require(change.durability == smdpp::Durability::kPower || !promises, "store.durability",
          [&] { return book.address + " answers for what it has not made durable"; });
  for (const auto& put : change.sessions)
    if (!put.before)
      require(book.transactions.insert(put.after.transaction_id).second, "fresh.transaction",
              [&] { return "the transactionId " + to_hex(put.after.transaction_id) + " was used before"; });
  for (const auto& put : change.profiles) profile_changed(server, change, put);
  const auto reserved = std::ranges::count_if(change.profiles, [](const auto& put) {
    return put.before && put.before->state == ProfileState::kAvailable &&
           put.after.state != ProfileState::kAvailable;
  });
  require(static_cast<std::size_t>(reserved) <= change.answered.size(), "order.one-call",
          [&] { return book.address + " reserves a Profile for a call that it would not know again"; });
  for (const auto& call : change.answered)
    require(book.answered.insert(call.key).second, "order.one-effect",
            [&] { return std::string("a repeated call of ") + call.caller + " took effect again"; });
  for (const auto& n : change.notifications) notification_processed(server, change, n);
  for (const auto& put : change.deliveries) {
    book.delivered[put.after.transaction_id] = put.after.iccid;
    const bool closed_before = put.before && put.before->closed;
    require(!closed_before || put.after.closed, "result.once",
            [&] { return "the delivery " + to_hex(put.after.transaction_id) + " was opened again"; });
  }
  const auto told =
      std::ranges::count(change.outbox_added, smdpp::OutboxKind::kNotification, &smdpp::OutboxEntry::kind);
  require(static_cast<std::size_t>(told) <= change.notifications.size(), "outbox.unasked",
          [&] { return std::string("the operator is told of an event that was not counted as processed"); });
  for (const auto& entry : change.outbox_added) {
    if (entry.kind == smdpp::OutboxKind::kDeleteEvent) continue;
    const auto message = json::decode<sgp22::es2plus::HandleDownloadProgressInfoRequest>(entry.body);
    if (!require(message.has_value(), "outbox.readable",
                 [&] { return std::string("an ES2+ message cannot be read"); }))
      continue;
    require(book.owed.emplace(message->header.functionCallIdentifier, entry.body).second, "outbox.identifier",
            [&] {
              return "functionCallIdentifier " + message->header.functionCallIdentifier + " was used twice";
            });
  }
}

// Law 4: an attempt is one AuthenticateClient, a wrong code one that a user gave; neither goes past its
// limit, and no fault counts as one.
void Laws::check_attempts(const StoreChange& change, const smdpp::Profile& before,
                          const smdpp::Profile& after, const smdpp::ProfileType& type) {
  const auto& was = *before.order;
  const auto& now = *after.order;
  const auto name = [&] { return iccid_text(after.iccid); };
  require(now.download_attempts <= type.download_limit, "order.attempt-limit", [&] {
    return name() + " counts attempt " + std::to_string(now.download_attempts) + " of " +
           std::to_string(type.download_limit);
  });
  require(now.confirmation_failures <= type.confirmation_limit, "order.code-limit", [&] {
    return name() + " counts wrong code " + std::to_string(now.confirmation_failures) + " of " +
           std::to_string(type.confirmation_limit);
  });
  require(now.download_attempts >= was.download_attempts &&
              now.confirmation_failures >= was.confirmation_failures,
          "order.count-back", [&] { return name() + " forgets an attempt"; });
  require(now.confirmation_failures <= wrong_codes_[after.iccid], "order.wrong-code",
          [&] { return name() + " counts a wrong code that nobody gave"; });
  if (now.download_attempts == was.download_attempts) return;
  const bool one = now.download_attempts == was.download_attempts + 1 && change.sessions.size() >= 1;
  const bool first = std::ranges::any_of(
      change.sessions, [&](const auto& s) { return attempts_.insert(s.after.transaction_id).second; });
  require(one && first, "order.attempt", [&] { return name() + " counts one attempt more than once"; });
}

// Laws 2 and 4, over the life of one Profile at its server.
void Laws::profile_changed(std::size_t server, const StoreChange& change,
                           const StoreChange::Put<smdpp::Profile>& put) {
  if (!put.before) return;
  const auto& before = *put.before;
  const auto& after = put.after;
  require(may_follow(before.state, after.state), "profile.transition", [&] {
    return iccid_text(after.iccid) + " went from " + std::string(to_string(before.state)) + " to " +
           std::string(to_string(after.state));
  });
  const bool same_order = before.order && after.order && before.order->ordered_at == after.order->ordered_at;
  if (same_order && before.order->eid)
    require(after.order->eid == before.order->eid, "iccid.one-euicc",
            [&] { return iccid_text(after.iccid) + " was bound to another eUICC"; });
  if (same_order)
    if (const auto type = servers_[server].types.find(after.type); type != servers_[server].types.end())
      check_attempts(change, before, after, type->second);
  if (before.state == after.state) return;
  journal_.note([&] {
    return "SM-DP+ " + std::to_string(server) + ": " + iccid_text(after.iccid) + " is " +
           std::string(to_string(after.state));
  });
  journal_.mark(static_cast<std::uint64_t>(after.state) + 100);
  if (after.state == ProfileState::kError) order_failed(server, before, after);
  if (after.state == ProfileState::kInstalled)
    require(after.order && after.order->eid && installed_ever_.contains({*after.order->eid, after.iccid}),
            "profile.installed",
            [&] { return iccid_text(after.iccid) + " is Installed and was never on that card"; });
  if (after.state == ProfileState::kAvailable)
    require(!on_any_card(after.iccid), "iccid.inventory",
            [&] { return iccid_text(after.iccid) + " is back in the inventory and still on a card"; });
}

// Law 4: a code is used up by success or by the operator's policy, and the reason is true.
void Laws::order_failed(std::size_t server, const smdpp::Profile& before, const smdpp::Profile& after) {
  const auto& order = *after.order;
  const auto& reason = order.end_reason;
  const auto type = servers_[server].types.find(after.type);
  const auto& policy = type != servers_[server].types.end() ? type->second : smdpp::ProfileType{};
  const auto check = [&](bool holds) {
    require(holds, "order.used-up", [&] {
      return iccid_text(after.iccid) + " ended with \"" + reason + "\" from " +
             std::string(to_string(before.state)) + ", which is not what happened";
    });
  };
  if (reason == "8.8.5/6.4") return check(order.download_attempts >= policy.download_limit);
  if (reason == "8.8.5/4.10") return check(order.expires_at && *order.expires_at <= clock_.now());
  if (reason == "8.2.7/6.4") return check(order.confirmation_failures >= policy.confirmation_limit);
  if (reason == "8.2.5/4.3" || reason == "8.1/4.8") return check(policy.ineligible_ends_order);
  if (reason == "8.2/3.7") return check(!policy.rebinding || before.state == ProfileState::kDownloaded);
  if (reason == "8.8.5/3.8") return check(refused_by_user_.contains(after.iccid));
  if (reason == "8.2.10/4.2") {
    // The card has signed a result that says so, or a cancellation.
    const auto* card = order.eid ? book_of(*order.eid) : nullptr;
    const auto& delivered = servers_[server].delivered;
    const bool reported =
        card && std::ranges::any_of(card->all, [&](const auto& entry) {
          const auto& n = entry.second;
          // A result from before StoreMetadata names no ICCID, only its transaction.
          const auto package = delivered.find(n.transaction);
          return n.installation_result && !n.success &&
                 (n.iccid == after.iccid || (package != delivered.end() && package->second == after.iccid));
        });
    return check(reported || cancel_reasons_.contains(
                                 static_cast<int>(sgp22::CancelSessionReason::kLoadBppExecutionError)));
  }
  if (was_cancel_reason(reason)) {
    using Reason = sgp22::CancelSessionReason;
    const auto signed_reason = reason == "8.2.8/1.2"    ? Reason::kPprNotAllowed
                               : reason == "8.2.9/3.11" ? Reason::kMetadataMismatch
                                                        : Reason::kUndefinedReason;
    return check(cancel_reasons_.contains(static_cast<int>(signed_reason)));
  }
  check(false);
}

// Law 3: each once, in order, and the operator hears of it.
void Laws::notification_processed(std::size_t server, const StoreChange& change,
                                  const StoreChange::Processed& n) {
  auto& book = servers_[server];
  auto& done = book.processed[{n.eid, n.iccid}];
  const auto name = [&] { return "notification " + std::to_string(n.after) + " of " + iccid_text(n.iccid); };
  require(done.insert(n.after).second, "notification.once", [&] { return name() + " was processed twice"; });
  const auto* card = book_of(n.eid);
  const auto made = card ? card->all.find(n.after) : decltype(card->all.find(n.after)){};
  if (!require(card && made != card->all.end() && !made->second.installation_result &&
                   made->second.iccid == n.iccid,
               "notification.real", [&] { return name() + " was processed and never made"; }))
    return;
  for (const auto& [number, other] : card->all) {
    if (number >= n.after) break;
    const bool before = !other.installation_result && other.iccid == n.iccid && other.address == book.address;
    require(!before || done.contains(number) || card->pushed_out.contains(number) ||
                (n.before && number <= *n.before),
            "notification.skipped", [&] {
              return name() + " was processed, and number " + std::to_string(number) +
                     " before it never will be";
            });
  }
  const auto profile =
      std::ranges::find_if(change.profiles, [&](const auto& p) { return p.after.iccid == n.iccid; });
  if (!require(profile != change.profiles.end(), "notification.applied",
               [&] { return name() + " changed no Profile"; }))
    return;
  const auto owner = book.operators.find(profile->after.owner);
  const bool wants = owner != book.operators.end() && !owner->second.notification_url.empty();
  const auto told =
      std::ranges::count(change.outbox_added, smdpp::OutboxKind::kNotification, &smdpp::OutboxEntry::kind);
  require(told == (wants ? 1 : 0), "outbox.one-each",
          [&] { return name() + " left " + std::to_string(told) + " messages for the operator"; });
}

}  // namespace eider::world
