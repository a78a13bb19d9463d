// bench_smds: what an authenticated poll costs the SM-DS, against the cryptography that it cannot do without.
//
//   bench_smds [--polls N] [--clients N] [--dir DIR]
//   bench_smds --events N     a store of N events against one of 1,000
//
// A poll: InitiateAuthentication and AuthenticateClient of ES11, by an eUICC that the server has not seen
// before and that has one event; the events lie in SQLite. The handlers are called in the process, on the
// clients' threads.
#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "crypto_floor.hpp"
#include "measure.hpp"
#include "scratch.hpp"
#include "store/smds_sqlite.hpp"
#include "support/must.hpp"
#include "support/smds_fixture.hpp"

namespace {
using namespace eider;
namespace fs = std::filesystem;
namespace es9 = sgp22::es9plus;
using test::must;

struct Options {
  int polls = 1500, clients = 8;
  long events = 0;
  std::string dir = fs::temp_directory_path().string();
};

// serverSignature1 is made; CERT.EUM, CERT.EUICC and euiccSignature1 are verified.
double floor_us() {
  return bench::measure_crypto_floor(crypto::Curve::kP256, 201, {1, 3, 0, 0, 16}).session;
}

struct Bench {
  bench::ScratchDatabase file;
  std::unique_ptr<store::SmdsSqlite> store;
  test::SmDsFixture f;
  SystemRandom random;
  std::unique_ptr<smds::SmDs> server;

  Bench(const Options& o, const std::string& name) : file(o.dir, "bench-smds-" + name + ".db") {
    store = must(store::SmdsSqlite::open(file.path()));
    smds::SmDsConfig config;
    config.addresses = {f.address};
    const auto& auth = f.pki.get(crypto::CertificateRole::kDsAuth);
    config.credentials = {{auth.certificate, crypto::make_signing_key(*auth.key)}};
    config.roots = f.pki.roots;
    config.limits.sessions_per_peer = 100000;
    server = must(smds::SmDs::create(std::move(config), {*store, f.clock, random, nullptr}));
  }
  // One event for each of the cards [from, to). Many threads share a commit.
  void fill(long from, long to) {
    std::atomic<long> next = from;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 64; ++t)
      threads.emplace_back([&] {
        for (long n = next++; n < to; n = next++) {
          smds::Event e;
          e.caller = "2.999.10";
          e.event_id = "EVENT-" + std::to_string(n);
          e.eid = *sgp22::parse_eid(bench::numbered_eid(n));
          e.rsp_server_address = "smdpp.example.com";
          e.registered = true;
          e.received_at = f.clock.now();
          e.expires_at = f.clock.now() + std::chrono::hours(24 * 180);
          (void)must(store->add(e, {10'000'000, 32}));
        }
      });
  }
};

template <class Answer, class Request>
Answer ask(Bench& bench, std::string_view path, const Request& request, double& cpu) {
  const auto body = json::encode(request);
  const auto before = bench::thread_cpu();
  const auto reply = bench.server->es11({path, "application/json", as_bytes(body), "192.0.2.1", {}});
  cpu += bench::thread_cpu() - before;
  return must(json::decode<Answer>(as_text(reply.body)));
}

// True: its event was found.
bool poll(Bench& bench, test::SoftwareEuicc& card, double& cpu) {
  const auto first = ask<es9::InitiateAuthenticationResponse>(bench, es9::kInitiateAuthentication.path,
                                                              card.initiate(bench.f.address), cpu);
  const es9::AuthenticateClientRequest request{first.transactionId, card.authenticate_server(first, {})};
  const auto second =
      ask<es9::AuthenticateClientEs11Response>(bench, es9::kAuthenticateClient.path, request, cpu);
  return second.eventEntries.size() == 1;
}

struct Polls {
  double cpu_us = 0;  // of one
  std::vector<double> each;
};
// By cards [from, from + polls).
Polls run(Bench& bench, const Options& o, long from) {
  std::vector<std::unique_ptr<test::SoftwareEuicc>> cards;
  for (long n = from; n < from + o.polls; ++n)
    cards.push_back(std::make_unique<test::SoftwareEuicc>(bench.f.pki, bench::numbered_eid(n),
                                                          static_cast<std::uint64_t>(n) + 100));
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  Polls out;
  {
    std::vector<std::jthread> threads;
    for (int c = 0; c < o.clients; ++c)
      threads.emplace_back([&] {
        std::vector<double> mine;
        for (auto i = next++; i < cards.size(); i = next++) {
          double cpu = 0;
          if (!poll(bench, *cards[i], cpu)) throw std::runtime_error("an event was not found");
          mine.push_back(cpu * 1e6);
        }
        const std::lock_guard lock(mutex);
        out.each.insert(out.each.end(), mine.begin(), mine.end());
      });
  }
  for (const auto us : out.each) out.cpu_us += us / static_cast<double>(out.each.size());
  return out;
}

constexpr int kSlices = 15;

void against_the_floor(const Options& o) {
  Bench bench(o, "floor");
  bench.fill(0, static_cast<long>(kSlices + 1) * o.polls);
  (void)run(bench, o, 0);  // warms up
  std::vector<double> ratios, cpu;
  auto before = floor_us();
  for (int i = 1; i <= kSlices; ++i) {
    const auto polls = run(bench, o, static_cast<long>(i) * o.polls);
    const auto after = floor_us();
    ratios.push_back(polls.cpu_us / ((before + after) / 2));
    cpu.push_back(polls.cpu_us);
    before = after;
  }
  const auto [least, most] = std::ranges::minmax(ratios);
  std::printf("a poll, %d clients: CPU %.2f x floor (%.2f to %.2f; limit 2.5), %.0f us\n", o.clients,
              bench::percentile(ratios, 0.5), least, most, bench::percentile(cpu, 0.5));
}

// Small and large in turn, so that both see the same machine.
void against_a_small_store(const Options& o) {
  Bench small(o, "small"), large(o, "large");
  small.fill(0, 1000);
  large.fill(0, o.events);
  auto some = o;
  some.polls = 900;
  some.clients = 1;
  std::vector<double> ratios;
  for (int i = 0; i < kSlices; ++i) {
    const auto of_small = run(small, some, 0);
    const auto of_large = run(large, some, (o.events - 1000) / kSlices * i);
    ratios.push_back(bench::percentile(of_large.each, 0.5) / bench::percentile(of_small.each, 0.5));
  }
  std::printf("%ld events against 1,000: CPU of a poll %.2f times (limit 1.3), in the store %lu\n", o.events,
              bench::percentile(ratios, 0.5), static_cast<unsigned long>(must(large.store->count())));
}
}  // namespace

int main(int argc, char** argv) {
  Options o;
  CLI::App app("CPU of an SM-DS a poll");
  app.add_option("--polls", o.polls, "Of a slice")->capture_default_str();
  app.add_option("--clients", o.clients, "Threads that poll")->capture_default_str();
  app.add_option("--events", o.events, "Compare a store of so many events with one of 1,000");
  app.add_option("--dir", o.dir, "Where the stores lie")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (o.events > 0)
    against_a_small_store(o);
  else
    against_the_floor(o);
}
