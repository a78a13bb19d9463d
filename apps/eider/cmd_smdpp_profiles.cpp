// eider smdpp profiles, orders
#include <cstdio>

#include "cmd_smdpp.hpp"
#include "roles/smdpp/package.hpp"

namespace eider::app::smdpp_cli {
namespace bj = boost::json;
namespace {

using smdpp::Profile;

bj::object to_json(const Profile& p) {
  bj::object o{{"iccid", sgp22::iccid_digits(p.iccid)},
               {"state", smdpp::to_string(p.state)},
               {"type", p.type},
               {"operator", p.owner},
               {"onCard", smdpp::to_string(p.on_card)},
               {"changedAt", format_time(p.changed_at)},
               {"sizeOctets", p.requirements.size_octets}};
  if (const auto m = der::decode<sgp22::StoreMetadataRequest>(p.metadata)) {
    o["serviceProviderName"] = m->serviceProviderName;
    o["profileName"] = m->profileName;
  }
  if (!p.template_name.empty()) o["template"] = p.template_name;
  if (!p.order) return o;
  const auto& order = *p.order;
  bj::object j{{"orderedAt", format_time(order.ordered_at)},
               {"downloadAttempts", order.download_attempts},
               {"confirmationFailures", order.confirmation_failures},
               {"confirmationCode", order.confirmation_code_hash.has_value()},
               {"deliveries", order.deliveries}};
  if (order.eid) j["eid"] = sgp22::eid_digits(*order.eid);
  if (order.matching_id) j["matchingId"] = *order.matching_id;
  if (!order.smds_address.empty()) j["smdsAddress"] = order.smds_address;
  if (order.expires_at) j["expiresAt"] = format_time(*order.expires_at);
  if (!order.end_reason.empty()) j["endReason"] = order.end_reason;
  o["order"] = std::move(j);
  return o;
}

struct List {
  DataDirectory data;
  bool orders = false, count = false;
  std::string owner, type, state, eid;
  std::size_t limit = 1000;

  smdpp::ProfileFilter filter() const {
    smdpp::ProfileFilter f;
    if (!owner.empty()) f.owner = owner;
    if (!type.empty()) f.type = type;
    if (!state.empty()) {
      f.state = smdpp::profile_state_from(state);
      if (!f.state)
        refuse(
            "unknown state \"" + state + "\"",
            "Available, Allocated, Linked, Confirmed, Released, Downloaded, Installed, Error, Unavailable, "
            "Pushed",
            2);
    }
    if (!eid.empty()) {
      f.eid = sgp22::parse_eid(eid);
      if (!f.eid) refuse("\"" + eid + "\" is not an EID", {}, 2);
    }
    f.with_order = orders;
    f.limit = limit;
    return f;
  }
  void print(const std::vector<Profile>& all) const {
    if (data.json) {
      bj::array json;
      for (const auto& p : all) json.push_back(to_json(p));
      return print_json(json);
    }
    std::vector<std::vector<std::string>> rows;
    rows.push_back(
        orders ? std::vector<std::string>{"ICCID", "STATE", "MATCHING ID", "EID", "ATTEMPTS", "REASON"}
               : std::vector<std::string>{"ICCID", "STATE", "TYPE", "OPERATOR", "ON CARD", "NAME"});
    for (const auto& p : all) {
      const auto iccid = sgp22::iccid_digits(p.iccid);
      if (orders) {
        const auto& o = *p.order;
        rows.push_back({iccid, std::string(smdpp::to_string(p.state)), o.matching_id.value_or("-"),
                        o.eid ? sgp22::eid_digits(*o.eid) : "-", std::to_string(o.download_attempts),
                        o.end_reason});
      } else {
        const auto m = der::decode<sgp22::StoreMetadataRequest>(p.metadata);
        rows.push_back({iccid, std::string(smdpp::to_string(p.state)), p.type, p.owner,
                        std::string(smdpp::to_string(p.on_card)), m ? m->profileName : ""});
      }
    }
    print_table(rows);
  }
  void run() const {
    const auto f = filter();
    std::vector<Profile> found;
    std::uint64_t total = 0;
    const auto store = data.open();
    need(store->read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(n, r.count_profiles(f));
      total = n;
      if (count) return {};
      EIDER_TRY(list, r.profiles(f));
      found = std::move(list);
      return {};
    }));
    if (count) {
      data.json ? print_json(bj::object{{"count", total}})
                : (void)std::printf("%llu\n", static_cast<unsigned long long>(total));
      return;
    }
    print(found);
    if (total > found.size())
      std::fprintf(stderr, "%zu of %llu shown; --limit shows more\n", found.size(),
                   static_cast<unsigned long long>(total));
  }
};

