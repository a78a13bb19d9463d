// eider smdp init, and the settings that it writes.
#include <cstdio>

#include "arguments.hpp"
#include "cmd_smdp.hpp"
#include "new_directory.hpp"
#include "settings_file.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::app::smdp_cli {
namespace {
namespace fs = std::filesystem;
using crypto::CertificateRole;
using pki::need;
using pki::refuse;

constexpr const char* kStoreKey = "store";

constexpr std::string_view kTemplate =
    R"(# SM-DP of Eider. Listening addresses are HOST:PORT; files are named from this directory.
pki = "@PKI@"
as = "@AS@"                    # entry of the PKI: TLS certificate, whose registeredID is this SM-DP's OID
passphrase_file = ""
url = "@URL@"                  # ES3: where SM-SRs answer
listen = "@LISTEN@"            # ES2 at /es2, ES3 at /es3
metrics = "@METRICS@"          # of Prometheus, at /metrics, and /health; without TLS: this machine only; "": none
inventory = "@INVENTORY@"      # directory of the SM-DP+ whose Profiles it delivers
workers = 32                   # functions that may wait for their answer at the same time

[limits]
validity_seconds = 86400       # of functions that do not say
longest_validity_seconds = 2592000
longer_validity = "refuse"     # a call that asks for more; "shorten": it has the longest. The answer names that
smsr_validity_seconds = 604800 # SM-SRs are asked for no more in one call
grace_seconds = 60             # an SM-SR may answer so much later than its validity period
retry_seconds = 30             # a busy SM-SR or card, an SM-SR that was not reached; doubled each time
repeat_unanswered_seconds = 0  # an SM-SR that took a call (202) and is silent gets it again after so long; 0: never

[cards]                        # where cards and SM-SRs read SGP.02 in different ways: docs/sgp02-open-points.md
key_establishment = "isd-r"    # where its APDUs go, by INSTALL [for personalization]; "isd-p": there at once
parameters = "0B"              # bits of scenario #3, hexadecimal
one_time_key = "curve"         # 7F49 with a reference of the curve; "point": without
segment_octets = 1024          # of SCP03t, tag, length and MAC among them
segments_per_call = 16         # of one SendData
result_required = true         # false: an installation whose card says nothing at its end counts as done

[resolve]                      # "host:port" = "address:port", in place of a name look-up
)";

crypto::FileKeyStore store_keys(const DataDirectory& data) {
  return crypto::FileKeyStore(data.file("keys"), read_settings(data.dir).node.passphrase.source());
}

// OID[@URL]
struct Party {
  sgp02::EntityId id;
  std::string url;
};
Party parse_party(const std::string& option, const std::string& text) {
  const auto at = text.find('@');
  Party out{m2m::parse_entity_id(option, text.substr(0, at)), ""};
  if (at != std::string::npos) {
    out.url = text.substr(at + 1);
    check_url(option, out.url);
  }
  return out;
}

class Init {
 public:
  DataDirectory data;
  std::string pki = "pki", as = "smdptls-p256", host = "smdp.example.com", listen = "127.0.0.1:8448",
              inventory = "smdpp", metrics;
  std::vector<std::string> operators, smsrs, resolve;

  void run() const {
    const auto text = settings_text();
    const auto parties = parse_parties();
    NewDirectory made(data.dir, kSmdp);
    made.write(kSmdp.settings(), text);
    DataDirectory inside;
    inside.dir = made.place().string();
    check(read_settings(inside.dir));
    fill(inside, parties);
    made.finish();
    std::printf("SM-DP in %s\n  settings: %s\n  next: eider smdp serve --data %s\n", data.dir.c_str(),
                data.file("smdp.toml").c_str(), data.dir.c_str());
  }

