// eider smds list, show
#include <cstdio>

#include "cmd_smds.hpp"

namespace eider::app::smds_cli {
namespace {
namespace bj = boost::json;

bj::object to_json(const smds::Event& e) {
  return {{"eid", sgp22::eid_digits(e.eid)},
          {"eventId", e.event_id},
          {"rspServerAddress", e.rsp_server_address},
          {"caller", e.caller},
          {"state", e.registered ? "registered" : "waiting for the Root"},
          {"rootEventId", e.root_event_id},
          {"receivedAt", format_time(e.received_at)},
          {"expiresAt", format_time(e.expires_at)}};
}

sgp22::Eid eid_argument(const std::string& text) {
  const auto eid = sgp22::parse_eid(text);
  if (!eid) refuse("\"" + text + "\" is not an EID", "give 32 digits", 2);
  return *eid;
}

void print_events(const std::vector<smds::Event>& events, bool json) {
  if (json) {
    bj::array out;
    for (const auto& e : events) out.push_back(to_json(e));
    return print_json(bj::object{{"events", std::move(out)}});
  }
  if (events.empty()) return void(std::puts("No events."));
  std::vector<std::vector<std::string>> rows{{"EID", "CALLER", "STATE", "EXPIRES", "ADDRESS", "EVENT"}};
  for (const auto& e : events)
    rows.push_back({sgp22::eid_digits(e.eid), e.caller, e.registered ? "registered" : "waiting",
                    format_time(e.expires_at), e.rsp_server_address, e.event_id});
  print_table(rows);
}

struct Listing {
  DataDirectory data;
  std::string eid, caller;
  std::size_t limit = 100;
  void run() const {
    smds::EventFilter filter;
    if (!eid.empty()) filter.eid = eid_argument(eid);
    if (!caller.empty()) filter.caller = caller;
    filter.limit = limit;
    print_events(need(data.open()->list(filter)), data.json);
  }
};

struct Overview {
  DataDirectory data;
  void run() const {
    const auto settings = data.settings();
    const auto store = data.open();
    const auto count = need(store->count());
    if (data.json) {
      return print_json(bj::object{{"address", settings.addresses.front()},
                                   {"root", settings.root},
                                   {"events", count},
                                   {"es11", settings.es11},
                                   {"es12", settings.es12}});
    }
    print_pairs({{"SM-DS", settings.addresses.front()},
                 {"Kind", settings.root.empty() ? "Root" : "Alternative, below " + settings.root},
                 {"ES11", settings.es11},
                 {"ES12", settings.es12},
                 {"Events", std::to_string(count)}});
  }
};

}  // namespace

void declare_show(CLI::App& smds) {
  auto* list = smds.add_subcommand("list", "Events in the store, oldest first");
  auto o = std::make_shared<Listing>();
  o->data.declare(*list);
  list->add_option("--eid", o->eid, "Of this card only");
  list->add_option("--caller", o->caller, "Of the SM-DP+ or SM-DS with this OID only")->type_name("OID");
  list->add_option("--limit", o->limit, "At most so many")->capture_default_str();
  list->footer(
      "Examples:\n  eider smds list --data root\n"
      "  eider smds list --data root --eid 89049032000000000000000000000051 --json");
  list->callback([o] { o->run(); });
  auto* show = smds.add_subcommand("show", "What this SM-DS is, and how much it holds");
  auto v = std::make_shared<Overview>();
  v->data.declare(*show);
  show->footer("Examples:\n  eider smds show --data root");
  show->callback([v] { v->run(); });
}

}  // namespace eider::app::smds_cli
