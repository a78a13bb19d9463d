// eider smdpp operators, types, import
#include <cstdio>
#include <unistd.h>

#include "cmd_smdpp.hpp"
#include "profile/subscriber_csv.hpp"
#include "roles/smdpp/inventory.hpp"

namespace eider::app::smdpp_cli {
namespace bj = boost::json;
namespace {

// ---- operators ----

struct OperatorAdd {
  DataDirectory data;
  smdpp::Operator op;
  std::vector<std::string> certificates;
  void run() {
    for (const auto& file : certificates)
      op.certificates.push_back(need(crypto::Certificate::parse(read_file(file))).fingerprint());
    if (op.name.empty()) op.name = op.id;
    if (!der::Oid::parse(op.requester_identifier))
      refuse("\"" + op.requester_identifier + "\" is not an OID", "like 2.999.20", 2);
    if (!op.notification_url.empty()) need(parse_https_url(op.notification_url));
    const auto store = data.open();
    need(store->write([&](smdpp::StoreTransaction& tx) { return tx.put_operator(op); }));
    if (!data.json) std::printf("operator %s: %zu certificate(s)\n", op.id.c_str(), op.certificates.size());
  }
};

struct OperatorList {
  DataDirectory data;
  void run() {
    std::vector<smdpp::Operator> all;
    const auto store = data.open();
    need(store->read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(list, r.operators());
      all = std::move(list);
      return {};
    }));
    bj::array json;
    std::vector<std::vector<std::string>> rows{{"ID", "NAME", "REQUESTER", "NOTIFICATIONS", "CERTIFICATES"}};
    for (const auto& o : all) {
      bj::array prints;
      for (const auto& c : o.certificates) prints.push_back(bj::string(to_hex(c)));
      rows.push_back(
          {o.id, o.name, o.requester_identifier, o.notification_url, std::to_string(o.certificates.size())});
      json.push_back({{"id", o.id},
                      {"name", o.name},
                      {"functionRequesterIdentifier", o.requester_identifier},
                      {"notificationUrl", o.notification_url},
                      {"certificates", prints}});
    }
    data.json ? print_json(json) : print_table(rows);
  }
};

// ---- types ----

struct TypeAdd {
  DataDirectory data;
  smdpp::ProfileType type;
  bool random_keys = false, no_rebinding = false, keep_ineligible = false;
  std::int64_t lifetime_hours = 0;
  void run() {
    type.protection = random_keys ? smdpp::Protection::kRandomKeys : smdpp::Protection::kSessionKeys;
    type.rebinding = !no_rebinding;
    type.ineligible_ends_order = !keep_ineligible;
    if (lifetime_hours > 0) type.order_lifetime = std::chrono::hours(lifetime_hours);
    const auto store = data.open();
    need(store->write([&](smdpp::StoreTransaction& tx) -> Status {
      EIDER_TRY(op, tx.find_operator(type.owner));
      if (!op)
        return fail_local("no operator \"" + type.owner + "\"", "add it with `eider smdpp operators add`");
      return tx.put_profile_type(type);
    }));
    if (!data.json) std::printf("profile type %s of %s\n", type.name.c_str(), type.owner.c_str());
  }
};

struct TypeList {
  DataDirectory data;
  void run() {
    bj::array json;
    std::vector<std::vector<std::string>> rows{
        {"TYPE", "OPERATOR", "AVAILABLE", "PROFILES", "PROTECTION", "DOWNLOADS", "CODES"}};
    const auto store = data.open();
    need(store->read([&](smdpp::StoreReader& r) -> Status {
      EIDER_TRY(types, r.profile_types());
      for (const auto& t : types) {
        smdpp::ProfileFilter f;
        f.type = t.name;
        EIDER_TRY(all, r.count_profiles(f));
        f.state = smdpp::ProfileState::kAvailable;
        EIDER_TRY(available, r.count_profiles(f));
        const char* protection =
            t.protection == smdpp::Protection::kRandomKeys ? "random keys" : "session keys";
        rows.push_back({t.name, t.owner, std::to_string(available), std::to_string(all), protection,
                        std::to_string(t.download_limit), std::to_string(t.confirmation_limit)});
        json.push_back({{"name", t.name},
                        {"operator", t.owner},
                        {"available", available},
                        {"profiles", all},
                        {"protection", protection},
                        {"downloadLimit", t.download_limit},
                        {"confirmationLimit", t.confirmation_limit},
                        {"rebinding", t.rebinding},
                        {"reuseAfterDelete", t.reuse_after_delete}});
      }
      return {};
    }));
    data.json ? print_json(json) : print_table(rows);
  }
};

