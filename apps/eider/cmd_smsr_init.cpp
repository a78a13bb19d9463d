// eider smsr init
#include <cstdio>

#include "arguments.hpp"
#include "cmd_smsr.hpp"
#include "new_directory.hpp"
#include "settings_file.hpp"
#include "spec/etsi/numbering.hpp"

namespace eider::app::smsr_cli {
namespace {
namespace fs = std::filesystem;
using pki::need;

constexpr std::string_view kTemplate =
    R"(# SM-SR of Eider. Listening addresses are HOST:PORT; files are named from this directory.
pki = "@PKI@"
as = "@AS@"                    # entry of the PKI: TLS certificate, whose registeredID is this SM-SR's OID
card_certificate = "@CERT@"    # entry of the PKI: CERT.SR.ECDSA; "": no card comes here by SM-SR change
passphrase_file = ""
url = "@URL@"                  # where others call its functions
functions = "@FUNCTIONS@"      # ES1, ES3, ES4, ES4A, ES7
sessions = "@SESSIONS@"        # SCP81: cards
metrics = "@METRICS@"          # of Prometheus, at /metrics, and /health; without TLS: this machine only; "": none
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
longer_validity = "refuse"     # a call that asks for more; "shorten": it has the longest. The answer names that
retry_seconds = 5              # of calls to others; doubled each time

[change]                       # of cards that come from another SM-SR
https_keys = true              # they get a key set for HTTPS sessions

[resolve]                      # "host:port" = "address:port", in place of a name look-up

# Who may call, and be called. The OID is the registeredID of the party's certificate. An EUM needs the key
# under which its EIS carry keys, and its certificate unless the PKI has it.
#[[party]]
#id = "2.999.30"
#as = ["mno"]                  # eum, mno, smdp, smsr, m2m-sp
#name = "mobile"
#url = "https://mno.example.com:8447/"
)";

struct Init {
  DataDirectory data;
  std::string pki = "pki", as = "smsrtls-p256", certificate = "certsr-p256", host = "smsr.example.com",
              functions = "127.0.0.1:8445", sessions = "127.0.0.1:8446", smsc = "127.0.0.1:2775",
              address = "12345", metrics, password = "smsc.secret", system_id = "smsr";
  std::vector<std::string> parties, resolve;

  void run() const {
    const auto text = settings_text();
    NewDirectory made(data.dir, kSmsr);
    made.write(kSmsr.settings(), text);
    DataDirectory inside;
    inside.dir = made.place().string();
    // What `serve` would refuse, `init` refuses.
    const auto settings = read_settings(inside.dir);
    role_settings(settings, m2m::Node::load(settings.node));
    create_store(inside);
    made.finish();
    std::printf("%s: certificates, parties and limits of the SM-SR\n", data.file("smsr.toml").c_str());
    std::printf("%s: its registry, sealed under keys/%s.kek\n", data.file("smsr.db").c_str(), kStoreKey);
  }

  // Before anything is written.
  std::string settings_text() const {
    const auto functions_port = listening_address("--functions", functions).second;
    const auto sessions_port = listening_address("--sessions", sessions).second;
    if (!metrics.empty()) listening_address("--metrics", metrics, Listen::kLoopback);
    check_host_name("--host", host);
    peer_address("--smsc", smsc);
    if (!etsi::all_digits(address) || address.empty() || address.size() > kLongestNumber)
      throw CommandError{2, "--address takes a telephone number, not \"" + address +
                                "\"\n  remedy: up to 20 digits alone, without +, like 4917655500001"};
    auto out =
        fill_template(kTemplate, {{"@PKI@", fs::absolute(pki).string()},
                                  {"@AS@", as},
                                  {"@CERT@", certificate},
                                  {"@URL@", "https://" + host + ":" + std::to_string(functions_port) + "/"},
                                  {"@FUNCTIONS@", functions},
                                  {"@SESSIONS@", sessions},
                                  {"@METRICS@", metrics},
                                  {"@SMSC@", smsc},
                                  {"@SYSTEM_ID@", system_id},
                                  {"@PASSWORD@", fs::absolute(password).string()},
                                  {"@ADDRESS@", address},
                                  {"@SESSION_PORT@", std::to_string(sessions_port)},
                                  {"@HOST@", host}});
    std::string rules;
    for (const auto& r : resolve) {
      const auto [from, to] = resolve_rule(r);
      rules += toml_line(from, to);
    }
    out.insert(out.find("# Who may call"), rules + "\n");
    NamedOnce named("--party",
                    "name it once; one of several roles has them in smsr.toml: as = [\"mno\", \"m2m-sp\"]");
    for (const auto& p : parties) out += party(p, named);
    return out;
  }

  // ROLE=OID[@URL][,KEYFILE]
  static std::string party(const std::string& text, NamedOnce& named) {
    const auto equals = text.find('=');
    const auto role = text.substr(0, equals);
    if (equals == std::string::npos || !party_of(role))
      throw CommandError{2, "--party takes ROLE=OID[@URL][,KEYFILE], not \"" + text +
                                "\"\n  remedy: ROLE is eum, mno, smdp, smsr or m2m-sp, like "
                                "mno=2.999.30@https://mno.example.com:8447/"};
    auto rest = text.substr(equals + 1);
    std::string key;
    if (const auto comma = rest.find(','); comma != std::string::npos) {
      key = rest.substr(comma + 1);
      rest.resize(comma);
    }
    const auto at = rest.find('@');
    const auto id = rest.substr(0, at);
    check_oid("--party " + role, id);
    named.take(id, text);
    std::string out = "\n[[party]]\n" + toml_line("id", id) + "as = [\"" + role + "\"]\n";
    if (at != std::string::npos) {
      check_url("--party " + role, rest.substr(at + 1));
      out += toml_line("url", rest.substr(at + 1));
    }
    if (!key.empty()) out += toml_line("transport_key_file", fs::absolute(key).string());
    return out;
  }

  static constexpr std::size_t kLongestNumber = 20;
};

}  // namespace

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
  sub->add_option("--metrics", o->metrics, "Where metrics and health listen (loopback); without it, nowhere")
      ->type_name("HOST:PORT");
  sub->add_option("--smsc", o->smsc, "SMPP port of the service centre")->capture_default_str();
  sub->add_option("--system-id", o->system_id, "Its account there")->capture_default_str();
  sub->add_option("--smsc-password", o->password, "File with the password there")->capture_default_str();
  sub->add_option("--address", o->address, "Number of the SM-SR")->capture_default_str();
  sub->add_option("--party", o->parties,
                  "Who may call: eum=OID,KEYFILE mno=OID@URL smdp=OID@URL smsr=OID@URL m2m-sp=OID@URL")
      ->type_name("ROLE=OID[@URL][,KEYFILE]");
  sub->add_option("--resolve", o->resolve, "host:port:address:port, in place of a name look-up");
  sub->footer(
      "Examples:\n"
      "  printf s3cret01 > smsc.secret            # password of its account at the service centre\n"
      "  openssl rand -hex 16 > transport.key     # agreed with the EUM\n"
      "  eider smsr init --data smsr --pki pki --party eum=2.999.5,transport.key --party "
      "mno=2.999.30@https://mno.example.com:8447/ --party smdp=2.999.11@https://smdp.example.com:8448/es3 "
      "--party m2m-sp=2.999.40@https://m2msp.example.com:8447/\n"
      "  eider smsr init --data smsr2 --as smsrtls-p256-2 --card-certificate certsr-p256-2 --host "
      "smsr2.example.com");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::smsr_cli
