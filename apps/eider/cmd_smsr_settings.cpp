// eider smsr init, and the settings that it writes: TOML.
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

#include "cmd_smsr.hpp"
#include "input_file.hpp"
#include "spec/etsi/numbering.hpp"

namespace eider::app::smsr_cli {
namespace {
namespace fs = std::filesystem;
using pki::need;
using pki::refuse;

constexpr const char* kFile = "smsr.toml";

struct PartyName {
  std::string_view name;
  sgp02::Party party;
};
constexpr PartyName kParties[] = {{"eum", sgp02::kEum},
                                  {"mno", sgp02::kMno},
                                  {"smdp", sgp02::kSmDp},
                                  {"smsr", sgp02::kSmSr},
                                  {"m2m-sp", sgp02::kM2mSp}};

toml::table parse(const fs::path& file) {
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream what;
    what << file.string() << ": " << e;
    refuse(what.str(), "make the directory with eider smsr init, or correct the file");
  }
}

void check_names(const toml::table& table, const fs::path& file,
                 std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table)
    if (std::ranges::find(known, key.str()) == known.end())
      refuse(file.string() + ": unknown setting \"" + std::string(key.str()) + "\"",
             "eider smsr init writes all of them");
}

Secret read_hex_key(const fs::path& file) {
  const auto text = read_input(file.string(), 4096);
  auto digits = text.substr(0, text.find_last_not_of(" \r\n\t") + 1);
  auto octets = from_hex(digits);
  if (!octets || octets->size() < 16)
    refuse(file.string() + " holds no key", "32 hexadecimal digits or more: openssl rand -hex 16");
  return Secret(std::move(*octets));
}

smsr::Peer read_peer(const toml::table& t, const fs::path& file, const fs::path& dir) {
  check_names(t, file, {"id", "as", "name", "url", "transport_key_file", "certificate"});
  smsr::Peer peer;
  peer.id = m2m::parse_entity_id(file.string() + ": id", t["id"].value_or(std::string()));
  peer.name = t["name"].value_or(std::string());
  peer.url = t["url"].value_or(std::string());
  if (const auto* roles = t["as"].as_array())
    for (const auto& r : *roles) {
      const auto name = r.value_or(std::string());
      const auto row = std::ranges::find(kParties, name, &PartyName::name);
      if (row == std::end(kParties))
        refuse(file.string() + ": a party is eum, mno, smdp, smsr or m2m-sp, not \"" + name + "\"");
      peer.parties |= row->party;
    }
  if (peer.parties == 0)
    refuse(file.string() + ": the party " + peer.id.dotted() + " is nothing", "as = [\"mno\"]");
  if (const auto key = t["transport_key_file"].value<std::string>())
    peer.transport_key = read_hex_key(dir / *key);
  if (const auto certificate = t["certificate"].value<std::string>())
    peer.certificate =
        need(crypto::Certificate::parse(need(net::load_certificates(dir / *certificate)).front()));
  return peer;
}

Duration seconds(const toml::node_view<const toml::node>& node, Duration otherwise) {
  const auto n = node.value<std::int64_t>();
  return n && *n > 0 ? Duration(*n * 1000) : otherwise;
}

void read_limits(const toml::table& t, smsr::Settings& role) {
  const auto limits = t["limits"];
  role.sms_timeout = seconds(limits["sms_seconds"], role.sms_timeout);
  role.trigger_timeout = seconds(limits["trigger_seconds"], role.trigger_timeout);
  role.session_timeout = seconds(limits["session_seconds"], role.session_timeout);
  role.hold = seconds(limits["hold_seconds"], role.hold);
  role.settling = seconds(limits["settling_seconds"], role.settling);
  role.default_validity = seconds(limits["validity_seconds"], role.default_validity);
  role.longest_validity = seconds(limits["longest_validity_seconds"], role.longest_validity);
  role.first_retry = seconds(limits["retry_seconds"], role.first_retry);
}

constexpr std::string_view kTemplate =
    R"(# SM-SR of Eider. Listening addresses are HOST:PORT; files are named from this directory.
pki = "@PKI@"
as = "@AS@"                    # entry of the PKI: TLS certificate, whose registeredID is this SM-SR's OID
card_certificate = "@CERT@"    # entry of the PKI: CERT.SR.ECDSA; "": no card comes here by SM-SR change
passphrase_file = ""
url = "@URL@"                  # where others call its functions
functions = "@FUNCTIONS@"      # ES1, ES3, ES4, ES4A, ES7
sessions = "@SESSIONS@"        # SCP81: cards
workers = 32                   # functions that may wait for their card at the same time

[sms]
smsc = "@SMSC@"                # SMPP
system_id = "@SYSTEM_ID@"
password_file = "@PASSWORD@"
address = "@ADDRESS@"          # number of this SM-SR, digits
ca = []                        # with a file: TLS

[trigger]                      # what cards are told to connect to
address = "127.0.0.1"          # IPv4 or IPv6
port = @SESSION_PORT@
host = "@HOST@"

