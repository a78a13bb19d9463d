// bench_sealing: what it costs to seal and open one value of the SM-DP+'s store.
#include "crypto/sealing.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace {

double cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

template <class F>
double microseconds(F&& once) {
  constexpr int kRounds = 20000;
  for (int i = 0; i < 1000; ++i) once();
  const double start = cpu();
  for (int i = 0; i < kRounds; ++i) once();
  return (cpu() - start) / kRounds * 1e6;
}

}  // namespace

int main() {
  using namespace eider;
  const auto key = *crypto::SealingKey::make(Secret(Bytes(32, 1)));
  const Bytes place(30, 2);
  for (const std::size_t octets : {200u, 12u * 1024}) {
    const Bytes value(octets, 3);
    const auto sealed = key.seal(value, place);
    std::size_t sum = 0;
    const double seal = microseconds([&] { sum += key.seal(value, place).size(); });
    const double open = microseconds([&] { sum += key.open(sealed, place)->size(); });
    std::printf("%6zu octets: seal %.2f us, open %.2f us\n", octets, seal, open);
    if (sum == 0) return 1;
  }
}
