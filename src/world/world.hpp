// The consumer ecosystem in one process: cards, LPAs, SM-DP+ and operators on simulated time, with faults
// drawn from a seed, under the laws of docs/architecture.md. One run is one life of one small world; it
// replays exactly.
#pragma once
#include <string>
#include <vector>

#include "world/server.hpp"

namespace eider::world {

struct RunOptions {
  std::uint64_t seed = 1;
  std::uint64_t run = 0;
  unsigned steps = 30;
  unsigned faults = 2;  // level: 0 none, 1 rare, 2 usual, 3 often
  Journal::Sink trace;  // every event; empty: none
  const Sabotage* sabotage = nullptr;
};

struct RunResult {
  std::optional<Violation> violation;
  unsigned steps = 0;  // done
  FaultCounts faults{};
  std::uint64_t messages = 0, commands = 0;  // HTTP requests, ES10 commands and APDUs of modems
  std::uint64_t downloads = 0;               // Profiles installed
  std::uint64_t checks = 0;                  // laws
  std::uint64_t digest = 0;                  // of everything that was decided: equal for equal runs
};

// Safe to call from several threads at once.
RunResult run_world(const Foundry& foundry, const RunOptions& options);

}  // namespace eider::world
