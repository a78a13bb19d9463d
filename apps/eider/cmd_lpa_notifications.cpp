// eider lpa notifications: what the card has to report to servers.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cmd_lpa.hpp"
#include "command.hpp"

namespace eider::app::lpa_cli {
namespace {
namespace bj = boost::json;
using namespace sgp22;

void notifications_list(const Options& o) {
  Session s(o);
  const auto all = must(lpa::list_notifications(s.lpa()), o);
  if (o.json) {
    bj::array out;
    for (const auto& n : all) out.push_back(to_json(n));
    return print_json(bj::object{{"notifications", std::move(out)}});
  }
  if (all.empty()) return void(std::puts("No notification waits on the card."));
  std::vector<std::vector<std::string>> rows{{"NUMBER", "EVENT", "ICCID", "SERVER"}};
  for (const auto& n : all)
    rows.push_back({std::to_string(n.seqNumber), event_word(n), n.iccid ? iccid_digits(*n.iccid) : "",
                    n.notificationAddress});
  print_table(rows);
}

void notifications_send(const Options& o, std::optional<std::int64_t> number, bool keep, bool due) {
  Session s(o);
  const auto result =
      must(lpa::deliver_notifications(s.lpa(), {.only = number, .ignore_backoff = !due, .keep = keep}), o);
  s.ui().finish_line();
  if (o.json) {
    print_json(bj::object{{"notifications", to_json(result)}});
  } else if (result.empty()) {
    std::puts("No notification waits on the card.");
  } else {
    report_deliveries(result);
  }
  const auto failed = std::ranges::find_if(result, [](const auto& d) { return d.fault.has_value(); });
  if (failed == result.end()) return;
  auto text = explain(*failed->fault);
  throw CommandError{text.exit_code, "notification " + std::to_string(failed->metadata.seqNumber) + " to " +
                                         printable(failed->metadata.notificationAddress) +
                                         " stays on the card: " + text.cause + "\n  remedy  " + text.remedy};
}

void notifications_remove(const Options& o, std::int64_t number) {
  Session s(o);
  const auto all = must(lpa::list_notifications(s.lpa()), o);
  if (std::ranges::find(all, number, &NotificationMetadata::seqNumber) == all.end())
    fail_with(LocalFault{"the card has no notification " + std::to_string(number),
                         "List them with `eider lpa notifications list`."},
              o);
  if (!s.ui().confirm("Remove notification " + std::to_string(number) +
                      " unsent? Its server will never learn of it."))
    throw CommandError{1, "nothing was removed"};
  must(lpa::discard_notification(s.lpa(), number), o);
  if (o.json) return print_json(bj::object{{"removed", number}});
  std::printf("Removed %lld\n", static_cast<long long>(number));
}
}  // namespace

void report_deliveries(const std::vector<lpa::NotificationDelivery>& deliveries) {
  using State = lpa::NotificationDelivery::State;
  std::size_t delivered = 0;
  for (const auto& d : deliveries) delivered += d.state == State::kDelivered;
  if (deliveries.empty()) return;
  std::printf("%zu of %zu notifications delivered\n", delivered, deliveries.size());
}

void declare_notifications(CLI::App& lpa, const std::shared_ptr<Options>& o) {
  auto* group =
      lpa.add_subcommand("notifications", "What the card has to report to servers")->require_subcommand(1);
  group->add_subcommand("list", "Show them")->callback([o] { notifications_list(*o); });
  auto number = std::make_shared<std::optional<std::int64_t>>();
  auto keep = std::make_shared<bool>(false), due = std::make_shared<bool>(false);
  auto* send = group->add_subcommand("send", "Send them, in order, and remove what is acknowledged");
  send->add_option("NUMBER", *number, "Only this one");
  send->add_flag("--keep", *keep, "Leave them on the card");
  send->add_flag("--due", *due, "Only to servers whose time to try again has come: for a timer");
  send->callback([o, number, keep, due] { notifications_send(*o, *number, *keep, *due); });
  auto which = std::make_shared<std::int64_t>(0);
  auto* remove = group->add_subcommand("remove", "Remove one without sending it");
  remove->add_option("NUMBER", *which, "As `list` shows it")->required();
  remove->callback([o, which] { notifications_remove(*o, *which); });
}

}  // namespace eider::app::lpa_cli
