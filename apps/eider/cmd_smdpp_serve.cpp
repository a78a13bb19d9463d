// eider smdpp serve: ES9+, ES2+, the outbox, metrics.
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <pthread.h>
#include <thread>

#include "arguments.hpp"
#include "base/log.hpp"
#include "cmd_smdpp.hpp"
#include "metrics.hpp"
#include "net/crl_fetcher.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "roles/smdpp/es12_client.hpp"
#include "roles/smdpp/outbox.hpp"
#include "smdpp_identity.hpp"
#include "smdpp_metrics.hpp"
#include "spec/sgp22/certificates.hpp"
#include "spec/sgp22/oids.hpp"

namespace eider::app::smdpp_cli {
namespace {
using crypto::CertificateRole;
using Clock = std::chrono::steady_clock;

std::vector<Bytes> certificates_of(const crypto::PkiDirectory& pki, CertificateRole role) {
  std::vector<Bytes> out;
  for (const auto* entry : pki.find_all(role)) out.push_back(to_bytes(entry->certificate.der()));
  return out;
}

class Server {
 public:
  Server(const DataDirectory& data, const Settings& settings, bool quiet)
      : settings_(settings), quiet_(quiet) {
    store_ = data.open();
    const auto pki = open_pki(settings);
    smdpp::SmDpPlusConfig config;
    config.addresses = settings.addresses;
    identity_ = choose_identity(pki, settings.oid, settings.addresses.front());
    config.credentials = identity_.credentials;
    config.roots = need(pki.roots(sgp22::certificate_profile(CertificateRole::kCi)));
    config.crls = need(pki.crls());
    config.limits = settings.limits;
    config.crl_policy = settings.crl;
    make_clients(pki, identity_.oid);
    smdpp_ = need(smdpp::SmDpPlus::create(std::move(config), {*store_, clock_, random_, smds_.get()}));
    make_servers(pki);
  }

  void run() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts
    need(es9_->start());
    if (es2_) need(es2_->start());
    need(metrics_->start());
    std::jthread outbox([this](const std::stop_token& token) { send_outbox(token); });
    std::jthread crls([this](const std::stop_token& token) { refresh_crls(token); });
    std::printf("SM-DP+ %s (%s)\n  ES9+    port %u\n", smdpp_->address().c_str(),
                smdpp_->oid().dotted().c_str(), es9_->port());
    if (es2_)
      std::printf("  ES2+    port %u, mutual TLS\n", es2_->port());
    else
      std::printf("  ES2+    not served: the PKI has no operator CA (eider pki issue --role operator-ca)\n");
    std::printf("  metrics port %u\n", metrics_->port());
    for (const auto& other : identity_.others)
      std::printf("  not served: %s, also in the PKI (oid in smdpp.toml, or --oid, chooses)\n",
                  other.c_str());
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    std::puts("stopping");
    es9_->stop();
    if (es2_) es2_->stop();
    outbox.request_stop();
    crls.request_stop();
    wake_.notify_all();
    outbox.join();
    crls.join();
    metrics_->stop();
  }

 private:
  void make_clients(const crypto::PkiDirectory& pki, const std::string& oid) {
    net::HttpClientConfig config;
    config.identity = identity_.tls.front();
    config.resolve = settings_.resolve;
    config.web_roots = settings_.web_roots;
    config.trust_anchors = certificates_of(pki, CertificateRole::kCi);
    auto smds = config;
    smds.policy_required = true;
    smds.server_policies.assign(std::begin(sgp22::oid::kTlsOfSmds), std::end(sgp22::oid::kTlsOfSmds));
    smds_http_ = need(net::HttpClient::create(std::move(smds)));
    for (auto& ca : certificates_of(pki, CertificateRole::kOperatorCa))
      config.trust_anchors.push_back(std::move(ca));
    for (const auto& file : settings_.notification_roots)
      for (auto& der : need(net::load_certificates(file))) config.trust_anchors.push_back(std::move(der));
    operator_http_ = need(net::HttpClient::create(std::move(config)));
    smds_ = std::make_unique<smdpp::Es12Client>(*smds_http_, random_, oid);
  }

  void make_servers(const crypto::PkiDirectory& pki) {
    net::HttpServerConfig es9;
    es9.identities = identity_.tls;
    es9.threads = settings_.workers;
    auto es2 = es9;
    std::tie(es9.address, es9.port) = listening_address("es9plus", settings_.es9plus);
    std::tie(es2.address, es2.port) = listening_address("es2plus", settings_.es2plus);
    es2.client_authentication = net::ClientAuthentication::kRequired;
    es2.client_anchors = certificates_of(pki, CertificateRole::kOperatorCa);
    es9_ = std::make_unique<net::HttpServer>(std::move(es9),
                                             [this](const net::HttpRequest& r) { return answer(r, false); });
    if (!es2.client_anchors.empty())
      es2_ = std::make_unique<net::HttpServer>(std::move(es2),
                                               [this](const net::HttpRequest& r) { return answer(r, true); });
    metrics_ = metrics::make_server(settings_.metrics, [this] { return report(); });
  }

