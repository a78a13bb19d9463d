// bench_smdpp: what a complete ES9+ session costs the SM-DP+, against the cryptography that it cannot do
// without.
//
//   bench_smdpp [--sessions N] [--clients N] [--octets N] [--only handlers|http] [--dir DIR]
//   bench_smdpp --profiles N     an inventory of N against one of 1,000
//   bench_smdpp --flat N         memory over N sessions
//
// A session: InitiateAuthentication, AuthenticateClient, GetBoundProfilePackage (12 KB, bound afresh),
// HandleNotification; state in SQLite, durable before each answer. Every eUICC is new to the server.
#include <arpa/inet.h>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <latch>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "crypto_floor.hpp"
#include "measure.hpp"
#include "net/http_server.hpp"
#include "scratch.hpp"
#include "store/smdpp_sqlite.hpp"
#include "support/smdpp_fixture.hpp"

namespace {

using namespace eider;
namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;
using test::SmDpPlusFixture;

using bench::percentile;
using bench::process_cpu;
using bench::resident_kb;
using bench::seconds;
using bench::thread_cpu;

struct Options {
  int sessions = 2500, clients = 32, octets = 12 * 1024;
  long profiles = 0, flat = 0;
  std::string dir = fs::temp_directory_path().string(), only;
};

// A server over a database of its own.
struct Bench {
  bench::ScratchDatabase file;
  std::unique_ptr<store::SmdppSqlite> store;
  std::unique_ptr<SmDpPlusFixture> f;
  SystemRandom random;
  SystemClock clock;
  std::unique_ptr<smdpp::SmDpPlus> server;
  int octets;

  Bench(const Options& o, const std::string& name)
      : file(o.dir, "bench-smdpp-" + name + ".db"), octets(o.octets) {
    store = test::must(store::SmdppSqlite::open(file.path()));
    f = std::make_unique<SmDpPlusFixture>(*store);
    f->put_operator("op", f->client_certificate);
    smdpp::SmDpPlusConfig config;
    config.addresses = {"smdpp.example.com"};
    config.credentials = test::dp_credentials(f->pki, f->curves);
    config.roots = f->pki.roots;
    config.limits.sessions_per_peer = 100000;
    server = test::must(smdpp::SmDpPlus::create(std::move(config), {*store, f->clock, random, nullptr}));
  }
  static std::string code(long n) { return "BENCH-" + std::to_string(n); }
  static smdpp::Iccid iccid(long n) {
    char digits[21];
    std::snprintf(digits, sizeof digits, "8949%015ld", n);
    return *sgp22::parse_iccid(digits);
  }
  smdpp::Profile profile(long n, bool released) const {
    smdpp::Profile p;
    p.iccid = iccid(n);
    p.type = "op-prepaid";
    p.owner = "op";
    sgp22::StoreMetadataRequest m;
    m.iccid = p.iccid;
    m.serviceProviderName = "Eider Mobile";
    m.profileName = "Prepaid";
    p.metadata = der::encode(m);
    p.requirements.size_octets = static_cast<std::uint32_t>(octets);
    if (!released) return p;
    p.state = smdpp::ProfileState::kReleased;
    p.order.emplace();
    p.order->matching_id = code(n);
    return p;
  }
  // Profiles [from, to): Released with their packages, or only rows of the inventory.
  void fill(long from, long to, bool released) {
    for (long n = from; n < to;) {
      test::must(store->write([&](smdpp::StoreTransaction& tx) -> Status {
        for (long end = std::min(to, n + 5000); n < end; ++n) {
          auto p = profile(n, released);
          EIDER_CHECK(tx.put_profile(p));
          if (released) EIDER_CHECK(tx.put_package(p.iccid, random.bytes(static_cast<std::size_t>(octets))));
        }
        return {};
      }));
    }
  }
};

// How a client reaches the server; `cpu` gathers what the calls took on this thread.
struct Channel {
  virtual ~Channel() = default;
  virtual std::string call(std::string_view path, const std::string& body) = 0;
  std::vector<double> latencies;  // milliseconds
  double cpu = 0;
};

struct DirectChannel final : Channel {
  smdpp::SmDpPlus& server;
  explicit DirectChannel(smdpp::SmDpPlus& s) : server(s) {}
  std::string call(std::string_view path, const std::string& body) override {
    const auto start = Steady::now();
    const auto before = thread_cpu();
    auto reply = server.es9plus({path, "application/json", as_bytes(body), "192.0.2.1", {}});
    cpu += thread_cpu() - before;
    latencies.push_back(std::chrono::duration<double, std::milli>(Steady::now() - start).count());
    if (reply.status >= 300) throw std::runtime_error("HTTP " + std::to_string(reply.status));
    return std::string(as_text(reply.body));
  }
};

struct HttpChannel final : Channel {
  int fd;
  std::string buffer;
  explicit HttpChannel(std::uint16_t port) : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("connect");
  }
  ~HttpChannel() override { ::close(fd); }
  std::string call(std::string_view path, const std::string& body) override {
    std::string request =
        "POST " + std::string(path) +
        " HTTP/1.1\r\nHost: smdpp.example.com\r\nUser-Agent: gsma-rsp-lpad\r\n"
        "X-Admin-Protocol: gsma/rsp/v2.6.1\r\nContent-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    const auto start = Steady::now();
    if (::send(fd, request.data(), request.size(), 0) != static_cast<ssize_t>(request.size()))
      throw std::runtime_error("send");
    buffer.clear();
    std::size_t header = std::string::npos, length = 0;
    char chunk[32768];
    while (header == std::string::npos || buffer.size() < header + 4 + length) {
      const auto n = ::recv(fd, chunk, sizeof chunk, 0);
      if (n <= 0) throw std::runtime_error("the server closed the connection");
      buffer.append(chunk, static_cast<std::size_t>(n));
      if (header != std::string::npos) continue;
      header = buffer.find("\r\n\r\n");
      if (header == std::string::npos) continue;
      const auto at = buffer.find("Content-Length: ");
      length = at < header ? std::strtoul(buffer.c_str() + at + 16, nullptr, 10) : 0;
    }
    latencies.push_back(std::chrono::duration<double, std::milli>(Steady::now() - start).count());
    if (buffer.compare(9, 1, "2") != 0) throw std::runtime_error(buffer.substr(0, 40));
    return buffer.substr(header + 4);
  }
};

