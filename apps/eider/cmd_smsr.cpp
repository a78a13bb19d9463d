// eider smsr: the SM-SR of SGP.02 on sockets: functions (SOAP), cards by SMPP and by SCP81.
#include "cmd_smsr.hpp"

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <atomic>
#include <cstdio>

#include "arguments.hpp"
#include "base/log.hpp"
#include "cmd_card.hpp"
#include "m2m_worker.hpp"
#include "net/stream_server.hpp"
#include "smsr_metrics.hpp"
#include "spec/sgp22/certificates.hpp"

namespace eider::app::smsr_cli {
namespace {
using namespace std::chrono_literals;
using crypto::CertificateRole;
using pki::need;
using pki::refuse;

// A thread waits for the disk with what its card said: many threads wait together.
constexpr unsigned kSessionThreads = 16;
// Sessions are woken when there is something to say; else they look for what another process has brought.
constexpr Duration kSessionPause{250};

Bytes address_octets(const std::string& text) {
  Bytes out(4);
  if (::inet_pton(AF_INET, text.c_str(), out.data()) == 1) return out;
  out.resize(16);
  if (::inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
  refuse("trigger.address is an IPv4 or IPv6 address, not \"" + text + "\"");
}

// A card's session behind a connection.
class CardSession final : public net::StreamSession {
 public:
  CardSession(smsr::AdminSession session, std::function<void()> progressed)
      : session_(std::move(session)), progressed_(std::move(progressed)) {}
  Status feed(ByteView octets) override {
    auto done = session_.feed(octets);
    progressed_();
    return done;
  }
  Status poll() override { return session_.poll(); }
  void on_wake(std::function<void()> wake) override { session_.on_wake(std::move(wake)); }
  Bytes output() override { return session_.output(); }
  bool over() const override { return session_.over(); }

 private:
  smsr::AdminSession session_;
  std::function<void()> progressed_;
};

class Server {
 public:
  Server(const DataDirectory& data, bool quiet) : quiet_(quiet), settings_(read_settings(data.dir)) {
    only_ = m2m::only_process(data.file("serve"), "serves the SM-SR in " + data.dir);
    node_ = m2m::Node::load(settings_.node);
    store_ = data.open();
    soap_ = std::make_unique<m2m::SoapSender>(node_);
    sms_ =
        std::make_unique<m2m::SmppBearer>(settings_.sms, [this](std::span<const smsr::IncomingSms> messages) {
          auto taken = smsr_->on_short_messages(messages);
          wake();
          return taken;
        });
    smsr_ = need(smsr::SmSr::create(role_settings(settings_, node_),
                                    {*store_, clock_, random_, *sms_, *soap_, &counted_}));
  }

  void run() {
    card_cmd::block_interrupts();  // before any thread starts
    net::StreamServerConfig sessions;
    std::tie(sessions.address, sessions.port) = listening_address("sessions", settings_.sessions);
    sessions.threads = kSessionThreads;
    sessions.poll_interval = kSessionPause;
    net::StreamServer cards(sessions, [this](const std::string&) -> std::unique_ptr<net::StreamSession> {
      ++sessions_opened_;
      return std::make_unique<CardSession>(smsr_->open_session(), [this] { wake(); });
    });
    worker_ = std::make_unique<m2m::Worker>([this] { return turn(); });
    need(cards.start());
    need(sms_->start());
    need(smsr_->resume());
    const auto functions = node_.server(
        "functions", settings_.functions, [this](const net::HttpRequest& r) { return answer(r); },
        settings_.workers);
    std::unique_ptr<net::HttpServer> metrics;
    if (!settings_.metrics.empty()) {
      metrics = metrics::make_server(settings_.metrics, [&] { return tell_metrics(*functions, cards); });
      need(metrics->start());
    }
    std::printf(
        "SM-SR %s\n  functions port %u, mutual TLS\n  cards     port %u, TLS with their keys\n  SMPP      "
        "%s\n",
        node_.id.dotted().c_str(), unsigned{functions->port()}, unsigned{cards.port()},
        settings_.sms.smsc.c_str());
    if (metrics) std::printf("  metrics   port %u\n", unsigned{metrics->port()});
    std::fflush(stdout);
    card_cmd::wait_for_interrupt();
    std::puts("stopping");
    stopping_ = true;
    wake();
    if (metrics) metrics->stop();
    functions->stop();
    cards.stop();
    sms_->stop();
    worker_.reset();
  }

 private:
  net::HttpResponse answer(const net::HttpRequest& r) {
    if (r.method != "POST") return net::HttpResponse::of(405, "text/plain", "POST\n");
    auto reply = smsr_->handle({r.body, r.peer_certificate});
    wake();
    while (reply.held && !stopping_) {
      const auto ticket = *reply.held;
      if (auto done = smsr_->await_reply(ticket, 200ms)) {
        reply = *std::move(done);
        break;
      }
    }
    if (reply.held) return net::HttpResponse::of(503, "text/plain", "stopping\n");
    if (!quiet_) tell(r, reply.status);
    net::HttpResponse out;
    out.status = reply.status;
    out.content_type = reply.content_type;
    out.body = std::move(reply.body);
    return out;
  }
  void tell(const net::HttpRequest& r, int status) {
    const std::scoped_lock lock(print_);
    std::printf("%s %s %.*s %d\n", format_time(clock_.now()).c_str(), std::string(r.peer_address).c_str(),
                static_cast<int>(r.target.size()), r.target.data(), status);
    std::fflush(stdout);
  }

  Result<std::string> tell_metrics(const net::HttpServer& functions, const net::StreamServer& cards) {
    m2m::Metrics::Common common;
    common.soap = soap_->counters();
    common.functions = functions.counters();
    return report(counted_, common, *store_,
                  {cards.connections(), sessions_opened_, sms_->bound(), sms_->counters()});
  }

  void wake() {
    if (worker_) worker_->wake();
  }
  // Timers, calls to others, answers.
  std::optional<Time> turn() {
    // Most of what comes in leaves nothing to be done here.
    if (const auto next = smsr_->next_timer(); !next || *next > clock_.now()) return next;
    if (const auto done = smsr_->poll(); !done) log::error("smsr", done.error().message());
    return smsr_->next_timer();
  }

  bool quiet_;
  Settings settings_;
  std::unique_ptr<store::FileLock> only_;
  m2m::Node node_;
  SystemClock clock_;
  SystemRandom random_;
  std::unique_ptr<store::SmsrSqlite> store_;
  m2m::Metrics counted_{"smsr"};
  std::atomic<std::uint64_t> sessions_opened_ = 0;
  std::unique_ptr<m2m::SoapSender> soap_;
  std::unique_ptr<m2m::SmppBearer> sms_;
  std::unique_ptr<smsr::SmSr> smsr_;
  std::mutex print_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<m2m::Worker> worker_;
};

void declare(CLI::App& smsr) {
  smsr.require_subcommand(1);
  declare_init(smsr);
  declare_serve(smsr);
  declare_show(smsr);
  declare_orders(smsr);
}

const RegisterCommand kRegister{
    {22, "smsr", "Be the SM-SR: manage M2M cards over SMS and HTTPS (SGP.02)", declare}};

}  // namespace

smsr::Settings role_settings(const Settings& s, const m2m::Node& node) {
  auto role = s.role;
  role.id = node.id;
  role.url = s.url;
  role.sms_address = {0x91, s.sms.address};
  role.trigger.connection = session_connection(s);
  role.trigger.post = {{s.session_host, std::nullopt, role.admin_path}};
  const auto pki = need(crypto::PkiDirectory::open(s.node.pki, s.node.passphrase.source()));
  role.roots = need(pki.roots(sgp22::certificate_profile(CertificateRole::kCi)));
  for (auto& [id, peer] : role.peers) {
    if (!(peer.parties & sgp02::kEum) || peer.certificate) continue;
    for (const auto* eum : pki.find_all(CertificateRole::kEum))
      if (std::ranges::find(eum->certificate.registered_ids(), id) !=
              eum->certificate.registered_ids().end() ||
          !peer.certificate)
        peer.certificate = eum->certificate;
  }
  if (!s.card_certificate.empty()) {
    const auto* entry = pki.find_gp(s.card_certificate);
    if (!entry) refuse("the PKI has no " + s.card_certificate, "eider pki show lists what it has");
    role.certificate = entry->certificate;
    role.signing_key = need(pki.signing_key(*entry));
  }
  return role;
}

channel::scp81::ConnectionParameters session_connection(const Settings& s) {
  channel::scp81::ConnectionParameters connection;
  connection.bearer_description = {0x03};  // default bearer
  connection.buffer_size = 1400;
  connection.port = s.session_port;
  connection.address = address_octets(s.session_address);
  return connection;
}

void declare_serve(CLI::App& smsr) {
  static DataDirectory data;
  static bool quiet = false;
  auto* sub = smsr.add_subcommand("serve", "Serve functions and cards until Ctrl-C");
  data.declare(*sub);
  sub->add_flag("--quiet", quiet, "Do not tell each call");
  sub->footer("Examples:\n  eider smsr serve --data smsr\n  eider smsr serve --data smsr --quiet");
  sub->callback([] { Server(data, quiet).run(); });
}

}  // namespace eider::app::smsr_cli
