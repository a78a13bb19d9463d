// eider smds serve: ES11, ES12 and ES15, the purge, metrics.
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <thread>

#include "arguments.hpp"
#include "base/log.hpp"
#include "cmd_smds.hpp"
#include "metrics.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "roles/smds/es15_client.hpp"
#include "smds_identity.hpp"
#include "smds_metrics.hpp"
#include "smds_push.hpp"
#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::app::smds_cli {
namespace {
using crypto::CertificateRole;

std::vector<Bytes> ci_anchors(const crypto::PkiDirectory& pki) {
  std::vector<Bytes> out;
  for (const auto* entry : pki.find_all(CertificateRole::kCi))
    out.push_back(to_bytes(entry->certificate.der()));
  return out;
}

class SmdsServer {
 public:
  SmdsServer(const DataDirectory& data, const Settings& settings, bool quiet)
      : settings_(settings), quiet_(quiet), store_(data.open()) {
    const auto pki = open_pki(settings);
    identity_ = identity_of(pki, settings.oid);
    smds::SmDsConfig config;
    config.addresses = settings.addresses;
    config.credentials = identity_.credentials;
    config.roots = need(pki.roots(sgp22::certificate_profile(CertificateRole::kCi)));
    config.crls = need(pki.crls());
    config.limits = settings.limits;
    if (!settings.root.empty()) make_root_client(pki);
    if (!settings.push.empty())
      push_ = need(SmdsPush::make(need(parse_https_url(settings.push)), ci_anchors(pki), settings.resolve));
    smds_ = need(smds::SmDs::create(std::move(config), {*store_, clock_, random_, root_.get(), push_.get()}));
    make_servers(pki);
  }

  void run() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts
    need(es11_->start());
    need(es12_->start());
    need(metrics_->start());
    std::jthread care([this](const std::stop_token& token) { take_care(token); });
    std::printf("%s SM-DS %s (%s)\n  ES11    port %u\n  ES12    port %u, mutual TLS\n",
                root_ ? "Alternative" : "Root", smds_->address().c_str(), smds_->oid().dotted().c_str(),
                es11_->port(), es12_->port());
    if (root_) std::printf("  ES15    to %s\n", settings_.root.c_str());
    if (push_) std::printf("  push    to %s\n", settings_.push.c_str());
    std::printf("  metrics port %u\n", metrics_->port());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    std::puts("stopping");
    es11_->stop();
    es12_->stop();
    care.request_stop();
    care.join();
    metrics_->stop();
  }

 private:
  void make_root_client(const crypto::PkiDirectory& pki) {
    net::HttpClientConfig config;
    config.identity = identity_.tls.front();
    config.resolve = settings_.resolve;
    config.trust_anchors = ci_anchors(pki);
    config.policy_required = true;
    config.server_policies.assign(std::begin(sgp22::oid::kTlsOfSmds), std::end(sgp22::oid::kTlsOfSmds));
    root_http_ = need(net::HttpClient::create(std::move(config)));
    root_ = std::make_unique<smds::Es15Client>(*root_http_, random_, settings_.root, identity_.oid);
  }

  void make_servers(const crypto::PkiDirectory& pki) {
    net::HttpServerConfig es11;
    es11.identities = identity_.tls;
    es11.threads = settings_.workers;
    es11.max_body = 256 * 1024;
    auto es12 = es11;
    std::tie(es11.address, es11.port) = listening_address("es11", settings_.es11);
    std::tie(es12.address, es12.port) = listening_address("es12", settings_.es12);
    es12.client_authentication = net::ClientAuthentication::kRequired;
    es12.client_anchors = ci_anchors(pki);
    es11_ = std::make_unique<net::HttpServer>(std::move(es11),
                                              [this](const net::HttpRequest& r) { return answer(r, false); });
    es12_ = std::make_unique<net::HttpServer>(std::move(es12),
                                              [this](const net::HttpRequest& r) { return answer(r, true); });
    metrics_ = metrics::make_server(settings_.metrics, [this] { return report(); });
  }

  net::HttpResponse answer(const net::HttpRequest& r, bool es12) {
    const auto start = std::chrono::steady_clock::now();
    const auto path = r.target.substr(0, r.target.find('?'));
    HttpReply reply;
    if (r.method != "POST") {
      reply.status = 405;
    } else {
      const server::Request request{path,           r.header("content-type"), r.body,
                                    r.peer_address, r.peer_certificate,       r.header("x-admin-protocol")};
      reply = es12 ? smds_->es12(request) : smds_->es11(request);
    }
    const auto spent = std::chrono::steady_clock::now() - start;
    counted_.answered(path, reply, spent);
    if (!quiet_) log_request(r, path, reply, spent);
    net::HttpResponse out;
    out.status = reply.status;
    for (auto& h : reply.headers) {
      if (equal_ignoring_case(h.name, "content-type"))
        out.content_type = std::move(h.value);
      else
        out.headers.push_back(std::move(h));
    }
    out.body = std::move(reply.body);
    return out;
  }

