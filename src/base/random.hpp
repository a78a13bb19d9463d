#pragma once
#include <cstdint>

#include "base/bytes.hpp"

namespace eider {

// The only source of randomness a protocol core sees.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  Bytes bytes(std::size_t n) {
    Bytes out(n);
    fill(out);
    return out;
  }
  template <std::size_t N>
  FixedBytes<N> fixed() {
    FixedBytes<N> out;
    fill(out);
    return out;
  }
  // Uniform in [0, bound); bound > 0.
  std::uint64_t below(std::uint64_t bound);
};

// The kernel's generator (getrandom). Safe to share between threads.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// Repeatable, for simulations and tests only. Not safe to share between threads.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::uint8_t> out) override;
  std::uint64_t next();

 private:
  std::uint64_t state_[4];
};

}  // namespace eider