[limits]
sms_seconds = 60               # for a card's answer to a message; doubled each time
trigger_seconds = 120          # from a trigger to the session
session_seconds = 120          # for the answer to a script in a session
hold_seconds = 30              # a session waits so long for the next function of an SM-DP
settling_seconds = 900         # after the validity period, until the card is audited
validity_seconds = 86400       # of functions that do not say
longest_validity_seconds = 604800
retry_seconds = 5              # of calls to others; doubled each time

[resolve]                      # "host:port" = "address:port", in place of a name look-up

# Who may call, and be called. The OID is the registeredID of the party's certificate. An EUM needs the key
# under which its EIS carry keys, and its certificate unless the PKI has it.
#[[party]]
#id = "2.999.30"
#as = ["mno"]                  # eum, mno, smdp, smsr, m2m-sp
#name = "mobile"
#url = "https://mno.example.com:8447/"
)";

constexpr const char* kStoreKey = "store";

crypto::FileKeyStore store_keys(const DataDirectory& data) {
  return crypto::FileKeyStore(data.file("keys"), read_settings(data.dir).node.passphrase.source());
}

struct Init {
  DataDirectory data;
  std::string pki = "pki", as = "smsrtls-p256", certificate = "certsr-p256", host = "smsr.example.com",
              functions = "127.0.0.1:8445", sessions = "127.0.0.1:8446", smsc = "127.0.0.1:2775",
              address = "12345", password = "smsc.secret", system_id = "smsr";
  std::vector<std::string> parties, resolve;

  void run() const {
    std::error_code failed;
    if (fs::exists(data.file(kFile))) refuse(data.dir + " is the directory of an SM-SR already");
    fs::create_directories(data.dir, failed);
    if (failed) refuse("cannot make " + data.dir + ": " + failed.message());
    fs::permissions(data.dir, fs::perms::owner_all, failed);
    std::ofstream out(data.file(kFile));
    out << filled();
    for (const auto& p : parties) out << party(p);
    out.close();
    if (!out) refuse("cannot write " + data.file(kFile).string());
    std::printf("%s: certificates, parties and limits of the SM-SR\n", data.file(kFile).c_str());
    const crypto::FileKeyStore keys(data.file("keys"), crypto::no_passphrase());
    need(keys.create_wrapping_key(kStoreKey));
    need(store::SmsrSqlite::open(data.file("smsr.db").string(), {&keys, kStoreKey}));
    std::printf("%s: its registry, sealed under keys/%s.kek\n", data.file("smsr.db").c_str(), kStoreKey);
  }

  std::string filled() const {
    const auto port = functions.substr(functions.rfind(':') + 1);
    const std::pair<std::string_view, std::string> values[] = {
        {"@PKI@", fs::absolute(pki).string()},
        {"@AS@", as},
        {"@CERT@", certificate},
        {"@URL@", "https://" + host + ":" + port + "/"},
        {"@FUNCTIONS@", functions},
        {"@SESSIONS@", sessions},
        {"@SMSC@", smsc},
        {"@SYSTEM_ID@", system_id},
        {"@PASSWORD@", fs::absolute(password).string()},
        {"@ADDRESS@", address},
        {"@SESSION_PORT@", sessions.substr(sessions.rfind(':') + 1)},
        {"@HOST@", host}};
    std::string out(kTemplate);
    for (const auto& [name, value] : values)
      for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at + value.size()))
        out.replace(at, name.size(), value);
    std::string rules;
    for (const auto& r : resolve) {
      const auto colon = r.find(':', r.find(':') + 1);
      if (colon == std::string::npos)
        throw CommandError{2, "--resolve takes host:port:address:port, not " + r};
      rules += "\"" + r.substr(0, colon) + "\" = \"" + r.substr(colon + 1) + "\"\n";
    }
    const auto section = out.find("# Who may call");
    return out.insert(section, rules + "\n");
  }

  // ROLE=OID[@URL][,KEYFILE]
  static std::string party(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
      throw CommandError{2, "--party takes ROLE=OID[@URL][,KEYFILE], not " + text};
    auto rest = text.substr(equals + 1);
    std::string key;
    if (const auto comma = rest.find(','); comma != std::string::npos) {
      key = fs::absolute(rest.substr(comma + 1)).string();
      rest.resize(comma);
    }
    const auto at = rest.find('@');
    std::string out =
        "\n[[party]]\nid = \"" + rest.substr(0, at) + "\"\nas = [\"" + text.substr(0, equals) + "\"]\n";
    if (at != std::string::npos) out += "url = \"" + rest.substr(at + 1) + "\"\n";
    if (!key.empty()) out += "transport_key_file = \"" + key + "\"\n";
    return out;
  }
};

}  // namespace

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-SR")->capture_default_str()->type_name("DIR");
}