 private:
  struct Parties {
    std::vector<smdp::Operator> operators;
    std::vector<smdp::SmSr> smsrs;
  };
  // What `serve` would refuse, `init` refuses.
  static void check(const Settings& settings) {
    m2m::Node::load(settings.node);
    certificates_of(settings);
    open_inventory(settings);
  }
  Parties parse_parties() const {
    Parties out;
    NamedOnce operators_named("--operator", "name it once"), smsrs_named("--smsr", "name it once");
    for (const auto& text : operators) {
      const auto party = parse_party("--operator", text);
      operators_named.take(party.id.dotted(), text);
      smdp::Operator op;
      op.id = party.id;
      op.name = party.id.dotted();
      op.notification_address = party.url;
      out.operators.push_back(std::move(op));
    }
    for (const auto& text : smsrs) {
      const auto party = parse_party("--smsr", text);
      if (party.url.empty())
        throw CommandError{2, "--smsr takes OID@URL, not \"" + text +
                                  "\"\n  remedy: like 2.999.20@https://smsr.example.com:8445/"};
      smsrs_named.take(party.id.dotted(), text);
      out.smsrs.push_back({party.id, party.id.dotted(), party.url});
    }
    return out;
  }
  static void fill(const DataDirectory& inside, const Parties& parties) {
    const auto keys = store_keys(inside);
    need(keys.create_wrapping_key(kStoreKey));
    const auto store = need(store::SmdpSqlite::open(inside.file("smdp.db").string(), {&keys, kStoreKey}));
    need(store->write([&](smdp::StoreTransaction& tx) -> Status {
      for (const auto& op : parties.operators) EIDER_CHECK(tx.put_operator(op));
      for (const auto& smsr : parties.smsrs) EIDER_CHECK(tx.put_smsr(smsr));
      return {};
    }));
  }
  std::string settings_text() const {
    const auto port = listening_address("--listen", listen).second;
    if (!metrics.empty()) listening_address("--metrics", metrics, Listen::kLoopback);
    check_host_name("--host", host);
    auto out = fill_template(kTemplate, {{"@PKI@", fs::absolute(pki).string()},
                                         {"@AS@", as},
                                         {"@URL@", "https://" + host + ":" + std::to_string(port) + "/es3"},
                                         {"@LISTEN@", listen},
                                         {"@METRICS@", metrics},
                                         {"@INVENTORY@", fs::absolute(inventory).string()}});
    for (const auto& r : resolve) {
      const auto [from, to] = resolve_rule(r);
      out += toml_line(from, to);
    }
    return out;
  }
};

}  // namespace

void declare_init(CLI::App& smdp) {
  auto o = std::make_shared<Init>();
  auto* init = smdp.add_subcommand("init", "Make the directory of an SM-DP");
  o->data.declare(*init);
  init->add_option("--pki", o->pki, "PKI directory with its certificates")->capture_default_str();
  init->add_option("--as", o->as, "Entry of the PKI: TLS certificate")->capture_default_str();
  init->add_option("--host", o->host, "Host name of the TLS certificate")->capture_default_str();
  init->add_option("--listen", o->listen, "Where it listens")->capture_default_str();
  init->add_option("--metrics", o->metrics, "Where metrics and health listen (loopback); without it, nowhere")
      ->type_name("HOST:PORT");
  init->add_option("--inventory", o->inventory, "Directory of the SM-DP+ whose Profiles it delivers")
      ->capture_default_str();
  init->add_option("--operator", o->operators, "Operator, and where it is told")->type_name("OID[@URL]");
  init->add_option("--smsr", o->smsrs, "SM-SR, and where it takes ES3")->type_name("OID@URL");
  init->add_option("--resolve", o->resolve, "host:port:address:port, in place of a name look-up");
  init->footer(
      "Examples:\n"
      "  eider smdp init --data smdp --pki pki --inventory smdpp --operator "
      "2.999.30@https://mno.example.com:8447/ --smsr 2.999.20@https://smsr.example.com:8445/");
  init->callback([o] { o->run(); });
}

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-DP")->capture_default_str()->type_name("DIR");
}
std::unique_ptr<store::SmdpSqlite> DataDirectory::open() const {
  need_server(dir, kSmdp, kSmdp.database());
  const auto keys = store_keys(*this);
  return need(store::SmdpSqlite::open(file("smdp.db").string(), {&keys, kStoreKey}));
}

