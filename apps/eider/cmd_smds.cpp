// eider smds: an SM-DS with its events in a directory.
#include "cmd_smds.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace eider::app::smds_cli {

void stop(std::string cause, std::string remedy, int exit_code) {
  if (!remedy.empty()) cause += "\n  remedy: " + remedy;
  throw CommandError{exit_code, std::move(cause)};
}

void stop(const Fault& fault) {
  if (const auto* local = fault.as<LocalFault>()) stop(local->what, local->remedy);
  stop(fault.message());
}

void need(const Status& status) {
  if (!status) stop(status.error());
}

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-DS")
      ->envname("EIDER_SMDS")
      ->required()
      ->type_name("DIR");
  sub.add_flag("--json", json, "Print JSON");
}

std::unique_ptr<store::SmdsSqlite> DataDirectory::open() const {
  if (!std::filesystem::exists(database()))
    stop(dir + " holds no SM-DS", "eider smds init --data " + dir + " --pki DIR --address FQDN");
  return need(store::SmdsSqlite::open(database().string()));
}

crypto::PkiDirectory open_pki(const Settings& settings) {
  if (settings.pki.empty()) stop("no PKI directory is configured", "set pki in smds.toml");
  const auto passphrase = settings.passphrase_file.empty()
                              ? crypto::no_passphrase()
                              : crypto::passphrase_file(settings.passphrase_file);
  return need(crypto::PkiDirectory::open(settings.pki, passphrase));
}

namespace {

std::vector<std::string> text_list(const toml::table& table, const char* name) {
  std::vector<std::string> out;
  if (const auto* list = table[name].as_array())
    for (const auto& v : *list)
      if (const auto s = v.value<std::string>()) out.push_back(*s);
  return out;
}

void check_smds_names(const toml::table& table, const std::filesystem::path& file) {
  constexpr std::string_view kKnown[] = {"address", "pki",    "oid",     "passphrase_file",
                                         "root",    "es11",   "es12",    "metrics",
                                         "workers", "limits", "resolve", "push"};
  for (const auto& [key, value] : table)
    if (std::ranges::find(kKnown, key.str()) == std::end(kKnown))
      stop(file.string() + ": unknown setting \"" + std::string(key.str()) + "\"",
           "eider smds init writes all of them");
}

smds::Limits read_limits(const toml::table& t, const std::filesystem::path& file) {
  smds::Limits out;
  const auto* table = t["limits"].as_table();
  const auto positive = [&](const char* name, auto standard) {
    const auto fallback = static_cast<std::int64_t>(standard);
    const auto value = table ? (*table)[name].value_or(fallback) : fallback;
    if (value <= 0) stop(file.string() + ": limits." + name + " must be above 0");
    return value;
  };
  const auto size = [&](const char* name, std::size_t standard) {
    return static_cast<std::size_t>(positive(name, standard));
  };
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  out.events.per_caller = size("events_per_caller", out.events.per_caller);
  out.events.per_caller_and_eid = size("events_per_caller_and_eid", out.events.per_caller_and_eid);
  out.events_per_answer = size("events_per_answer", out.events_per_answer);
  out.event_lifetime = std::chrono::hours(
      positive("event_hours", duration_cast<std::chrono::hours>(out.event_lifetime).count()));
  out.session_lifetime =
      seconds(positive("session_seconds", duration_cast<seconds>(out.session_lifetime).count()));
  out.sessions = size("sessions", out.sessions);
  out.sessions_per_peer = size("sessions_per_peer", out.sessions_per_peer);
  return out;
}

}  // namespace

Settings read_settings(const std::filesystem::path& file) {
  toml::table t;
  try {
    t = toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream what;
    what << file.string() << ": " << e;
    stop(what.str(), "make the directory with eider smds init, or correct the file");
  }
  check_smds_names(t, file);
  Settings s;
  s.addresses = text_list(t, "address");
  s.pki = t["pki"].value_or("");
  s.oid = t["oid"].value_or("");
  s.passphrase_file = t["passphrase_file"].value_or("");
  s.root = t["root"].value_or("");
  s.push = t["push"].value_or("");
  s.es11 = t["es11"].value_or(s.es11);
  s.es12 = t["es12"].value_or(s.es12);
  s.metrics = t["metrics"].value_or(s.metrics);
  s.workers = static_cast<unsigned>(t["workers"].value_or(std::int64_t{s.workers}));
  s.limits = read_limits(t, file);
  if (const auto* resolve = t["resolve"].as_table())
    for (const auto& [key, value] : *resolve)
      if (const auto to = value.value<std::string>()) s.resolve[std::string(key.str())] = *to;
  if (s.addresses.empty()) stop(file.string() + ": no address", "address = [\"smds.example.com\"]");
  return s;
}