namespace es9 = sgp22::es9plus;

template <class Answer, class Request>
Answer ask(Channel& channel, std::string_view path, const Request& request) {
  const auto text = channel.call(path, json::encode(request));
  const auto header = test::must(json::decode<sgp22::EmptyResponse>(text));
  if (const auto failed = sgp22::fault_of(header.header)) throw std::runtime_error(Fault(*failed).message());
  return test::must(json::decode<Answer>(text));
}

void run_session(Channel& channel, test::SoftwareEuicc& card, long n) {
  const auto first = ask<es9::InitiateAuthenticationResponse>(channel, es9::kInitiateAuthentication.path,
                                                              card.initiate("smdpp.example.com"));
  const auto second = ask<es9::AuthenticateClientResponse>(
      channel, es9::kAuthenticateClient.path,
      es9::AuthenticateClientRequest{first.transactionId, card.authenticate_server(first, Bench::code(n))});
  const auto third = ask<es9::GetBoundProfilePackageResponse>(
      channel, es9::kGetBoundProfilePackage.path,
      es9::GetBoundProfilePackageRequest{second.transactionId, card.prepare_download(second, {})});
  if (third.boundProfilePackage.empty()) throw std::runtime_error("no package");
  channel.call(es9::kHandleNotification.path,
               json::encode(es9::HandleNotificationRequest{card.success(Bench::iccid(n))}));
}

struct Outcome {
  int sessions = 0;
  double server_cpu = 0, wall = 0;  // seconds
  std::uint64_t commits = 0;
  std::vector<double> latencies;  // milliseconds
  double server_cpu_us() const { return server_cpu / sessions * 1e6; }
  double p50() const { return percentile(latencies, 0.5); }
  void add(Outcome other) {
    sessions += other.sessions;
    server_cpu += other.server_cpu;
    wall += other.wall;
    commits += other.commits;
    latencies.insert(latencies.end(), other.latencies.begin(), other.latencies.end());
  }
};

using MakeChannel = std::function<std::unique_ptr<Channel>()>;