  // No EID and no event: the log may be read by more people than the events are for. Nor the size of an
  // answer of ES11, which tells how many there were.
  void log_request(const net::HttpRequest& r, std::string_view path, const HttpReply& reply,
                   std::chrono::nanoseconds spent) const {
    const auto time = format_time(clock_.now());
    std::printf("%s %.*s %.*s %.*s %d %.1fms\n", time.c_str(), static_cast<int>(r.peer_address.size()),
                r.peer_address.data(), static_cast<int>(r.method.size()), r.method.data(),
                static_cast<int>(path.size()), path.data(), reply.status,
                std::chrono::duration<double, std::milli>(spent).count());
    std::fflush(stdout);
  }

  Result<std::string> report() {
    EIDER_TRY(events, store_->count());
    Metrics::Now now;
    now.events = events;
    now.live_sessions = smds_->live_sessions();
    now.store_commits = store_->commits();
    now.store_writes = store_->writes();
    now.es11 = es11_->counters();
    now.es12 = es12_->counters();
    return counted_.text(now);
  }

  // What has expired goes; CRLs that were put into the PKI directory come into force.
  void take_care(const std::stop_token& token) {
    constexpr auto kPause = std::chrono::seconds(1);
    constexpr int kCrlEvery = 60;
    std::condition_variable_any wake;
    std::mutex mutex;
    for (int round = 1; !token.stop_requested(); ++round) {
      const auto purged = smds_->purge();
      if (!purged) log::error("smds", "purge: " + purged.error().message());
      if (purged) counted_.purged(purged->removed, purged->postponed);
      if (round % kCrlEvery == 0) reload_crls();
      if (purged && purged->removed > 0 && purged->postponed == 0) continue;
      std::unique_lock lock(mutex);
      wake.wait_for(lock, token, kPause, [] { return false; });
    }
  }
  void reload_crls() {
    const auto pki = crypto::PkiDirectory::open(settings_.pki);
    auto crls = pki ? pki->crls() : fail(pki.error());
    if (crls)
      smds_->use_crls(*std::move(crls));
    else
      log::error("smds", "CRLs: " + crls.error().message());
  }

  Settings settings_;
  bool quiet_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::SmdsSqlite> store_;
  DsIdentity identity_;
  std::unique_ptr<net::HttpClient> root_http_;
  std::unique_ptr<smds::Es15Client> root_;
  std::unique_ptr<SmdsPush> push_;
  std::unique_ptr<smds::SmDs> smds_;
  Metrics counted_;
  std::unique_ptr<net::HttpServer> es11_, es12_, metrics_;
};

struct ServeOptions {
  DataDirectory data;
  std::string es11, es12, metrics, root, oid, push;
  unsigned workers = 0;
  bool quiet = false;
  void run() const {
    auto settings = data.settings();
    if (!es11.empty()) settings.es11 = es11;
    if (!es12.empty()) settings.es12 = es12;
    if (!metrics.empty()) settings.metrics = metrics;
    if (!root.empty()) settings.root = root;
    if (!oid.empty()) settings.oid = oid;
    if (!push.empty()) settings.push = push;
    if (workers) settings.workers = workers;
    SmdsServer(data, settings, quiet).run();
  }
};

}  // namespace

void declare_serve(CLI::App& smds) {
  auto* sub = smds.add_subcommand("serve", "Serve ES11, ES12 and ES15 until interrupted");
  auto o = std::make_shared<ServeOptions>();
  o->data.declare(*sub);
  sub->add_option("--es11", o->es11, "Where ES11 listens, in place of the settings")->type_name("HOST:PORT");
  sub->add_option("--es12", o->es12, "Where ES12 and ES15 listen")->type_name("HOST:PORT");
  sub->add_option("--metrics", o->metrics, "Where metrics and health listen")->type_name("HOST:PORT");
  sub->add_option("--root", o->root, "ES15 address of the Root SM-DS")->type_name("HOST[:PORT]");
  sub->add_option("--push", o->push, "Push service that is told the EIDs of eUICCs with a new event")
      ->type_name("URL");
  sub->add_option("--oid", o->oid, "Which SM-DS to be, when the PKI has several")->type_name("OID");
  sub->add_option("--workers", o->workers, "Threads that answer requests");
  sub->add_flag("--quiet", o->quiet, "No access log on standard output");
  sub->footer(
      "Examples:\n  eider smds serve --data root\n"
      "  eider smds serve --data alt --es11 0.0.0.0:443 --root smds.example.com:8452");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::smds_cli