std::string write_settings(const Settings& s) {
  using std::chrono::duration_cast;
  const auto number = [](auto v) { return static_cast<std::int64_t>(v); };
  toml::array addresses;
  for (const auto& a : s.addresses) addresses.push_back(a);
  toml::table resolve;
  for (const auto& [from, to] : s.resolve) resolve.insert(from, to);
  const auto& l = s.limits;
  const toml::table t{
      {"address", addresses},
      {"pki", s.pki},
      {"oid", s.oid},
      {"passphrase_file", s.passphrase_file},
      {"root", s.root},
      {"push", s.push},
      {"es11", s.es11},
      {"es12", s.es12},
      {"metrics", s.metrics},
      {"workers", number(s.workers)},
      {"resolve", resolve},
      {"limits",
       toml::table{
           {"events_per_caller", number(l.events.per_caller)},
           {"events_per_caller_and_eid", number(l.events.per_caller_and_eid)},
           {"events_per_answer", number(l.events_per_answer)},
           {"event_hours", number(duration_cast<std::chrono::hours>(l.event_lifetime).count())},
           {"session_seconds", number(duration_cast<std::chrono::seconds>(l.session_lifetime).count())},
           {"sessions", number(l.sessions)},
           {"sessions_per_peer", number(l.sessions_per_peer)}}}};
  std::ostringstream out;
  out << t << '\n';
  return out.str();
}

namespace {

struct Init {
  DataDirectory data;
  Settings settings;
  std::vector<std::string> resolve;

  void run() {
    namespace fs = std::filesystem;
    if (fs::exists(data.settings_file()) || fs::exists(data.database()))
      stop(data.dir + " already holds an SM-DS", "choose another directory");
    for (const auto& rule : resolve) {
      const auto equals = rule.find('=');
      if (equals == std::string::npos)
        stop("\"" + rule + "\" is no rule", "like lpa.ds.example.com:443=127.0.0.1:8452", 2);
      settings.resolve[rule.substr(0, equals)] = rule.substr(equals + 1);
    }
    std::error_code error;
    fs::create_directories(data.dir, error);
    fs::permissions(data.dir, fs::perms::owner_all, error);
    settings.pki = fs::absolute(settings.pki).string();
    if (!settings.passphrase_file.empty())
      settings.passphrase_file = fs::absolute(settings.passphrase_file).string();
    open_pki(settings);  // before anything is written
    std::ofstream(data.settings_file()) << write_settings(settings);
    need(store::SmdsSqlite::open(data.database().string()));
    if (data.json) {
      const boost::json::object out{{"data", data.dir}, {"settings", data.settings_file().string()}};
      std::printf("%s\n", boost::json::serialize(out).c_str());
      return;
    }
    std::printf("%s SM-DS %s in %s\n  settings: %s\n  next: eider smds serve --data %s\n",
                settings.root.empty() ? "Root" : "Alternative", settings.addresses.front().c_str(),
                data.dir.c_str(), data.settings_file().c_str(), data.dir.c_str());
  }
};

}  // namespace

void declare_init(CLI::App& smds) {
  auto* sub = smds.add_subcommand("init", "Make the directory of an SM-DS");
  auto o = std::make_shared<Init>();
  o->data.declare(*sub);
  sub->add_option("--pki", o->settings.pki, "PKI directory (eider pki init)")
      ->envname("EIDER_PKI")
      ->required()
      ->type_name("DIR");
  sub->add_option("--passphrase-file", o->settings.passphrase_file, "Passphrase of the private keys")
      ->type_name("FILE");
  sub->add_option("--address", o->settings.addresses, "FQDN under which LPAs know the SM-DS")->required();
  sub->add_option("--oid", o->settings.oid, "Which SM-DS to be, when the PKI has several")->type_name("OID");
  sub->add_option("--root", o->settings.root,
                  "ES15 address of the Root SM-DS, to be an Alternative one; else a Root")
      ->type_name("HOST[:PORT]");
  sub->add_option("--es11", o->settings.es11, "Where ES11 listens")->capture_default_str();
  sub->add_option("--es12", o->settings.es12, "Where ES12 and ES15 listen (mutual TLS)")
      ->capture_default_str();
  sub->add_option("--metrics", o->settings.metrics, "Where metrics and health listen (loopback)")
      ->capture_default_str();
  sub->add_option("--resolve", o->resolve, "Connect to ADDRESS:PORT for HOST:PORT, without name look-up")
      ->type_name("HOST:PORT=ADDRESS:PORT");
  sub->footer(
      "Examples:\n  eider smds init --data root --pki pki --address smds.example.com\n"
      "  eider smds init --data alt --pki pki --address ds2.example.com --oid 2.999.16 --root "
      "smds.example.com:8452");
  sub->callback([o] { o->run(); });
}

namespace {
const RegisterCommand kRegisterSmds{
    {45, "smds", "SM-DS: events for cards, ES11, ES12 and ES15 server", [](CLI::App& sub) {
       sub.require_subcommand(1);
       declare_init(sub);
       declare_serve(sub);
       declare_show(sub);
     }}};
}  // namespace

}  // namespace eider::app::smds_cli
