// eider smds: an SM-DS with its events in a directory.
#include "cmd_smds.hpp"

#include <cstdio>
#include <sstream>

#include "arguments.hpp"
#include "new_directory.hpp"
#include "settings_file.hpp"
#include "smds_identity.hpp"

namespace eider::app::smds_cli {

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-DS")
      ->envname("EIDER_SMDS")
      ->required()
      ->type_name("DIR");
  sub.add_flag("--json", json, "Print JSON");
}

std::unique_ptr<store::SmdsSqlite> DataDirectory::open() const {
  need_server(dir, kSmds, kSmds.database());
  return need(store::SmdsSqlite::open(database().string()));
}

crypto::PkiDirectory open_pki(const Settings& settings) {
  if (settings.pki.empty()) refuse("no PKI directory is configured", "set pki in smds.toml");
  const auto passphrase = settings.passphrase_file.empty()
                              ? crypto::no_passphrase()
                              : crypto::passphrase_file(settings.passphrase_file);
  return need(crypto::PkiDirectory::open(settings.pki, passphrase));
}

namespace {

smds::Limits read_limits(const SettingsTable& t) {
  smds::Limits out;
  const auto size = [&](const char* path, std::size_t standard) {
    return static_cast<std::size_t>(t.number(path, static_cast<std::int64_t>(standard), 1));
  };
  out.events.per_caller = size("limits.events_per_caller", out.events.per_caller);
  out.events.per_caller_and_eid = size("limits.events_per_caller_and_eid", out.events.per_caller_and_eid);
  out.events_per_answer = size("limits.events_per_answer", out.events_per_answer);
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(out.event_lifetime).count();
  out.event_lifetime = std::chrono::hours(t.number("limits.event_hours", hours, 1));
  out.session_lifetime = t.seconds("limits.session_seconds", out.session_lifetime);
  out.sessions = size("limits.sessions", out.sessions);
  out.sessions_per_peer = size("limits.sessions_per_peer", out.sessions_per_peer);
  return out;
}

}  // namespace

Settings read_settings(const std::filesystem::path& dir) {
  const auto t = read_settings_file(dir, kSmds,
                                    {"address", "pki", "oid", "passphrase_file", "root", "es11", "es12",
                                     "metrics", "workers", "limits", "resolve", "push"});
  Settings s;
  s.addresses = t.list("address");
  s.pki = t.text("pki");
  s.oid = t.text("oid");
  s.passphrase_file = t.text("passphrase_file");
  s.root = t.text("root");
  s.push = t.text("push");
  s.es11 = t.text("es11", s.es11);
  s.es12 = t.text("es12", s.es12);
  s.metrics = t.text("metrics", s.metrics);
  s.workers = t.workers(s.workers);
  s.limits = read_limits(t);
  s.resolve = t.pairs("resolve");
  if (s.addresses.empty()) t.refuse("no address", "address = [\"smds.example.com\"]");
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

  // Before anything is written; what `serve` would refuse, `init` refuses.
  void check() {
    for (const auto& address : settings.addresses) check_host("--address", address);
    listening_address("--es11", settings.es11);
    listening_address("--es12", settings.es12);
    listening_address("--metrics", settings.metrics, Listen::kLoopback);
    if (!settings.root.empty()) check_host("--root", settings.root);
    if (!settings.oid.empty()) check_oid("--oid", settings.oid);
    for (const auto& text : resolve) settings.resolve.insert(resolve_pair(text));
    settings.pki = std::filesystem::absolute(settings.pki).string();
    if (!settings.passphrase_file.empty())
      settings.passphrase_file = std::filesystem::absolute(settings.passphrase_file).string();
    identity_of(open_pki(settings), settings.oid);
  }

  void run() {
    check();
    NewDirectory made(data.dir, kSmds);
    made.write(kSmds.settings(), write_settings(settings));
    need(store::SmdsSqlite::open((made.place() / kSmds.database()).string()));
    made.finish();
    if (data.json) {
      print_json(boost::json::object{{"data", data.dir}, {"settings", data.settings_file().string()}});
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