  net::HttpResponse answer(const net::HttpRequest& r, bool es2plus) {
    const auto start = Clock::now();
    const auto path = r.target.substr(0, r.target.find('?'));
    HttpReply reply;
    if (r.method != "POST") {
      reply.status = 405;
    } else {
      const smdpp::Request request{path,           r.header("content-type"), r.body,
                                   r.peer_address, r.peer_certificate,       r.header("x-admin-protocol")};
      reply = es2plus ? smdpp_->es2plus(request) : smdpp_->es9plus(request);
    }
    const auto spent = Clock::now() - start;
    counted_.answered(path, reply, spent);
    if (!quiet_) log_access(r, path, reply, spent);
    if (!reply.body.empty() || reply.status == 204) wake_.notify_one();
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

  void log_access(const net::HttpRequest& r, std::string_view path, const HttpReply& reply,
                  Clock::duration spent) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(spent).count();
    const auto time = format_time(clock_.now());
    std::printf("%s %.*s %.*s %.*s %d %zu %zu %.1fms\n", time.c_str(),
                static_cast<int>(r.peer_address.size()), r.peer_address.data(),
                static_cast<int>(r.method.size()), r.method.data(), static_cast<int>(path.size()),
                path.data(), reply.status, r.body.size(), reply.body.size(), static_cast<double>(us) / 1000);
    std::fflush(stdout);
  }

  Result<std::string> report() {
    Metrics::Now now;
    EIDER_CHECK(store_->read([&](smdpp::StoreReader& reader) -> Status {
      EIDER_TRY(n, reader.outbox_size());
      now.outbox_entries = n;
      return {};
    }));
    now.live_sessions = smdpp_->live_sessions();
    now.store_commits = store_->commits();
    now.store_writes = store_->writes();
    now.es9plus = es9_->counters();
    if (es2_) now.es2plus = es2_->counters();
    return counted_.text(now);
  }

  // The first round right away; requests are judged by the CRLs of the store until it is done.
  void refresh_crls(const std::stop_token& token) {
    net::HttpGetOptions options;
    options.resolve = settings_.resolve;
    net::CrlFetcher fetcher(std::move(options));
    while (!token.stop_requested()) {
      const auto round = smdpp_->refresh_crls(fetcher);
      if (!round) log::error("smdpp", "CRLs: " + round.error().message());
      if (round) counted_.crls_fetched(round->fetched, round->failed);
      if (round && round->fetched + round->failed > 0 && !quiet_) {
        std::printf("CRLs: %zu taken, %zu failed\n", round->fetched, round->failed);
        std::fflush(stdout);
      }
      std::unique_lock lock(wake_mutex_);
      wake_crls_.wait_for(lock, token, std::chrono::seconds(1), [] { return false; });
    }
  }

  void send_outbox(const std::stop_token& token) {
    while (!token.stop_requested()) {
      const auto round = smdpp::send_outbox(*store_, clock_, *operator_http_, smds_.get());
      if (!round) log::error("smdpp", "outbox: " + round.error().message());
      if (round) counted_.outbox_sent(round->delivered, round->postponed);
      if (round && round->delivered > 0) continue;
      std::unique_lock lock(wake_mutex_);
      wake_.wait_for(lock, std::chrono::seconds(1));
    }
  }

  Settings settings_;
  bool quiet_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::SmdppSqlite> store_;
  ServerIdentity identity_;
  std::unique_ptr<net::HttpClient> smds_http_, operator_http_;
  std::unique_ptr<smdpp::Es12Client> smds_;
  std::unique_ptr<smdpp::SmDpPlus> smdpp_;
  Metrics counted_;
  std::mutex wake_mutex_;
  std::condition_variable wake_;
  std::condition_variable_any wake_crls_;
  std::unique_ptr<net::HttpServer> es9_, es2_, metrics_;
};

struct Serve {
  DataDirectory data;
  std::string es9plus, es2plus, metrics, oid;
  unsigned workers = 0;
  bool quiet = false;
  void run() const {
    auto settings = data.settings();
    if (!es9plus.empty()) settings.es9plus = es9plus;
    if (!es2plus.empty()) settings.es2plus = es2plus;
    if (!metrics.empty()) settings.metrics = metrics;
    if (workers) settings.workers = workers;
    if (!oid.empty()) settings.oid = oid;
    Server(data, settings, quiet).run();
  }
};

}  // namespace

void declare_serve(CLI::App& smdpp) {
  auto* sub = smdpp.add_subcommand("serve", "Serve ES9+ and ES2+ until interrupted");
  auto o = std::make_shared<Serve>();
  o->data.declare(*sub);
  sub->add_option("--es9plus", o->es9plus, "Where ES9+ listens, in place of the settings")
      ->type_name("HOST:PORT");
  sub->add_option("--es2plus", o->es2plus, "Where ES2+ listens")->type_name("HOST:PORT");
  sub->add_option("--metrics", o->metrics, "Where metrics and health listen")->type_name("HOST:PORT");
  sub->add_option("--workers", o->workers, "Threads that answer requests");
  sub->add_option("--oid", o->oid, "Which SM-DP+ to be, when the PKI has several")->type_name("OID");
  sub->add_flag("--quiet", o->quiet, "No access log on standard output");
  sub->callback([o] { o->run(); });
}

}  // namespace eider::app::smdpp_cli