std::unique_ptr<store::SmsrSqlite> DataDirectory::open() const {
  if (!fs::exists(file("smsr.db"))) refuse("no SM-SR in " + dir, "make one: eider smsr init --data " + dir);
  const auto keys = store_keys(*this);
  if (!keys.has_wrapping_key(kStoreKey))
    refuse("the key of the registry, " + (file("keys") / kStoreKey).string() + ".kek, is missing",
           "restore it from a backup: without it the keys of the cards cannot be read");
  return need(store::SmsrSqlite::open(file("smsr.db").string(), {&keys, kStoreKey}));
}

Settings read_settings(const fs::path& dir) {
  const auto file = dir / kFile;
  const auto t = parse(file);
  check_names(t, file,
              {"pki", "as", "card_certificate", "passphrase_file", "url", "functions", "sessions", "workers",
               "sms", "trigger", "limits", "resolve", "party"});
  Settings s;
  s.dir = dir;
  s.node.pki = t["pki"].value_or(std::string());
  s.node.name = t["as"].value_or(std::string());
  if (const auto passphrase = t["passphrase_file"].value_or(std::string()); !passphrase.empty())
    s.node.passphrase.file = (dir / passphrase).string();
  s.card_certificate = t["card_certificate"].value_or(std::string());
  s.url = t["url"].value_or(std::string());
  s.functions = t["functions"].value_or(s.functions);
  s.sessions = t["sessions"].value_or(s.sessions);
  s.workers = static_cast<unsigned>(t["workers"].value_or(std::int64_t{s.workers}));
  const auto sms = t["sms"];
  s.sms.smsc = sms["smsc"].value_or(s.sms.smsc);
  s.sms.system_id = sms["system_id"].value_or(s.sms.system_id);
  s.sms.address = sms["address"].value_or(std::string());
  if (s.sms.address.empty() || !etsi::all_digits(s.sms.address))
    refuse(file.string() + ": sms.address is the number of the SM-SR, digits alone");
  if (const auto password = sms["password_file"].value<std::string>()) {
    auto text = read_input((dir / *password).string(), 4096);
    text.resize(text.find_last_not_of(" \r\n\t") + 1);
    s.sms.password = Secret(as_bytes(text));
  }
  if (const auto* ca = sms["ca"].as_array())
    for (const auto& c : *ca) s.sms.ca_files.push_back((dir / c.value_or(std::string())).string());
  s.session_address = t["trigger"]["address"].value_or(std::string("127.0.0.1"));
  s.session_host = t["trigger"]["host"].value_or(std::string());
  s.session_port = static_cast<std::uint16_t>(t["trigger"]["port"].value_or(std::int64_t{8446}));
  read_limits(t, s.role);
  if (const auto* resolve = t["resolve"].as_table())
    for (const auto& [key, value] : *resolve)
      s.node.resolve.push_back(std::string(key.str()) + ":" + value.value_or(std::string()));
  if (const auto* parties = t["party"].as_array())
    for (const auto& p : *parties)
      if (const auto* table = p.as_table()) {
        auto peer = read_peer(*table, file, dir);
        const auto id = peer.id;
        s.role.peers[id] = std::move(peer);
      }
  return s;
}

void declare_init(CLI::App& smsr) {
  auto o = std::make_shared<Init>();
  auto* sub = smsr.add_subcommand("init", "Make the directory of an SM-SR: settings and a sealed registry");
  o->data.declare(*sub);
  sub->add_option("--pki", o->pki, "PKI directory with its certificates")->capture_default_str();
  sub->add_option("--as", o->as, "Entry of the PKI: TLS certificate")->capture_default_str();
  sub->add_option("--card-certificate", o->certificate, "Entry of the PKI: CERT.SR.ECDSA")
      ->capture_default_str();
  sub->add_option("--host", o->host, "Host name of the TLS certificate")->capture_default_str();
  sub->add_option("--functions", o->functions, "Where functions are taken")->capture_default_str();
  sub->add_option("--sessions", o->sessions, "Where cards connect to")->capture_default_str();
  sub->add_option("--smsc", o->smsc, "SMPP port of the service centre")->capture_default_str();
  sub->add_option("--system-id", o->system_id, "Its account there")->capture_default_str();
  sub->add_option("--smsc-password", o->password, "File with the password there")->capture_default_str();
  sub->add_option("--address", o->address, "Number of the SM-SR")->capture_default_str();
  sub->add_option("--party", o->parties,
                  "Who may call: eum=OID,KEYFILE mno=OID@URL smdp=OID@URL smsr=OID@URL")
      ->type_name("ROLE=OID[@URL][,KEYFILE]");
  sub->add_option("--resolve", o->resolve, "host:port:address:port, in place of a name look-up");
  sub->footer(
      "Examples:\n"
      "  eider smsr init --data smsr --pki pki --party eum=2.999.1,transport.key --party "
      "mno=2.999.30@https://mno.example.com:8447/ --party smdp=2.999.11@https://smdp.example.com:8448/es3\n"
      "  eider smsr init --data smsr2 --as smsrtls-p256-2 --card-certificate certsr-p256-2 --host "
      "smsr2.example.com");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::smsr_cli