// Profiles [from, from + sessions) by `clients` threads. The cards exist before the clock starts.
Outcome run(Bench& bench, int clients, long from, int sessions, const MakeChannel& make, bool http) {
  std::vector<std::unique_ptr<test::SoftwareEuicc>> cards;
  for (int i = 0; i < sessions; ++i) {
    const auto n = static_cast<int>(from) + i;
    cards.push_back(std::make_unique<test::SoftwareEuicc>(bench.f->pki, bench::numbered_eid(n),
                                                          static_cast<std::uint64_t>(n) + 100));
  }
  std::atomic<int> next = 0;
  std::mutex mutex;
  std::vector<double> latencies;
  double direct_cpu = 0, client_cpu = 0;
  const auto commits = bench.store->commits();
  std::latch ready(clients + 1);
  std::vector<std::thread> threads;
  for (int c = 0; c < clients; ++c)
    threads.emplace_back([&] {
      const auto channel = make();
      ready.arrive_and_wait();
      const auto begin = thread_cpu();
      for (int i = next++; i < sessions; i = next++)
        run_session(*channel, *cards[static_cast<std::size_t>(i)], from + i);
      const std::lock_guard lock(mutex);
      client_cpu += thread_cpu() - begin;
      direct_cpu += channel->cpu;
      latencies.insert(latencies.end(), channel->latencies.begin(), channel->latencies.end());
    });
  ready.arrive_and_wait();
  const auto start = Steady::now();
  const auto cpu = process_cpu();
  for (auto& t : threads) t.join();
  Outcome o;
  o.sessions = sessions;
  o.wall = std::chrono::duration<double>(Steady::now() - start).count();
  // In one process with its clients: over HTTP the server is what the clients' threads did not use.
  o.server_cpu = http ? process_cpu() - cpu - client_cpu : direct_cpu;
  o.commits = bench.store->commits() - commits;
  o.latencies = std::move(latencies);
  return o;
}

// Clock rates drift with what else the machine does. So each line is measured in slices, the floor before and
// after each, and the ratio is the median of the slices.
class Line {
 public:
  void slice(Outcome o) {
    const double after = bench::measure_crypto_floor().session;
    ratios_.push_back(o.server_cpu_us() / ((before_ + after) / 2));
    before_ = after;
    all_.add(std::move(o));
  }
  void print(const std::string& what) const {
    const auto [least, most] = std::ranges::minmax(ratios_);
    std::printf(
        "%-28s CPU %4.2f x floor (%4.2f to %4.2f; limit 2.5), %4.0f us/session  %6.1f sessions/s  call p50 "
        "%5.2f ms  "
        "p99 %6.2f ms (limit 25)  %4.1f calls/commit\n",
        what.c_str(), percentile(ratios_, 0.5), least, most, all_.server_cpu_us(), all_.sessions / all_.wall,
        all_.p50(), percentile(all_.latencies, 0.99),
        4.0 * all_.sessions / static_cast<double>(all_.commits));
    std::fflush(stdout);
  }
  const Outcome& all() const { return all_; }

 private:
  double before_ = bench::measure_crypto_floor().session;
  std::vector<double> ratios_;
  Outcome all_;
};

// Profiles that no session has used yet.
struct Supply {
  Bench& bench;
  int sessions;
  long next = 0;
  long take() {
    bench.fill(next, next + sessions, true);
    return std::exchange(next, next + sessions);
  }
};

constexpr int kSlices = 25;

void measure(const std::string& what, Supply& supply, int clients, const MakeChannel& make, bool http) {
  auto& bench = supply.bench;
  run(bench, clients, supply.take(), supply.sessions, make, http);  // warms up
  Line line;
  for (int i = 0; i < kSlices; ++i)
    line.slice(run(bench, clients, supply.take(), supply.sessions, make, http));
  line.print(what + ", " + std::to_string(clients) + (clients == 1 ? " client" : " clients"));
}

void handlers(const Options& o, Supply& supply) {
  const auto direct = [&] { return std::make_unique<DirectChannel>(*supply.bench.server); };
  for (const int clients : {1, 2, 4, o.clients}) measure("handlers", supply, clients, direct, false);
}

void over_http(const Options& o, Supply& supply) {
  auto& bench = supply.bench;
  net::HttpServerConfig config;
  config.plain_http = true;
  config.threads = static_cast<unsigned>(o.clients);
  config.max_requests_per_connection = 1'000'000;
  net::HttpServer server(config, [&](const net::HttpRequest& r) {
    auto reply = bench.server->es9plus({r.target, r.header("content-type"), r.body, r.peer_address, {}});
    net::HttpResponse out;
    out.status = reply.status;
    out.content_type = std::string(reply.header("content-type"));
    out.body = std::move(reply.body);
    return out;
  });
  test::must(server.start());
  const auto http = [&] { return std::make_unique<HttpChannel>(server.port()); };
  for (const int clients : {1, o.clients}) measure("keep-alive HTTP", supply, clients, http, true);
  server.stop();
}

