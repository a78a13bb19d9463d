// Authentication and key agreement: what one AUTHENTICATE costs in each algorithm, without the APDU around it
// and without the write of the SQN. Prints computations a second on one core and fails below the limit of
// 50,000.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "base/random.hpp"
#include "crypto/suci.hpp"
#include "profile/network_authentication.hpp"
#include "support/uicc_profile.hpp"

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

using Vectors = std::vector<std::pair<AkaRand, Bytes>>;

// Made beforehand: the network's half is not measured.
Vectors vectors_for(const saip::AkaParameter& p, std::size_t count, Random& random) {
  const auto network = make_algorithm(*p.algoConfiguration.algo()).value();
  Vectors out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto rand = random.fixed<16>();
    auto concealed = to_sqn(i + 1, i % kIndCount);
    const auto mac = network->f1(rand, concealed, AkaAmf{});
    const auto ak = network->f2345(rand).ak;
    for (std::size_t j = 0; j < 6; ++j) concealed[j] ^= ak[j];
    out.emplace_back(rand, concat({concealed, AkaAmf{}, mac}));
  }
  return out;
}

double rate(std::size_t count, std::chrono::steady_clock::time_point start) {
  return static_cast<double>(count) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double computations(const saip::AkaParameter& p, Random& random) {
  const auto aka = NetworkAuthentication::make(p).value();
  const auto vectors = vectors_for(p, 100'000, random);
  auto state = aka.initial_state();
  const auto start = std::chrono::steady_clock::now();
  for (const auto& [rand, autn] : vectors)
    if (aka.authenticate(state, rand, autn).verdict != AkaVerdict::kAccepted) std::abort();
  return rate(vectors.size(), start);
}

double commands(Random& random) {
  test::Sim sim;
  saip::AkaParameter p;
  const auto package = test::uicc_test_package(test::kIccidA);
  for (const auto& part : test::must(read_package(package))) {
    const auto e = test::must(saip::decode_element(part.der));
    if (const auto* aka = e.as<saip::AkaParameter>(); aka && p.algoConfiguration.mapping()) p = *aka;
  }
  std::vector<Bytes> apdus;
  for (const auto& [rand, autn] : vectors_for(p, 50'000, random))
    apdus.push_back(
        CommandApdu{0x00, 0x88, 0x00, 0x81, concat({hex("10"), rand, hex("10"), autn}), 256}.encode());
  if (sim.t.application(test::kUsim) != 0x9000) std::abort();
  if (sim.t.sw("0020000108" + std::string(test::kPin1)) != 0x9000) std::abort();
  const auto start = std::chrono::steady_clock::now();
  for (const auto& apdu : apdus) {
    const auto sw = sim.euicc.transmit(apdu);
    if (!sw || sw->size() != 2 || (*sw)[0] != 0x61) std::abort();
    const auto r = sim.euicc.transmit(Bytes{0x00, 0xC0, 0x00, 0x00, (*sw)[1]});
    if (!r || (*r)[0] != 0xDB) std::abort();
  }
  return rate(apdus.size(), start);
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
  const auto report = [&](const char* name, double per_second) {
    met = met && per_second > kLimit;
    std::printf("%-34s %10.0f a second  (limit %.0f)\n", name, per_second, kLimit);
  };
  const auto row = [&](const char* name, saip::AlgorithmId id, std::uint8_t options) {
    report(name, computations(parameters(id, options, random), random));
  };
  row("MILENAGE", saip::AlgorithmId::kMilenage, 0x01);
  row("TUAK, 128 bits, one iteration", saip::AlgorithmId::kTuak, 0x01);
  row("TUAK, 256 bits, one iteration", saip::AlgorithmId::kTuak, 0x53);
  row("test algorithm", saip::AlgorithmId::kUsimTestAlgorithm, 0x02);
  report("AUTHENTICATE and GET RESPONSE", commands(random));
  std::printf("%-34s %10.0f a second\n", "SUCI profile A",
              concealments(crypto::SuciScheme::kProfileA, random));
  std::printf("%-34s %10.0f a second\n", "SUCI profile B",
              concealments(crypto::SuciScheme::kProfileB, random));
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