struct Show {
  DataDirectory data;
  std::string iccid;
  void run() const {
    std::optional<Profile> found;
    const auto store = data.open();
    need(store->read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(p, r.profile(parse_iccid_argument(iccid)));
      found = std::move(p);
      return {};
    }));
    if (!found) refuse("no profile " + iccid, "list them: eider smdpp profiles list");
    const auto json = to_json(*found);
    if (data.json) return print_json(json);
    for (const auto& [key, value] : json)
      if (!value.is_object())
        std::printf("%-22s %s\n", std::string(key).c_str(),
                    (value.is_string() ? std::string(value.get_string()) : bj::serialize(value)).c_str());
    if (const auto* order = json.if_contains("order"))
      for (const auto& [key, value] : order->get_object())
        std::printf("  %-20s %s\n", std::string(key).c_str(),
                    (value.is_string() ? std::string(value.get_string()) : bj::serialize(value)).c_str());
  }
};

struct Export {
  DataDirectory data;
  std::string iccid, package_file, metadata_file;
  void run() const {
    std::optional<Profile> found;
    Secret package;
    smdpp::TemplateCache templates;
    const auto store = data.open();
    need(store->read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(p, r.profile(parse_iccid_argument(iccid)));
      if (!p) return fail_local("no profile " + iccid, "list them: eider smdpp profiles list");
      EIDER_TRY(loaded, smdpp::load_package(r, templates, *p));
      package = std::move(loaded);
      found = std::move(p);
      return {};
    }));
    write_private_file(package_file, package.view());
    if (!metadata_file.empty()) write_private_file(metadata_file, found->metadata);
    if (data.json)
      print_json(to_json(*found));
    else
      std::printf("%s: %zu octets, unprotected, with its keys\n", package_file.c_str(), package.size());
  }
};

struct Remove {
  DataDirectory data;
  std::string iccid;
  void run() const {
    const auto store = data.open();
    need(store->write([&](smdpp::StoreTransaction& tx) -> Status {
      const auto id = parse_iccid_argument(iccid);
      EIDER_TRY(p, tx.profile(id));
      if (!p) return fail_local("no profile " + iccid, "list them: eider smdpp profiles list");
      if (p->state != smdpp::ProfileState::kAvailable && p->state != smdpp::ProfileState::kUnavailable)
        return fail_local("the profile is " + std::string(smdpp::to_string(p->state)),
                          "cancel its order first");
      return tx.remove_profile(id);
    }));
  }
};

template <class T>
std::shared_ptr<T> view_command(CLI::App& parent, const std::string& name, const std::string& help,
                                CLI::App** out) {
  auto* sub = parent.add_subcommand(name, help);
  auto o = std::make_shared<T>();
  o->data.declare(*sub);
  sub->callback([o] { o->run(); });
  *out = sub;
  return o;
}

void declare_list(CLI::App& group, bool orders) {
  CLI::App* sub = nullptr;
  auto list = view_command<List>(group, "list", orders ? "List orders" : "List Profiles", &sub);
  list->orders = orders;
  sub->add_option("--operator", list->owner, "Of this operator only");
  sub->add_option("--type", list->type, "Of this profile type only");
  sub->add_option("--state", list->state, "In this state only");
  sub->add_option("--eid", list->eid, "Ordered for this eUICC only");
  sub->add_option("--limit", list->limit, "How many at most")->capture_default_str();
  sub->add_flag("--count", list->count, "Only how many");
}

}  // namespace

void declare_profiles(CLI::App& smdpp) {
  auto* group = smdpp.add_subcommand("profiles", "Profiles in the inventory");
  group->require_subcommand(1);
  declare_list(*group, false);
  CLI::App* sub = nullptr;
  auto show = view_command<Show>(*group, "show", "Everything about one Profile but its keys", &sub);
  sub->add_option("iccid", show->iccid, "ICCID")->required();
  auto out = view_command<Export>(*group, "export", "Write a Profile's unprotected package to a file", &sub);
  sub->add_option("iccid", out->iccid, "ICCID")->required();
  sub->add_option("--package", out->package_file, "File for the package")->required()->type_name("FILE");
  sub->add_option("--metadata", out->metadata_file, "File for the metadata, DER")->type_name("FILE");
  auto gone = view_command<Remove>(*group, "remove", "Take an Available or Unavailable Profile out", &sub);
  sub->add_option("iccid", gone->iccid, "ICCID")->required();
  auto* orders = smdpp.add_subcommand("orders", "Download orders and what became of them");
  orders->require_subcommand(1);
  declare_list(*orders, true);
}

}  // namespace eider::app::smdpp_cli