void standard(const Options& o) {
  const auto parts = bench::measure_crypto_floor();
  std::printf("floor: %.0f us (sign %.1f, verify %.1f, generate %.1f, agree %.1f, package %.1f)\n",
              parts.session, parts.sign, parts.verify, parts.generate, parts.agree, parts.package);
  Bench bench(o, "standard");
  Supply supply{bench, std::max(o.sessions / kSlices, o.clients)};
  if (o.only != "http") handlers(o, supply);
  if (o.only != "handlers") over_http(o, supply);
}

void compare_inventories(const Options& o) {
  const auto inventory = [&](long profiles) {
    Bench bench(o, std::to_string(profiles));
    const int sessions = o.sessions / kSlices;
    bench.fill(0, sessions * (kSlices + 1), true);
    bench.fill(1'000'000'000, 1'000'000'000 + profiles - sessions * (kSlices + 1), false);
    const auto direct = [&] { return std::make_unique<DirectChannel>(*bench.server); };
    run(bench, 1, 0, sessions, direct, false);  // warms up
    Line line;
    for (int i = 1; i <= kSlices; ++i) line.slice(run(bench, 1, i * sessions, sessions, direct, false));
    line.print(std::to_string(profiles) + " profiles");
    return line;
  };
  const auto small = inventory(std::max(1000L, static_cast<long>(o.sessions)));
  const auto large = inventory(o.profiles);
  std::printf("%-28s p50 %.2f x, CPU %.2f x (limit 1.3)\n", "large against small inventory",
              large.all().p50() / small.all().p50(),
              large.all().server_cpu_us() / small.all().server_cpu_us());
}

// The same few cards and Profiles over and over: each Profile is ordered again when it is installed.
void stay_flat(const Options& o) {
  Bench bench(o, "flat");
  constexpr int kCards = 64;
  bench.fill(0, kCards, true);
  std::vector<std::unique_ptr<test::SoftwareEuicc>> cards;
  for (int i = 0; i < kCards; ++i)
    cards.push_back(std::make_unique<test::SoftwareEuicc>(bench.f->pki, bench::numbered_eid(i),
                                                          static_cast<std::uint64_t>(i) + 100));
  DirectChannel channel(*bench.server);
  long at_start = 0;
  for (long i = 0; i < o.flat; ++i) {
    const auto n = i % kCards;
    run_session(channel, *cards[static_cast<std::size_t>(n)], n);
    channel.latencies.clear();
    bench.f->clock.advance(std::chrono::seconds(1));
    test::must(bench.store->write(
        [&](smdpp::StoreTransaction& tx) -> Status {
          auto fresh = bench.profile(n, true);
          EIDER_TRY(old, tx.profile(fresh.iccid));
          fresh.version = old->version;
          EIDER_TRY(due, tx.due_outbox(Time::max(), 100));
          for (const auto& e : due) EIDER_CHECK(tx.remove_outbox(e.id));
          return tx.put_profile(fresh);
        },
        smdpp::Durability::kProcess));
    if (i == o.flat / 20) at_start = resident_kb();
    if (i % (o.flat / 10 + 1) == 0)
      std::printf("%8ld sessions  resident %ld KB\n", i, resident_kb()), std::fflush(stdout);
  }
  std::printf("%8ld sessions  resident %ld KB, %+ld KB since %ld sessions\n", o.flat, resident_kb(),
              resident_kb() - at_start, o.flat / 20);
}

int main_or_throw(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const long value = std::strtol(argv[i + 1], nullptr, 10);
    if (name == "--sessions")
      o.sessions = static_cast<int>(std::max(20L, value));
    else if (name == "--clients")
      o.clients = static_cast<int>(value);
    else if (name == "--octets")
      o.octets = static_cast<int>(value);
    else if (name == "--profiles")
      o.profiles = value;
    else if (name == "--flat")
      o.flat = value;
    else if (name == "--only")
      o.only = argv[i + 1];
    else if (name == "--dir")
      o.dir = argv[i + 1];
    else
      return std::fprintf(stderr, "unknown option %s\n", argv[i]), 2;
  }
  if (o.profiles) compare_inventories(o);
  if (o.flat) stay_flat(o);
  if (!o.profiles && !o.flat) standard(o);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_or_throw(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench_smdpp: %s\n", e.what());
    return 1;
  }
}
