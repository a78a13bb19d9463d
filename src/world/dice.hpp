// Every decision of a world comes from dice: streams of one (seed, run), so that a run replays exactly.
#pragma once
#include "base/random.hpp"

namespace eider::world {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  // Uniform in [low, high].
  std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }
  bool chance(std::uint64_t per_mille) { return per_mille != 0 && below(1000) < per_mille; }
  template <class List>
  auto& pick(List& list) {
    return list[static_cast<std::size_t>(below(list.size()))];
  }

 private:
  SeededRandom random_;
};

// The seed of one stream of one run. Streams are independent: a fault more does not change what the actors
// want.
enum class Stream : std::uint64_t {
  kSetup = 1,
  kActors,
  kFaults,
  kServer,
  kCard,
  kLpa,
  kUser,
  kCore,
  kHandset,
  kDesk
};
std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t run, Stream stream, std::uint64_t index = 0);

}  // namespace eider::world