std::unique_ptr<store::SmdppSqlite> open_inventory(const Settings& settings) {
  smdpp_cli::DataDirectory inventory;
  inventory.dir = settings.inventory;
  return inventory.open();
}

Certificates certificates_of(const Settings& settings) {
  Certificates out;
  const auto pki = need(crypto::PkiDirectory::open(settings.node.pki, settings.node.passphrase.source()));
  out.roots = need(pki.roots(sgp22::certificate_profile(CertificateRole::kCi)));
  for (const auto* eum : pki.find_all(CertificateRole::kEum)) out.eums.push_back(eum->certificate);
  for (const auto& entry : pki.gp_entries())
    if (entry.kind == crypto::GpCertificateKind::kSmDp && entry.has_key)
      out.credentials.push_back({entry.certificate, need(pki.signing_key(entry))});
  if (out.credentials.empty())
    refuse("the PKI has no CERT.DP.ECDSA with its key", "eider pki init --m2m makes one");
  return out;
}

namespace {
// One of two words.
bool is_first(const SettingsTable& t, const char* path, const std::string& first, const std::string& second) {
  const auto text = t.text(path, first);
  if (text != first && text != second)
    t.refuse(std::string(path) + " is \"" + text + "\"", "\"" + first + "\" or \"" + second + "\"");
  return text == first;
}
void read_cards(const SettingsTable& t, Settings& s) {
  constexpr std::size_t kLeastSegment = 64, kMostSegment = 32767;
  s.keys.to_isd_r = is_first(t, "cards.key_establishment", "isd-r", "isd-p");
  if (!is_first(t, "cards.one_time_key", "curve", "point")) s.keys.key_form = crypto::GpKeyForm::kBarePoint;
  const auto bits = from_hex(t.text("cards.parameters", to_hex({&s.keys.parameters, 1})));
  if (!bits || bits->size() != 1) t.refuse("cards.parameters is no octet in hexadecimal", "\"0B\" for one");
  s.keys.parameters = bits->front();
  const auto number = [&](const char* path, std::size_t otherwise, std::size_t least) {
    return static_cast<std::size_t>(
        t.number(path, static_cast<std::int64_t>(otherwise), static_cast<std::int64_t>(least)));
  };
  s.download.segment_size = number("cards.segment_octets", s.download.segment_size, kLeastSegment);
  if (s.download.segment_size > kMostSegment)
    t.refuse("cards.segment_octets is more than 32767", "1024 is usual");
  s.download.segments_per_call = number("cards.segments_per_call", s.download.segments_per_call, 1);
  s.download.result_required = t.flag("cards.result_required", s.download.result_required);
}
}  // namespace

Settings read_settings(const fs::path& dir) {
  const auto t = read_settings_file(dir, kSmdp,
                                    {"pki", "as", "passphrase_file", "url", "listen", "inventory", "metrics",
                                     "workers", "limits", "cards", "resolve"});
  Settings s;
  s.node = m2m::node_options(t, dir);
  s.url = t.text("url");
  s.listen = t.text("listen", "127.0.0.1:8448");
  s.metrics = t.text("metrics");
  s.inventory = t.text("inventory");
  s.workers = t.workers(s.workers);
  s.limits.validity = t.seconds("limits.validity_seconds", s.limits.validity);
  s.limits.longest_validity = t.seconds("limits.longest_validity_seconds", s.limits.longest_validity);
  s.limits.smsr_validity = t.seconds("limits.smsr_validity_seconds", s.limits.smsr_validity);
  s.limits.longer_validity = m2m::longer_validity(t.text("limits.longer_validity", "refuse"));
  s.limits.answer_grace = t.seconds("limits.grace_seconds", s.limits.answer_grace);
  s.limits.retry = t.seconds("limits.retry_seconds", s.limits.retry);
  if (const auto again = t.number("limits.repeat_unanswered_seconds", 0); again > 0)
    s.limits.repeat_unanswered = std::chrono::seconds(again);
  read_cards(t, s);
  return s;
}

}  // namespace eider::app::smdp_cli
