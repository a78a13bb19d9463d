// eider world: many lives of small simulated ecosystems under the laws.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <thread>
#include <unistd.h>

#include "base/log.hpp"
#include "command.hpp"
#include "world/runner.hpp"

namespace eider::app::world_cmd {
namespace {
using world::Architecture;
using world::FaultKind;

std::string fault_line(const world::FaultCounts& counts) {
  std::string out;
  for (std::size_t n = 0; n < counts.size(); ++n) {
    if (counts[n] == 0) continue;
    if (!out.empty()) out += ", ";
    out += std::string(world::to_string(static_cast<FaultKind>(n))) + " " + std::to_string(counts[n]);
  }
  return out.empty() ? "none" : out;
}

std::string_view name_of(Architecture a) {
  return a == Architecture::kM2m ? "m2m" : "consumer";
}

void print_text(const world::RunnerOptions& options, const world::Report& r) {
  std::printf("%s: %llu runs, %llu steps, %llu messages, %llu commands to cards in %.1f s (%.0f runs/s)\n",
              options.architecture == Architecture::kM2m ? "M2M" : "consumer",
              static_cast<unsigned long long>(r.runs), static_cast<unsigned long long>(r.steps),
              static_cast<unsigned long long>(r.messages), static_cast<unsigned long long>(r.commands),
              r.seconds, r.seconds > 0 ? static_cast<double>(r.runs) / r.seconds : 0.0);
  std::printf("%llu Profiles installed, %llu checks of the laws\n",
              static_cast<unsigned long long>(r.downloads), static_cast<unsigned long long>(r.checks));
  std::printf("faults: %s\n", fault_line(r.faults).c_str());
  if (r.failures.empty()) std::printf("every law held\n");
}

void print_json(const world::RunnerOptions& options, const world::Report& r) {
  const auto seed = options.seed;
  boost::json::object faults;
  for (std::size_t n = 0; n < r.faults.size(); ++n)
    faults[world::to_string(static_cast<FaultKind>(n))] = r.faults[n];
  boost::json::array failures;
  for (const auto& f : r.failures)
    failures.push_back(
        {{"seed", seed}, {"run", f.run}, {"law", f.violation.law}, {"what", f.violation.what}});
  const boost::json::object out{{"architecture", name_of(options.architecture)},
                                {"seed", seed},
                                {"runs", r.runs},
                                {"steps", r.steps},
                                {"messages", r.messages},
                                {"commands", r.commands},
                                {"installed", r.downloads},
                                {"checks", r.checks},
                                {"seconds", r.seconds},
                                {"faults", std::move(faults)},
                                {"digest", r.digest},
                                {"violations", std::move(failures)}};
  std::printf("%s\n", boost::json::serialize(out).c_str());
}

// The last events before the law was broken, from a replay, and how to see all of them.
void print_failure(const world::RunnerOptions& options, const world::Failure& failure) {
  const std::string architecture(name_of(options.architecture));
  std::fprintf(stderr, "\n%s run %llu of seed %llu breaks the law %s:\n  %s\n", architecture.c_str(),
               static_cast<unsigned long long>(failure.run), static_cast<unsigned long long>(options.seed),
               failure.violation.law.c_str(), failure.violation.what.c_str());
  for (const auto& line : failure.last_events) std::fprintf(stderr, "    %s\n", line.c_str());
  std::fprintf(stderr,
               "replay: eider world --%s --seed %llu --from %llu --runs 1 --steps %u --faults %u --trace\n",
               architecture.c_str(), static_cast<unsigned long long>(options.seed),
               static_cast<unsigned long long>(failure.run), options.steps, options.faults);
}

struct Settings {
  world::RunnerOptions runner;
  bool trace = false, json = false, consumer = false, m2m = false;
};

// How many runs broke a law.
std::size_t run_architecture(const Settings& settings, Architecture architecture) {
  auto options = settings.runner;
  options.architecture = architecture;
  if (settings.trace) {
    options.jobs = 1;
    options.trace = [](std::uint64_t run, const std::string& line) {
      std::printf("%llu  %s\n", static_cast<unsigned long long>(run), line.c_str());
    };
  } else if (!settings.json && isatty(STDERR_FILENO)) {
    options.progress = [](std::uint64_t done, std::uint64_t total) {
      constexpr std::uint64_t kWidth = 40;
      const auto filled = static_cast<int>(total ? done * kWidth / total : kWidth);
      std::fprintf(stderr, "\r[%.*s%*s] %llu/%llu", filled, "########################################",
                   static_cast<int>(kWidth) - filled, "", static_cast<unsigned long long>(done),
                   static_cast<unsigned long long>(total));
      if (done == total) std::fprintf(stderr, "\n");
    };
  }
  const auto report = world::run_worlds(options);
  if (settings.json)
    print_json(options, report);
  else
    print_text(options, report);
  std::fflush(stdout);
  for (const auto& failure : report.failures) print_failure(options, failure);
  return report.failures.size();
}

void run(const Settings& settings) {
  // Injected faults are no news.
  if (!log::enabled(log::Level::kDebug)) log::set_level(log::Level::kOff);
  const bool both = settings.consumer == settings.m2m;
  std::size_t broken = 0;
  if (both || settings.consumer) broken += run_architecture(settings, Architecture::kConsumer);
  if (both || settings.m2m) broken += run_architecture(settings, Architecture::kM2m);
  if (broken != 0) throw CommandError{1, std::to_string(broken) + " runs broke a law"};
}

const RegisterCommand kWorld({
    .order = 80,
    .name = "world",
    .summary = "Simulate whole ecosystems, consumer and M2M, with faults, and check the laws",
    .declare =
        [](CLI::App& sub) {
          auto settings = std::make_shared<Settings>();
          auto& r = settings->runner;
          r.jobs = std::max(1u, std::thread::hardware_concurrency());
          sub.add_flag("--consumer", settings->consumer,
                       "Worlds of cards, LPAs, SM-DP+ and operators (SGP.22)");
          sub.add_flag("--m2m", settings->m2m,
                       "Worlds of cards in devices, SM-SRs, SM-DP, service centre and operators (SGP.02). "
                       "Without either flag: both, one after the other");
          sub.add_option("--seed", r.seed, "Seed of all runs")->capture_default_str();
          sub.add_option("--runs", r.runs, "How many runs of each")
              ->capture_default_str()
              ->check(CLI::PositiveNumber);
          sub.add_option("--from", r.from, "Number of the first run")->capture_default_str();
          sub.add_option("--steps", r.steps, "Steps of a run before the quiet")->capture_default_str();
          sub.add_option("--faults", r.faults,
                         "How often things go wrong: 0 never, 1 rarely, 2 usually, 3 often")
              ->capture_default_str()
              ->check(CLI::Range(0, 3));
          sub.add_option("--jobs", r.jobs, "Runs at the same time")
              ->capture_default_str()
              ->check(CLI::Range(1, 256));
          sub.add_flag("--trace", settings->trace, "Print every event");
          sub.add_flag("--json", settings->json, "Report as JSON, one object a line for each architecture");
          sub.callback([settings] { run(*settings); });
        },
});
}  // namespace
}  // namespace eider::app::world_cmd
