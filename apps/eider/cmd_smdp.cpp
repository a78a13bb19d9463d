// eider smdp: the SM-DP of M2M on sockets: ES2 for operators, ES3 towards SM-SRs. Its Profiles are those of
// an SM-DP+'s inventory: one stock, two deliveries.
#include "cmd_smdp.hpp"

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <future>
#include <sstream>
#include <toml++/toml.h>

#include "base/log.hpp"
#include "cmd_card.hpp"
#include "cmd_smdpp.hpp"
#include "m2m_worker.hpp"
#include "roles/smdpp/stock.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::app::smdp_cli {
namespace {
namespace fs = std::filesystem;
using namespace std::chrono_literals;
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
inventory = "@INVENTORY@"      # directory of the SM-DP+ whose Profiles it delivers
workers = 32                   # functions that may wait for their answer at the same time

[limits]
validity_seconds = 86400       # of functions that do not say
grace_seconds = 60             # an SM-SR may answer so much later than its validity period
retry_seconds = 30             # a busy SM-SR or card, an SM-SR that was not reached; doubled each time

[resolve]                      # "host:port" = "address:port", in place of a name look-up
)";

struct Party {
  std::string id, url;
};

class Init {
 public:
  DataDirectory data;
  fs::path file(const char* name) const { return data.file(name); }

  void run() const {
    const auto& dir = data.dir;
    if (fs::exists(file("smdp.toml"))) refuse(dir + " is the directory of an SM-DP already");
    std::error_code failed;
    fs::create_directories(dir, failed);
    if (failed) refuse("cannot make " + dir + ": " + failed.message());
    fs::permissions(dir, fs::perms::owner_all, failed);
    std::ofstream out(file("smdp.toml"));
    out << settings_text();
    out.close();
    if (!out) refuse("cannot write " + file("smdp.toml").string());
    const crypto::FileKeyStore keys(file("keys"), crypto::no_passphrase());
    need(keys.create_wrapping_key(kStoreKey));
    const auto store = need(store::SmdpSqlite::open(file("smdp.db").string(), {&keys, kStoreKey}));
    need(store->write([&](smdp::StoreTransaction& tx) -> Status {
      for (const auto& p : operators) {
        const auto party = split(p);
        smdp::Operator op;
        op.id = m2m::parse_entity_id("--operator", party.id);
        op.name = party.id;
        op.notification_address = party.url;
        EIDER_CHECK(tx.put_operator(op));
      }
      for (const auto& p : smsrs) {
        const auto party = split(p);
        EIDER_CHECK(tx.put_smsr({m2m::parse_entity_id("--smsr", party.id), party.id, party.url}));
      }
      return {};
    }));
    std::printf("SM-DP in %s\n  settings: %s\n  next: eider smdp serve --data %s\n", dir.c_str(),
                file("smdp.toml").c_str(), dir.c_str());
  }

  std::string pki = "pki", as = "smdptls-p256", host = "smdp.example.com", listen = "127.0.0.1:8448",
              inventory = "smdpp";
  std::vector<std::string> operators, smsrs, resolve;

 private:
  static Party split(const std::string& text) {
    const auto at = text.find('@');
    return {text.substr(0, at), at == std::string::npos ? "" : text.substr(at + 1)};
  }
  std::string settings_text() const {
    const auto port = listen.substr(listen.rfind(':') + 1);
    const std::pair<std::string_view, std::string> values[] = {
        {"@PKI@", fs::absolute(pki).string()},
        {"@AS@", as},
        {"@URL@", "https://" + host + ":" + port + "/es3"},
        {"@LISTEN@", listen},
        {"@INVENTORY@", fs::absolute(inventory).string()}};
    std::string out(kTemplate);
    for (const auto& [name, value] : values) out.replace(out.find(name), name.size(), value);
    for (const auto& r : resolve) {
      const auto colon = r.find(':', r.find(':') + 1);
      if (colon == std::string::npos)
        throw CommandError{2, "--resolve takes host:port:address:port, not " + r};
      out += "\"" + r.substr(0, colon) + "\" = \"" + r.substr(colon + 1) + "\"\n";
    }
    return out;
  }
};

