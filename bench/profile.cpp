// How long a package takes to read, check and personalise.
#include <benchmark/benchmark.h>

#include "profile/builder.hpp"
#include "profile/installer.hpp"
#include "profile/package_reader.hpp"
#include "profile/personalise.hpp"

namespace {

using namespace eider;
using namespace eider::profile;

GenericProfileParameters parameters() {
  SeededRandom random(1);
  auto p = GenericProfileParameters::random(random);
  p.isim = true;
  p.msisdn = "+4915112345678";
  return p;
}

void decode_package(benchmark::State& state) {
  const auto package = build_generic_profile(parameters());
  for (auto _ : state) {
    const auto elements = read_package(package);
    for (const auto& e : *elements) benchmark::DoNotOptimize(saip::decode_element(e.der));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(package.size()));
}
BENCHMARK(decode_package);

void install_package(benchmark::State& state) {
  const auto p = parameters();
  const auto package = build_generic_profile(p);
  MetadataFacts m;
  m.iccid = Iccid::parse(p.iccid)->file();
  for (auto _ : state) {
    PackageInstaller installer({}, {}, m);
    const auto elements = read_package(package);
    for (const auto& e : *elements) installer.element(e.der);
    if (installer.finish().error != InstallError::kNone) state.SkipWithError("refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(package.size()));
}
BENCHMARK(install_package);

void personalise_package(benchmark::State& state) {
  const auto p = parameters();
  const auto package = build_generic_profile(p);
  const auto t = ProfileTemplate::load(package).value();
  SubscriberData s;
  s.iccid = "894901700000000777?";
  s.imsi = "262019876543210";
  s.k = p.k;
  s.opc = p.opc;
  s.pin1 = *encode_pin("1234");
  s.puk1 = *encode_puk("12345678");
  s.adm1 = *encode_adm("12345678");
  s.msisdn = "+4915187654321";
  for (auto _ : state) benchmark::DoNotOptimize(t.personalise(s));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(package.size()));
}
BENCHMARK(personalise_package);

}  // namespace

BENCHMARK_MAIN();