// ---- import ----

struct Import {
  DataDirectory data;
  std::string type, metadata_file, package_file, template_name, csv_file, owner;
  bool allow_known_ota_keys = false;

  smdpp::OtaKeys ota_keys() const {
    return allow_known_ota_keys ? smdpp::OtaKeys::kMayBeKnown : smdpp::OtaKeys::kMustBeSecret;
  }

  sgp22::StoreMetadataRequest metadata() const {
    const auto text = read_file(metadata_file);
    const auto beside = std::filesystem::path(metadata_file).parent_path();
    return need(smdpp::read_metadata(
        as_text(text), data.settings().addresses.front(),
        [&](const std::string& name) -> Result<Bytes> { return read_file(beside / name); }));
  }
  void report(const std::string& what, std::size_t n) const {
    if (data.json)
      print_json(bj::object{{"imported", n}, {"what", what}});
    else
      std::printf("%zu %s imported\n", n, what.c_str());
  }
  void import_one() const {
    const auto package = read_file(package_file);
    const auto facts = need(smdpp::inspect_package(package));
    auto m = metadata();
    m.iccid = parse_iccid_argument(facts.iccid);
    const auto store = data.open();
    need(smdpp::import_package(*store, SystemClock().now(), type, m, package, ota_keys()));
    report("profile " + facts.iccid, 1);
  }
  void import_template() const {
    const auto store = data.open();
    need(smdpp::import_template(*store, template_name, owner, read_file(package_file)));
    report("template " + template_name, 1);
  }
  void import_csv() const {
    const auto text = read_file(csv_file);
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    const auto open = [&]() -> Result<smdpp::NextSubscriber> {
      EIDER_TRY(csv, profile::SubscriberCsv::open(as_text(text)));
      return [csv = std::move(csv)]() mutable { return csv.next(); };
    };
    const bool bar = !data.json && isatty(STDERR_FILENO);
    const auto progress = [&](std::size_t done) {
      if (!bar) return;
      const auto filled = std::min<std::size_t>(40, lines ? done * 40 / lines : 40);
      std::fprintf(stderr, "\r[%s%s] %zu/%zu", std::string(filled, '#').c_str(),
                   std::string(40 - filled, '.').c_str(), done, std::max(lines, done + 1) - 1);
    };
    const auto store = data.open();
    auto done = smdpp::import_subscribers(*store, SystemClock().now(),
                                          {type, template_name, metadata(), ota_keys()}, open, progress);
    if (bar) std::fputc('\n', stderr);
    report("profiles", need(std::move(done)));
  }
  void run() const {
    if (!csv_file.empty()) {
      if (template_name.empty() || type.empty() || metadata_file.empty())
        refuse("--csv needs --template, --type and --metadata", {}, 2);
      import_csv();
    } else if (!package_file.empty() && !template_name.empty()) {
      if (owner.empty()) refuse("a template needs --operator", {}, 2);
      import_template();
    } else if (!package_file.empty()) {
      if (type.empty() || metadata_file.empty()) refuse("a package needs --type and --metadata", {}, 2);
      import_one();
    } else {
      refuse("nothing to import", "--package FILE, or --csv FILE with --template", 2);
    }
  }
};

template <class T>
std::shared_ptr<T> subcommand(CLI::App& parent, const std::string& name, const std::string& help,
                              CLI::App** out) {
  auto* sub = parent.add_subcommand(name, help);
  auto o = std::make_shared<T>();
  o->data.declare(*sub);
  sub->callback([o] { o->run(); });
  *out = sub;
  return o;
}

}  // namespace

