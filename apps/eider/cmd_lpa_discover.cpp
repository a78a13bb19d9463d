// eider lpa discover
#include <CLI/CLI.hpp>
#include <cstdio>
#include <unistd.h>

#include "cmd_lpa.hpp"
#include "command.hpp"
#include "roles/lpa/procedures/discovery.hpp"

namespace eider::app::lpa_cli {
namespace {
namespace bj = boost::json;

struct DiscoverOptions {
  std::vector<std::string> smds;
  bool download = false, enable = false;
};

bj::object to_json(const lpa::DiscoveredEvent& e) {
  bj::array via;
  for (const auto& address : e.via) via.push_back(bj::string(address));
  return {{"smdpAddress", e.smdpAddress}, {"eventId", e.eventId}, {"via", std::move(via)}};
}

// One Profile after another (section 3.6.2); one that fails holds up no other.
bj::object download_event(const lpa::DiscoveredEvent& event, const DiscoverOptions& d, const Options& o,
                          Session& s, bool& failed) {
  s.ui().asks(Server::kSmdpPlus);
  auto request = lpa::download_request(event);
  request.enable = d.enable;
  const auto result = lpa::download_profile(s.lpa(), request);
  s.ui().finish_line();
  auto out = to_json(event);
  if (!result) {
    failed = true;
    const auto why = s.ui().refusal() ? *s.ui().refusal() : explain(result.error());
    out["error"] = why.json;
    if (!o.json)
      std::fprintf(stderr, "eider: %s: %s\n", printable(event.smdpAddress).c_str(), why.cause.c_str());
    return out;
  }
  out["profile"] = lpa_cli::to_json(result->metadata);
  out["enabled"] = result->enabled.has_value();
  if (!o.json)
    std::printf("Installed %s %s\n", sgp22::iccid_digits(result->metadata.iccid).c_str(),
                printable(result->metadata.profileName).c_str());
  return out;
}

lpa::Discovery ask_all(const DiscoverOptions& d, const Options& o, Session& s) {
  auto addresses = d.smds;
  if (addresses.empty()) addresses.emplace_back();  // the Root of the card
  lpa::Discovery all;
  s.ui().asks(Server::kSmds);
  for (const auto& address : addresses) {
    auto found = lpa::discover(s.lpa(), address);
    if (!found) fail_with(explain(found.error(), Server::kSmds), o);
    for (auto& e : found->events) all.events.push_back(std::move(e));
    for (auto& e : found->unreached) all.unreached.push_back(std::move(e));
  }
  s.ui().finish_line();
  return all;
}

void discover(const Options& o, const DiscoverOptions& d) {
  if (d.download && !o.yes && isatty(STDIN_FILENO) != 1)
    throw CommandError{2,
                       "there is no terminal to confirm downloads at\n  remedy  Use --yes to accept what the "
                       "SM-DP+ offer."};
  Session s(o);
  const auto found = ask_all(d, o, s);
  bool failed = !found.unreached.empty();
  bj::array events, unreached;
  if (!o.json && found.events.empty() && found.unreached.empty())
    std::puts("Nothing is waiting for this card.");
  for (const auto& e : found.events) {
    if (d.download) {
      events.push_back(download_event(e, d, o, s, failed));
      continue;
    }
    events.push_back(to_json(e));
    if (!o.json) std::printf("%s  %s\n", printable(e.smdpAddress).c_str(), printable(e.eventId).c_str());
  }
  for (const auto& e : found.unreached) {
    const auto why = explain(e.fault, Server::kSmds);
    unreached.push_back(bj::object{{"address", e.address}, {"eventId", e.eventId}, {"error", why.json}});
    if (!o.json) std::fprintf(stderr, "eider: %s: %s\n", printable(e.address).c_str(), why.cause.c_str());
  }
  if (o.json) print_json(bj::object{{"events", std::move(events)}, {"unreached", std::move(unreached)}});
  if (failed) throw CommandError{1, ""};
}

}  // namespace

void declare_discover(CLI::App& lpa, const std::shared_ptr<Options>& o) {
  auto d = std::make_shared<DiscoverOptions>();
  auto* sub = lpa.add_subcommand("discover", "Ask SM-DSs what is waiting for the card");
  sub->add_option("--smds", d->smds, "Ask this one; may be repeated (default: the Root SM-DS of the card)")
      ->allow_extra_args(false)
      ->type_name("FQDN");
  auto* download = sub->add_flag("--download", d->download, "Download what is waiting, one after another");
  sub->add_flag("--enable", d->enable, "Enable what was downloaded")->needs(download);
  sub->footer(
      "Examples:\n  eider lpa --card card.eider --pki pki discover\n"
      "  eider lpa --pcsc --ca ci.pem --yes discover --smds ds.example.com --download --enable\n"
      "  eider lpa --card card.eider --pki pki --json discover");
  sub->callback([o, d] { discover(*o, *d); });
}

}  // namespace eider::app::lpa_cli
