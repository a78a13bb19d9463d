// The M2M ecosystem in one process: cards in devices that come and go, a service centre, two SM-SRs, an
// SM-DP, Operators and an M2M SP, on simulated time, with faults drawn from a seed, under the laws of
// docs/architecture.md. One run is one life of one small world; it replays exactly.
#pragma once
#include "world/m2m/foundry.hpp"
#include "world/m2m/sabotage.hpp"
#include "world/world.hpp"

namespace eider::world::m2m {

// As run_world() of the consumer ecosystem. Safe to call from several threads at once.
RunResult run_world(const Foundry& foundry, const RunOptions& options, const Sabotage* sabotage = nullptr);

}  // namespace eider::world::m2m
