// Many runs, several at a time, and what came of them.
#pragma once
#include "world/world.hpp"

namespace eider::world {

enum class Architecture : std::uint8_t { kConsumer, kM2m };

struct RunnerOptions {
  Architecture architecture = Architecture::kConsumer;
  std::uint64_t seed = 1;
  std::uint64_t from = 0;  // number of the first run
  std::uint64_t runs = 1000;
  unsigned steps = 30;
  unsigned faults = 2;
  unsigned jobs = 1;
  std::size_t max_failures = 5;        // then no further run begins
  const Sabotage* sabotage = nullptr;  // of consumer worlds
  // Called from one thread at a time.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  std::function<void(std::uint64_t run, const std::string& line)> trace;
};

struct Failure {
  std::uint64_t run = 0;
  Violation violation;
  std::vector<std::string> last_events;  // of a replay
};

struct Report {
  std::uint64_t runs = 0, steps = 0, messages = 0, commands = 0, downloads = 0, checks = 0;
  FaultCounts faults{};
  std::uint64_t digest = 0;       // of all runs, whatever their order
  double seconds = 0;             // of real time
  std::vector<Failure> failures;  // by run
};

Report run_worlds(const RunnerOptions& options);

}  // namespace eider::world
