// eider smdpp: an SM-DP+ with its inventory in a directory.
#include "cmd_smdpp.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

#include "arguments.hpp"
#include "input_file.hpp"
#include "new_directory.hpp"
#include "smdpp_identity.hpp"

namespace eider::app::smdpp_cli {

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-DP+")
      ->envname("EIDER_SMDPP")
      ->required()
      ->type_name("DIR");
  sub.add_flag("--json", json, "Print JSON");
}

crypto::PkiDirectory open_pki(const Settings& settings) {
  if (settings.pki.empty()) refuse("no PKI directory is configured", "set pki in smdpp.toml");
  return need(crypto::PkiDirectory::open(settings.pki, passphrase_of(settings)));
}

Bytes read_file(const std::filesystem::path& path) {
  return to_bytes(as_bytes(read_input(path.string())));
}

void write_private_file(const std::filesystem::path& path, ByteView content) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) refuse("cannot create " + path.string(), "choose a new file in a directory that you may write");
  const auto written = ::write(fd, content.data(), content.size());
  ::close(fd);
  if (written != static_cast<ssize_t>(content.size()))
    refuse("cannot write all of " + path.string(), "free some space");
}

smdpp::Iccid parse_iccid_argument(const std::string& text) {
  const auto iccid = sgp22::parse_iccid(text);
  if (!iccid) refuse("\"" + text + "\" is not an ICCID", "give 19 or 20 digits", 2);
  return *iccid;
}

namespace {

struct Init {
  DataDirectory data;
  Settings settings;
  std::string operator_id, operator_oid = "2.999.20", operator_url;

  // The operator that the test PKI comes with, and a profile type to begin with.
  void add_operator(store::SmdppSqlite& store) {
    const auto pki = open_pki(settings);
    const auto* entry = pki.find(crypto::CertificateRole::kOperatorClient);
    if (!entry) refuse("the PKI has no operator certificate", "add one later: eider smdpp operators add");
    smdpp::Operator op{
        operator_id, operator_id, operator_oid, {entry->certificate.fingerprint()}, operator_url};
    smdpp::ProfileType type;
    type.name = operator_id + "-default";
    type.owner = operator_id;
    need(store.write([&](smdpp::StoreTransaction& tx) -> Status {
      EIDER_CHECK(tx.put_operator(op));
      return tx.put_profile_type(type);
    }));
  }

  // Before anything is written; what `serve` would refuse, `init` refuses.
  void check() {
    for (const auto& address : settings.addresses) check_host("--address", address);
    listening_address("--es9plus", settings.es9plus);
    listening_address("--es2plus", settings.es2plus);
    listening_address("--metrics", settings.metrics, Listen::kLoopback);
    check_oid("--operator-oid", operator_oid);
    if (!operator_url.empty()) check_url("--operator-url", operator_url);
    settings.pki = std::filesystem::absolute(settings.pki).string();
    if (!settings.passphrase_file.empty())
      settings.passphrase_file = std::filesystem::absolute(settings.passphrase_file).string();
    choose_identity(open_pki(settings), settings.oid, settings.addresses.front());
  }

  void run() {
    check();
    NewDirectory made(data.dir, kSmdpp);
    made.write(kSmdpp.settings(), write_settings(settings));
    auto inside = data;
    inside.dir = made.place().string();
    auto store = create_store(inside);
    if (!operator_id.empty()) add_operator(*store);
    store.reset();
    made.finish();
    if (data.json) {
      print_json(boost::json::object{{"data", data.dir}, {"settings", data.settings_file().string()}});
    } else {
      std::printf("SM-DP+ %s in %s\n  settings: %s\n  next: eider smdpp import, then eider smdpp serve\n",
                  settings.addresses.front().c_str(), data.dir.c_str(), data.settings_file().c_str());
    }
  }
};

}  // namespace

void declare_init(CLI::App& smdpp) {
  auto* sub = smdpp.add_subcommand("init", "Make the directory of an SM-DP+");
  auto o = std::make_shared<Init>();
  o->data.declare(*sub);
  sub->add_option("--pki", o->settings.pki, "PKI directory (eider pki init)")
      ->envname("EIDER_PKI")
      ->required()
      ->type_name("DIR");
  sub->add_option("--passphrase-file", o->settings.passphrase_file, "Passphrase of the private keys")
      ->type_name("FILE");
  sub->add_option("--address", o->settings.addresses, "FQDN under which LPAs know the SM-DP+")->required();
  sub->add_option("--es9plus", o->settings.es9plus, "Where ES9+ listens")->capture_default_str();
  sub->add_option("--es2plus", o->settings.es2plus, "Where ES2+ listens")->capture_default_str();
  sub->add_option("--metrics", o->settings.metrics, "Where metrics and health listen (loopback)")
      ->capture_default_str();
  sub->add_option("--operator", o->operator_id,
                  "Also add the PKI's operator under this id, with the profile type <id>-default");
  sub->add_option("--operator-oid", o->operator_oid, "Its functionRequesterIdentifier")
      ->capture_default_str();
  sub->add_option("--operator-url", o->operator_url,
                  "Where it takes ES2+ notifications: https://host[:port]");
  sub->callback([o] { o->run(); });
}

namespace {
const RegisterCommand kRegister{
    {40, "smdpp", "SM-DP+: inventory, orders, ES9+ and ES2+ server", [](CLI::App& sub) {
       sub.require_subcommand(1);
       declare_init(sub);
       declare_rekey(sub);
       declare_operators(sub);
       declare_types(sub);
       declare_import(sub);
       declare_profiles(sub);
       declare_serve(sub);
     }}};
}  // namespace

}  // namespace eider::app::smdpp_cli
