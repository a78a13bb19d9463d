#include "world/dice.hpp"

namespace eider::world {

std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t run, Stream stream, std::uint64_t index) {
  std::uint64_t h = 0x243F6A8885A308D3u;
  for (const std::uint64_t part : {seed, run, static_cast<std::uint64_t>(stream), index}) {
    h ^= part + 0x9E3779B97F4A7C15u + (h << 6) + (h >> 2);
    h ^= h >> 31;
    h *= 0xBF58476D1CE4E5B9u;
    h ^= h >> 29;
  }
  return h;
}

}  // namespace eider::world
