// bench_lpa_polling: what a million devices cost an SM-DS by polling, and how long an event waits for its
// device, by simulation of the standard policy. Nothing of it depends on the machine: the seed decides.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/random.hpp"
#include "measure.hpp"
#include "roles/lpa/polling/policy.hpp"

namespace {
using namespace eider;
using namespace eider::lpa::polling;
using namespace std::chrono_literals;

struct Scenario {
  const char* name;
  Situation situation;
  Duration length;               // what is simulated and counted
  std::optional<Duration> down;  // the servers answer nobody for so long, at first
  bool together;                 // all devices are switched on at the beginning; else they poll since long
};
struct Found {
  double mean, peak;           // polls a second of a million devices; peak: of the busiest second
  std::vector<double> delays;  // seconds from the registration of an event to the poll that finds it
};

double uniform(SeededRandom& random) {
  return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

// One device: its polls that are answered and all polls, as times from the beginning.
template <class F>
void device(const Policy& policy, const Scenario& s, SeededRandom& random, F&& poll) {
  const Time begin = *parse_time("2026-03-01T00:00:00Z");
  const auto chance = [&] { return Chance{uniform(random), {}}; };
  auto book = found(policy, {}, s.situation, begin, chance());
  auto now = begin;
  if (s.together) {
    book.next = ask_at(policy, book, Occasion::kStart, now, chance());
  } else if (const auto interval = *book.next - begin; true) {
    book.next =
        begin + Duration(static_cast<Duration::rep>(uniform(random) * static_cast<double>(interval.count())));
  }
  for (;;) {
    now = *ask_at(policy, book, Occasion::kTime, now, chance());
    if (now >= begin + s.length) return;
    const bool answered = !s.down || now >= begin + *s.down;
    poll(now - begin, answered);
    book = asked(policy, book, answered, now, chance());
  }
}

Found simulate(const Policy& policy, const Scenario& s, unsigned devices, std::uint64_t seed) {
  SeededRandom random(seed);
  std::vector<std::uint32_t> in_second(static_cast<std::size_t>(s.length / 1s) + 1);
  Found out{};
  std::uint64_t polls = 0;
  for (unsigned i = 0; i < devices; ++i) {
    // An event comes at a random moment of the first nine tenths; the next answered poll finds it.
    const Duration event(
        static_cast<Duration::rep>(uniform(random) * 0.9 * static_cast<double>(s.length.count())));
    bool waits = true;
    device(policy, s, random, [&](Duration at, bool answered) {
      ++polls;
      ++in_second[static_cast<std::size_t>(at / 1s)];
      if (!waits || !answered || at < event) return;
      out.delays.push_back(static_cast<double>((at - event).count()) / 1000);
      waits = false;
    });
  }
  const double scale = 1e6 / devices;
  out.mean = static_cast<double>(polls) * scale / (static_cast<double>(s.length.count()) / 1000);
  out.peak = *std::ranges::max_element(in_second) * scale;
  return out;
}

std::string span(double s) {
  char text[32];
  if (s < 120)
    std::snprintf(text, sizeof text, "%.0f s", s);
  else if (s < 7200)
    std::snprintf(text, sizeof text, "%.0f min", s / 60);
  else
    std::snprintf(text, sizeof text, "%.1f h", s / 3600);
  return text;
}
void print(const Scenario& s, const Found& r, double cpu_us) {
  const auto delay = [&](double p) { return span(bench::percentile(r.delays, p)); };
  std::printf("%-46s %9.1f %9.0f %7.2f %9s %9s %9s\n", s.name, r.mean, r.peak, r.peak * cpu_us / 1e6,
              delay(0.5).c_str(), delay(0.9).c_str(), delay(0.99).c_str());
}
}  // namespace

int main(int argc, char** argv) {
  unsigned devices = 50'000;
  std::uint64_t seed = 1;
  double cpu_us = 500;
  CLI::App app("Polling of a million devices, by simulation");
  app.add_option("--devices", devices, "Simulated; results are of a million")->capture_default_str();
  app.add_option("--seed", seed, "Decides everything")->capture_default_str();
  app.add_option("--cpu", cpu_us, "Processor time of an SM-DS a poll, in microseconds")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  constexpr auto kDay = 24h;
  const Scenario scenarios[] = {
      {"one enabled", Situation::kEnabled, 14 * kDay, {}, false},
      {"one enabled, all switched on at once", Situation::kEnabled, 1h, {}, true},
      {"one enabled, SM-DS down for 6 h", Situation::kEnabled, kDay, Duration(6h), false},
      {"none enabled, first day", Situation::kNoneEnabled, kDay, {}, true},
      {"no Profile, first hour", Situation::kNoProfile, 1h, {}, true},
      {"no Profile, first day", Situation::kNoProfile, kDay, {}, true},
      {"no Profile, first hour, SM-DS down for 30 min", Situation::kNoProfile, 1h, Duration(30min), true},
  };
  for (const auto& policy : policies()) {
    std::printf("%-46s %9s %9s %7s %9s %9s %9s\n", std::string(policy.name).c_str(), "polls/s", "peak/s",
                "cores", "p50", "p90", "p99");
    for (const auto& s : scenarios) print(s, simulate(policy, s, devices, seed), cpu_us);
  }
  std::printf("cores: of the busiest second, at %.0f us of processor time a poll (--cpu)\n", cpu_us);
}