void declare_operators(CLI::App& smdpp) {
  auto* group = smdpp.add_subcommand("operators", "Operators that may use ES2+");
  group->require_subcommand(1);
  CLI::App* sub = nullptr;
  auto add = subcommand<OperatorAdd>(*group, "add", "Add or replace an operator", &sub);
  sub->add_option("--id", add->op.id, "Id that types and profiles refer to")->required();
  sub->add_option("--name", add->op.name, "Name for people");
  sub->add_option("--oid", add->op.requester_identifier, "Its functionRequesterIdentifier")->required();
  sub->add_option("--certificate", add->certificates,
                  "Its TLS client certificate, PEM or DER; may be repeated")
      ->required()
      ->type_name("FILE");
  sub->add_option("--notify", add->op.notification_url,
                  "Where it takes ES2+ notifications: https://host[:port]");
  subcommand<OperatorList>(*group, "list", "List operators", &sub);
}

void declare_types(CLI::App& smdpp) {
  auto* group = smdpp.add_subcommand("types", "Profile types: pools of Profiles and their policy");
  group->require_subcommand(1);
  CLI::App* sub = nullptr;
  auto add = subcommand<TypeAdd>(*group, "add", "Add or replace a profile type", &sub);
  sub->add_option("--name", add->type.name, "profileType of ES2+.DownloadOrder")->required();
  sub->add_option("--operator", add->type.owner, "Id of the operator that owns it")->required();
  sub->add_option("--download-limit", add->type.download_limit, "Download attempts per order")
      ->capture_default_str();
  sub->add_option("--code-limit", add->type.confirmation_limit, "Wrong Confirmation Codes per order")
      ->capture_default_str();
  sub->add_option("--lifetime-hours", add->lifetime_hours, "Hours until a confirmed order expires; 0: never")
      ->capture_default_str();
  sub->add_option("--smdp-address", add->type.smdp_address,
                  "Address that ConfirmOrder answers, if not the first one");
  sub->add_flag("--random-keys", add->random_keys,
                "Protect packages with random keys: retries reuse the segments");
  sub->add_flag("--no-rebinding", add->no_rebinding, "Refuse retries with a new one-time key");
  sub->add_flag("--reuse-after-delete", add->type.reuse_after_delete,
                "A delete notification returns the Profile to the pool");
  sub->add_flag("--retry-after-error", add->type.retry_after_error,
                "Installation errors leave the order open");
  sub->add_flag("--keep-ineligible", add->keep_ineligible, "An ineligible eUICC does not end the order");
  subcommand<TypeList>(*group, "list", "List profile types and how many Profiles they hold", &sub);
}

void declare_import(CLI::App& smdpp) {
  CLI::App* sub = nullptr;
  auto o = subcommand<Import>(smdpp, "import", "Import a package, a template, or subscribers for a template",
                              &sub);
  sub->add_option("--type", o->type, "Profile type");
  sub->add_option("--metadata", o->metadata_file,
                  "JSON: serviceProviderName, profileName, profileClass, icon (file), profileOwner {mcc, "
                  "mnc, gid1, gid2}, "
                  "profilePolicyRules [ppr1, ppr2], notifications [{events, address}]")
      ->type_name("FILE");
  sub->add_option("--package", o->package_file, "Profile package, DER")->type_name("FILE");
  sub->add_option("--template", o->template_name,
                  "With --package: its name as a template; with --csv: which one to use");
  sub->add_option("--csv", o->csv_file, "Subscribers: iccid, imsi, k, opc, …")->type_name("FILE");
  sub->add_option("--operator", o->owner, "Owner of a template");
  sub->add_flag("--allow-known-ota-keys", o->allow_known_ota_keys,
                "Take Profiles whose OTA keys are null or published: anybody can manage them over the air");
}

}  // namespace eider::app::smdpp_cli