class SmdpServer {
 public:
  SmdpServer(const DataDirectory& data, bool quiet) : quiet_(quiet), settings_(read_settings(data.dir)) {
    only_ = m2m::only_process(data.file("serve"), "serves the SM-DP in " + data.dir);
    node_ = m2m::Node::load(settings_.node);
    store_ = data.open();
    smdpp_cli::DataDirectory inventory;
    inventory.dir = settings_.inventory;
    inventory_ = inventory.open();
    stock_ = std::make_unique<smdpp::Stock>(*inventory_, clock_);
    soap_ = std::make_unique<m2m::SoapSender>(node_);
    smdp_ = need(smdp::SmDp::create(config(), {*store_, *stock_, *soap_, clock_, random_}));
  }

  void run() {
    card_cmd::block_interrupts();  // before any thread starts
    worker_ = std::make_unique<m2m::Worker>([this] { return turn(); });
    const auto server = node_.server(
        settings_.listen, [this](const net::HttpRequest& r) { return answer(r); }, settings_.workers);
    std::printf("SM-DP %s\n  ES2 and ES3 port %u, mutual TLS\n", node_.id.dotted().c_str(),
                unsigned{server->port()});
    std::fflush(stdout);
    card_cmd::wait_for_interrupt();
    std::puts("stopping");
    stopping_ = true;
    server->stop();
    worker_.reset();
  }

 private:
  smdp::SmDpConfig config() const {
    smdp::SmDpConfig c;
    c.self.id = node_.id;
    c.self.name = "SM-DP";
    c.self.address = settings_.url;
    c.limits = settings_.limits;
    const auto pki = need(crypto::PkiDirectory::open(settings_.node.pki, settings_.node.passphrase.source()));
    c.roots = need(pki.roots(sgp22::certificate_profile(CertificateRole::kCi)));
    for (const auto* eum : pki.find_all(CertificateRole::kEum)) c.eums.push_back(eum->certificate);
    for (const auto& entry : pki.gp_entries())
      if (entry.kind == crypto::GpCertificateKind::kSmDp && entry.has_key)
        c.credentials.push_back({entry.certificate, need(pki.signing_key(entry))});
    if (c.credentials.empty())
      refuse("the PKI has no CERT.DP.ECDSA with its key", "eider pki init --m2m makes one");
    return c;
  }

  // Held until it is answered: a function of a card takes as long as the card does.
  net::HttpResponse answer(const net::HttpRequest& r) {
    if (r.method != "POST") return net::HttpResponse::of(405, "text/plain", "POST\n");
    const auto path = r.target.substr(0, r.target.find('?'));
    HttpReply reply;
    if (path == "/es3") {
      reply = smdp_->es3({r.body, r.peer_certificate});
      wake();
    } else if (path == "/es2") {
      const auto done = std::make_shared<std::promise<HttpReply>>();
      auto answered = done->get_future();
      smdp_->es2({r.body, r.peer_certificate}, [done](HttpReply out) { done->set_value(std::move(out)); });
      wake();
      while (answered.wait_for(50ms) != std::future_status::ready)
        if (stopping_) return net::HttpResponse::of(503, "text/plain", "stopping\n");
      reply = answered.get();
    } else {
      return net::HttpResponse::of(404, "text/plain", "/es2 and /es3\n");
    }
    if (!quiet_) tell(r, reply.status);
    net::HttpResponse out;
    out.status = reply.status;
    for (auto& h : reply.headers)
      if (equal_ignoring_case(h.name, "content-type")) out.content_type = std::move(h.value);
    out.body = std::move(reply.body);
    return out;
  }
  void tell(const net::HttpRequest& r, int status) {
    const std::scoped_lock lock(print_);
    std::printf("%s %s %.*s %d\n", format_time(clock_.now()).c_str(), std::string(r.peer_address).c_str(),
                static_cast<int>(r.target.size()), r.target.data(), status);
    std::fflush(stdout);
  }
  void wake() {
    if (worker_) worker_->wake();
  }
  std::optional<Time> turn() {
    const auto next = smdp_->run();
    if (next) return *next;
    log::error("smdp", next.error().message());
    return std::nullopt;
  }

