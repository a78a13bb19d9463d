// eider smdp: the SM-DP of M2M on sockets: ES2 for operators, ES3 towards SM-SRs. Its Profiles are those of
// an SM-DP+'s inventory: one stock, two deliveries.
#include "cmd_smdp.hpp"

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <future>

#include "base/log.hpp"
#include "cmd_card.hpp"
#include "m2m_worker.hpp"
#include "roles/smdpp/stock.hpp"
#include "smdp_metrics.hpp"

namespace eider::app::smdp_cli {
namespace {
using namespace std::chrono_literals;
using pki::need;

class SmdpServer {
 public:
  SmdpServer(const DataDirectory& data, bool quiet) : quiet_(quiet), settings_(read_settings(data.dir)) {
    only_ = m2m::only_process(data.file("serve"), "serves the SM-DP in " + data.dir);
    node_ = m2m::Node::load(settings_.node);
    store_ = data.open();
    inventory_ = open_inventory(settings_);
    stock_ = std::make_unique<smdpp::Stock>(*inventory_, clock_);
    soap_ = std::make_unique<m2m::SoapSender>(node_);
    smdp_ = need(smdp::SmDp::create(config(), {*store_, *stock_, *soap_, clock_, random_, &counted_}));
  }

  void run() {
    card_cmd::block_interrupts();  // before any thread starts
    worker_ = std::make_unique<m2m::Worker>([this] { return turn(); });
    const auto server = node_.server(
        "listen", settings_.listen, [this](const net::HttpRequest& r) { return answer(r); },
        settings_.workers);
    std::unique_ptr<net::HttpServer> metrics;
    if (!settings_.metrics.empty()) {
      metrics = metrics::make_server(settings_.metrics, [&] {
        return report(counted_, {0, 0, 0, soap_->counters(), server->counters()}, *store_);
      });
      need(metrics->start());
    }
    std::printf("SM-DP %s\n  ES2 and ES3 port %u, mutual TLS\n", node_.id.dotted().c_str(),
                unsigned{server->port()});
    if (metrics) std::printf("  metrics port %u\n", unsigned{metrics->port()});
    std::fflush(stdout);
    card_cmd::wait_for_interrupt();
    std::puts("stopping");
    stopping_ = true;
    if (metrics) metrics->stop();
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
    c.keys = settings_.keys;
    c.download = settings_.download;
    auto trusted = certificates_of(settings_);
    c.roots = std::move(trusted.roots);
    c.eums = std::move(trusted.eums);
    c.credentials = std::move(trusted.credentials);
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
  m2m::Metrics counted_{"smdp"};
  std::unique_ptr<m2m::SoapSender> soap_;
  std::unique_ptr<smdp::SmDp> smdp_;
  std::mutex print_;
  std::atomic<bool> stopping_ = false;
  std::unique_ptr<m2m::Worker> worker_;
};

void declare(CLI::App& sub) {
  sub.require_subcommand(1);
  declare_init(sub);
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
}  // namespace eider::app::smdp_cli
