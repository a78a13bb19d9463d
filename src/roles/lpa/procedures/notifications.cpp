#include "roles/lpa/procedures/notifications.hpp"

#include <algorithm>

#include "roles/lpa/es10b.hpp"
#include "roles/lpa/es9plus_client.hpp"

namespace eider::lpa {
using sgp22::NotificationMetadata;
namespace {

using State = NotificationDelivery::State;

// A time further away than any wait comes from a clock that was wrong.
bool due(Lpa& lpa, const std::string& address) {
  const auto backoff = lpa.store.backoff(address);
  if (!backoff) return true;
  const auto wait = backoff->next_attempt - lpa.clock.now();
  return wait <= Duration(0) || wait > lpa.settings.longest_retry + lpa.settings.longest_retry / 4;
}

// Doubles with each failure and spreads by a quarter, so that devices do not return all at once.
Status record_failure(Lpa& lpa, const std::string& address) {
  auto backoff = lpa.store.backoff(address).value_or(LpaStore::Backoff{});
  auto wait = lpa.settings.first_retry;
  for (int i = 0; i < backoff.failures && wait < lpa.settings.longest_retry; ++i) wait *= 2;
  wait = std::min(wait, lpa.settings.longest_retry);
  const auto spread = static_cast<std::uint64_t>(wait.count() / 4 + 1);
  ++backoff.failures;
  backoff.next_attempt =
      lpa.clock.now() + wait + Duration(static_cast<Duration::rep>(lpa.random.below(spread)));
  return lpa.store.set_backoff(address, backoff);
}

// Nothing: acknowledged. The outer fault is the card's.
Result<std::optional<Fault>> send_one(Lpa& lpa, Es9PlusClient& server, const NotificationMetadata& metadata,
                                      bool keep) {
  EIDER_TRY(pending, es10b::retrieve_notification(lpa.card, metadata.seqNumber));
  if (!pending) return std::optional<Fault>{};  // removed meanwhile
  if (auto sent = server.handle_notification(*std::move(pending)); !sent)
    return std::optional<Fault>(std::move(sent).error());
  if (!keep) EIDER_CHECK(es10b::remove_notification_from_list(lpa.card, metadata.seqNumber));
  return std::optional<Fault>{};
}

// Did the server itself say no to this one? It may then take the next; a server that is not there, in trouble
// or behind a proxy would get the next before this one, and would have to ignore this one as outdated.
bool is_answer(const Fault& fault, int status) {
  return fault.refused() || (status >= 400 && status < 500);
}

// One server: the next goes only after an answer, of either kind, to the one before.
Status deliver_group(Lpa& lpa, const std::string& address, std::vector<NotificationDelivery*>& group,
                     const DeliverOptions& options) {
  if (!options.ignore_backoff && !due(lpa, address)) return {};
  auto server = Es9PlusClient::create(lpa.http, address, es9plus_options(lpa.settings));
  if (!server) {
    for (auto* item : group) {
      item->state = State::kFailed;
      item->fault = server.error();
    }
    return {};
  }
  lpa.http.new_session();
  bool failed = false;
  for (auto* item : group) {
    if (lpa.ui.cancelled()) break;
    EIDER_TRY(fault, send_one(lpa, *server, item->metadata, options.keep));
    if (fault && lpa.ui.cancelled()) return {};  // no failure of the server: it stays postponed
    item->state = fault ? State::kFailed : State::kDelivered;
    item->fault = std::move(fault);
    failed |= item->fault.has_value();
    if (item->fault && !is_answer(*item->fault, server->last_status())) break;  // the rest waits, in order
  }
  const auto kept = failed ? record_failure(lpa, address) : lpa.store.set_backoff(address, std::nullopt);
  if (!kept) lpa.ui.warn("The time of the next try is not remembered: " + kept.error().message());
  return {};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}
}  // namespace

Result<std::vector<NotificationMetadata>> list_notifications(Lpa& lpa) {
  EIDER_TRY(list, es10b::list_notification(lpa.card));
  std::ranges::stable_sort(list, {}, &NotificationMetadata::seqNumber);
  return list;
}

Result<std::vector<NotificationDelivery>> deliver_notifications(Lpa& lpa, const DeliverOptions& options) {
  EIDER_TRY(list, list_notifications(lpa));
  std::vector<NotificationDelivery> out;
  for (auto& metadata : list)
    if (!options.only || *options.only == metadata.seqNumber)
      out.push_back({std::move(metadata), State::kPostponed, {}});
  if (options.only && out.empty())
    return fail_local("the card has no notification " + std::to_string(*options.only),
                      "List them: numbers are given by the card and never used again.");
  std::vector<std::pair<std::string, std::vector<NotificationDelivery*>>> groups;
  for (auto& item : out) {
    const auto address = lower(item.metadata.notificationAddress);
    auto found = std::ranges::find(groups, address, &decltype(groups)::value_type::first);
    if (found == groups.end()) found = groups.insert(groups.end(), {address, {}});
    found->second.push_back(&item);
  }
  std::size_t done = 0;
  for (auto& [address, group] : groups) {
    if (lpa.ui.cancelled()) break;  // the rest stays postponed
    lpa.ui.progress(Step::kNotify, done, out.size());
    EIDER_CHECK(deliver_group(lpa, address, group, options));
    done += group.size();
  }
  if (!out.empty()) lpa.ui.progress(Step::kNotify, out.size(), out.size());
  return out;
}

std::vector<NotificationDelivery> deliver_after_operation(Lpa& lpa) {
  DeliverOptions options;
  options.ignore_backoff = true;  // section 3.5: after each operation when there is connectivity
  auto result = deliver_notifications(lpa, options);
  if (!result) {
    lpa.ui.warn("The notifications could not be read from the card: " + result.error().message());
    return {};
  }
  for (const auto& item : *result)
    if (item.state != State::kDelivered && item.fault)
      lpa.ui.warn("Notification " + std::to_string(item.metadata.seqNumber) + " to " +
                  item.metadata.notificationAddress +
                  " stays on the card and will be sent later: " + item.fault->message());
  return *std::move(result);
}

Status discard_notification(Lpa& lpa, std::int64_t seqNumber) {
  return es10b::remove_notification_from_list(lpa.card, seqNumber);
}

std::string notification_event_name(const sgp22::BitString& event) {
  for (const auto& n : sgp22::kNotificationEventNames)
    if (event.test(static_cast<int>(n.value))) return std::string(n.name);
  for (int bit = 0; bit < 128; ++bit)
    if (event.test(bit)) return "event " + std::to_string(bit);
  return "none";
}

}  // namespace eider::lpa
