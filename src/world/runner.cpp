#include "world/runner.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "world/m2m/world.hpp"

namespace eider::world {
namespace {
constexpr std::size_t kLastEvents = 40;

RunOptions options_of(const RunnerOptions& o, std::uint64_t run) {
  RunOptions out;
  out.seed = o.seed;
  out.run = run;
  out.steps = o.steps;
  out.faults = o.faults;
  out.sabotage = o.sabotage;
  return out;
}

RunResult one_world(const RunnerOptions& o, const RunOptions& options) {
  if (o.architecture == Architecture::kM2m) return m2m::run_world(m2m::Foundry::shared(), options);
  return run_world(Foundry::shared(), options);
}

Failure replay(const RunnerOptions& o, std::uint64_t run, const Violation& violation) {
  std::deque<std::string> last;
  auto options = options_of(o, run);
  options.trace = [&](const std::string& line) {
    last.push_back(line);
    if (last.size() > kLastEvents) last.pop_front();
  };
  const auto again = one_world(o, options);
  if (!again.violation || again.violation->law != violation.law)
    last.push_back("the replay did not come to the same end: the run is not deterministic");
  return {run, violation, {last.begin(), last.end()}};
}

void add(Report& report, const RunResult& r, std::uint64_t run) {
  ++report.runs;
  report.steps += r.steps;
  report.messages += r.messages;
  report.commands += r.commands;
  report.downloads += r.downloads;
  report.checks += r.checks;
  report.digest += r.digest * (2 * run + 1);
  for (std::size_t n = 0; n < kFaultKinds; ++n) report.faults[n] += r.faults[n];
}
}  // namespace

Report run_worlds(const RunnerOptions& options) {
  if (options.architecture == Architecture::kM2m)
    (void)m2m::Foundry::shared();  // not a part of the time that is measured
  else
    (void)Foundry::shared();
  const auto start = std::chrono::steady_clock::now();
  Report report;
  std::mutex mutex;
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    for (;;) {
      const auto n = next.fetch_add(1);
      if (n >= options.runs) return;
      auto run_options = options_of(options, options.from + n);
      if (options.trace)
        run_options.trace = [&](const std::string& line) { options.trace(run_options.run, line); };
      const auto result = one_world(options, run_options);
      std::optional<Failure> failure;
      if (result.violation) failure = replay(options, run_options.run, *result.violation);
      const std::lock_guard lock(mutex);
      add(report, result, run_options.run);
      if (failure) report.failures.push_back(*std::move(failure));
      if (report.failures.size() >= options.max_failures) next = options.runs;
      if (options.progress && (report.runs % 16 == 0 || report.runs == options.runs))
        options.progress(report.runs, options.runs);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned n = 1; n < std::max(1u, options.jobs); ++n) threads.emplace_back(work);
  work();
  for (auto& t : threads) t.join();
  std::ranges::sort(report.failures, {}, &Failure::run);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace eider::world