  bool quiet_;
  Settings settings_;
  std::unique_ptr<store::FileLock> only_;
  m2m::Node node_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::SmdpSqlite> store_;
  std::unique_ptr<store::SmdppSqlite> inventory_;
  std::unique_ptr<smdpp::Stock> stock_;
  std::unique_ptr<m2m::SoapSender> soap_;
  std::unique_ptr<smdp::SmDp> smdp_;
  std::mutex print_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<m2m::Worker> worker_;
};

void declare(CLI::App& sub) {
  sub.require_subcommand(1);
  auto o = std::make_shared<Init>();
  auto* init = sub.add_subcommand("init", "Make the directory of an SM-DP");
  o->data.declare(*init);
  init->add_option("--pki", o->pki, "PKI directory with its certificates")->capture_default_str();
  init->add_option("--as", o->as, "Entry of the PKI: TLS certificate")->capture_default_str();
  init->add_option("--host", o->host, "Host name of the TLS certificate")->capture_default_str();
  init->add_option("--listen", o->listen, "Where it listens")->capture_default_str();
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
  auto* serve = sub.add_subcommand("serve", "Serve operators and SM-SRs until Ctrl-C");
  static DataDirectory data;
  static bool quiet = false;
  data.declare(*serve);
  serve->add_flag("--quiet", quiet, "Do not tell each call");
  serve->footer("Examples:\n  eider smdp serve --data smdp");
  serve->callback([] { SmdpServer(data, quiet).run(); });
  declare_show(sub);
  declare_orders(sub);
}

const RegisterCommand kRegisterSmdp{
    {21, "smdp", "Be the SM-DP: download Profiles into M2M cards through their SM-SR (SGP.02)", declare}};

}  // namespace

void DataDirectory::declare(CLI::App& sub) {
  sub.add_option("--data", dir, "Directory of the SM-DP")->capture_default_str()->type_name("DIR");
}
std::unique_ptr<store::SmdpSqlite> DataDirectory::open() const {
  if (!fs::exists(file("smdp.db"))) refuse("no SM-DP in " + dir, "make one: eider smdp init --data " + dir);
  const crypto::FileKeyStore keys(file("keys"), read_settings(dir).node.passphrase.source());
  return need(store::SmdpSqlite::open(file("smdp.db").string(), {&keys, kStoreKey}));
}

Settings read_settings(const fs::path& dir) {
  const auto file = dir / "smdp.toml";
  toml::table t;
  try {
    t = toml::parse_file(file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream what;
    what << file.string() << ": " << e;
    refuse(what.str(), "make the directory with eider smdp init, or correct the file");
  }
  Settings s;
  for (const auto& [key, value] : t) {
    constexpr std::string_view kKnown[] = {"pki",       "as",      "passphrase_file", "url",    "listen",
                                           "inventory", "workers", "limits",          "resolve"};
    if (std::ranges::find(kKnown, key.str()) == std::end(kKnown))
      refuse(file.string() + ": unknown setting \"" + std::string(key.str()) + "\"",
             "eider smdp init writes all of them");
  }
  s.node.pki = t["pki"].value_or(std::string());
  s.node.name = t["as"].value_or(std::string());
  if (const auto passphrase = t["passphrase_file"].value_or(std::string()); !passphrase.empty())
    s.node.passphrase.file = (dir / passphrase).string();
  s.url = t["url"].value_or(std::string());
  s.listen = t["listen"].value_or(std::string("127.0.0.1:8448"));
  s.inventory = t["inventory"].value_or(std::string());
  s.workers = static_cast<unsigned>(t["workers"].value_or(std::int64_t{s.workers}));
  const auto limit = [&](const char* name, Duration& to) {
    if (const auto n = t["limits"][name].value<std::int64_t>(); n && *n > 0) to = Duration(*n * 1000);
  };
  limit("validity_seconds", s.limits.validity);
  limit("grace_seconds", s.limits.answer_grace);
  limit("retry_seconds", s.limits.retry);
  if (const auto* resolve = t["resolve"].as_table())
    for (const auto& [key, value] : *resolve)
      s.node.resolve.push_back(std::string(key.str()) + ":" + value.value_or(std::string()));
  return s;
}

}  // namespace eider::app::smdp_cli
