// Authentication and key agreement: what one AUTHENTICATE costs in each algorithm, without the APDU around it
// and without the write of the SQN. Prints computations a second on one core and fails below the limit of
// 50,000.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/random.hpp"
#include "crypto/suci.hpp"
#include "profile/network_authentication.hpp"

namespace {
using namespace eider;
using namespace eider::profile;

constexpr double kLimit = 50'000;

saip::AkaParameter parameters(saip::AlgorithmId id, std::uint8_t options, Random& random) {
  saip::AkaParameter p;
  auto& algo = p.algoConfiguration.value.emplace<saip::AlgoParameter>();
  algo.algorithmID = id;
  algo.algorithmOptions = saip::octet(options);
  algo.key = Secret(random.bytes(16));
  algo.opc = Secret(random.bytes(id == saip::AlgorithmId::kTuak ? 32 : 16));
  return p;
}

// Vectors are made beforehand: the network's half is not measured.
double authentications(const saip::AkaParameter& p, Random& random) {
  const auto aka = NetworkAuthentication::make(p).value();
  const auto network = make_algorithm(*p.algoConfiguration.algo()).value();
  constexpr std::size_t kCount = 100'000;
  std::vector<std::pair<AkaRand, Bytes>> vectors;
  for (std::size_t i = 0; i < kCount; ++i) {
    const auto rand = random.fixed<16>();
    auto concealed = to_sqn(i + 1, i % kIndCount);
    const auto mac = network->f1(rand, concealed, AkaAmf{});
    const auto ak = network->f2345(rand).ak;
    for (std::size_t j = 0; j < 6; ++j) concealed[j] ^= ak[j];
    vectors.emplace_back(rand, concat({concealed, AkaAmf{}, mac}));
  }
  auto state = aka.initial_state();
  const auto start = std::chrono::steady_clock::now();
  for (const auto& [rand, autn] : vectors)
    if (aka.authenticate(state, rand, autn).verdict != AkaVerdict::kAccepted) std::abort();
  return kCount / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double concealments(crypto::SuciScheme scheme, Random& random) {
  const auto key = crypto::suci_public_key(scheme, Secret(random.bytes(32))).value();
  constexpr int kCount = 2'000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kCount; ++i)
    if (!crypto::suci_conceal(scheme, key, hex("00012080F6"), random)) std::abort();
  return kCount / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  SeededRandom random(3);
  bool met = true;
  const auto row = [&](const char* name, saip::AlgorithmId id, std::uint8_t options) {
    const double rate = authentications(parameters(id, options, random), random);
    met = met && rate > kLimit;
    std::printf("%-34s %10.0f a second  (limit %.0f)\n", name, rate, kLimit);
  };
  row("MILENAGE", saip::AlgorithmId::kMilenage, 0x01);
  row("TUAK, 128 bits, one iteration", saip::AlgorithmId::kTuak, 0x01);
  row("TUAK, 256 bits, one iteration", saip::AlgorithmId::kTuak, 0x53);
  row("test algorithm", saip::AlgorithmId::kUsimTestAlgorithm, 0x02);
  std::printf("%-34s %10.0f a second\n", "SUCI profile A",
              concealments(crypto::SuciScheme::kProfileA, random));
  std::printf("%-34s %10.0f a second\n", "SUCI profile B",
              concealments(crypto::SuciScheme::kProfileB, random));
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
