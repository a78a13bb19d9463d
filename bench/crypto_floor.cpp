// bench_crypto_floor: the floor of a session on both curves, and what Eider adds around the primitives.
#include "crypto_floor.hpp"

#include <benchmark/benchmark.h>

#include "channel/bsp.hpp"
#include "crypto/pki_builder.hpp"
#include "spec/sgp22/certificates.hpp"

namespace {
using namespace eider;
using namespace eider::crypto;
using R = CertificateRole;

Curve curve_of(const benchmark::State& state) {
  return state.range(0) == 0 ? Curve::kP256 : Curve::kBrainpoolP256r1;
}

void session_floor(benchmark::State& state) {
  bench::CryptoFloor floor;
  for (auto _ : state) floor = bench::measure_crypto_floor(curve_of(state));
  state.SetLabel(to_string(curve_of(state)));
  state.counters["sign_us"] = floor.sign;
  state.counters["verify_us"] = floor.verify;
  state.counters["generate_us"] = floor.generate;
  state.counters["agree_us"] = floor.agree;
  state.counters["package_us"] = floor.package;
  state.counters["session_us"] = floor.session;
}
BENCHMARK(session_floor)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);

struct Chain {
  std::vector<PkiItem> items;
  PkiItem euicc;
  TrustStore roots;
  VerifyOptions options;
};

Chain make_chain(Curve curve) {
  SeededRandom random(1);
  PkiPlan plan;
  plan.curves = {curve};
  plan.now = *parse_time("2026-06-01T00:00:00Z");
  auto items = *build_pki(sgp22::certificate_profiles(), plan, random);
  auto euicc = *build_euicc(sgp22::certificate_profile(R::kEuicc), *find_item(items, R::kEum),
                            *FixedBytes<16>::from(hex("89049032123451234512345678901235")), plan.now, random);
  Chain chain{std::move(items), std::move(euicc), {}, {}};
  bench::detail::must(
      chain.roots.add(find_item(chain.items, R::kCi)->certificate, sgp22::certificate_profile(R::kCi))
          .has_value());
  chain.options.now = plan.now;
  return chain;
}

void certificate_parse(benchmark::State& state) {
  const Chain chain = make_chain(Curve::kP256);
  const Bytes der = to_bytes(chain.euicc.certificate.der());
  for (auto _ : state) benchmark::DoNotOptimize(Certificate::parse(der));
}
BENCHMARK(certificate_parse);

// Both certificates parsed from their octets and verified up to the CI, as AuthenticateClient does.
void euicc_chain(benchmark::State& state) {
  const Chain chain = make_chain(curve_of(state));
  const Bytes euicc = to_bytes(chain.euicc.certificate.der());
  const Bytes eum = to_bytes(find_item(chain.items, R::kEum)->certificate.der());
  VerifiedSignatures cache;
  VerifyOptions options = chain.options;
  if (state.range(1) != 0) options.cache = &cache;
  for (auto _ : state) {
    const std::vector<Certificate> intermediates = {*Certificate::parse(eum)};
    const auto leaf = *Certificate::parse(euicc);
    bench::detail::must(
        verify_certificate(leaf, sgp22::certificate_profile(R::kEuicc), chain.roots, intermediates, options)
            .has_value());
  }
  state.SetLabel(std::string(to_string(curve_of(state))) + (state.range(1) != 0 ? ", all cached" : ""));
}
BENCHMARK(euicc_chain)->ArgsProduct({{0, 1}, {0, 1}});

void first_verification_with_a_key(benchmark::State& state) {
  SeededRandom random(2);
  const auto key = PrivateKey::generate(curve_of(state), random);
  const Bytes message = random.bytes(200);
  const auto signature = key.sign(message);
  for (auto _ : state) {
    const auto pub = *PublicKey::from_point(key.curve(), key.public_key().point().view());
    bench::detail::must(verify(pub, message, signature.view()).has_value());
  }
}
BENCHMARK(first_verification_with_a_key)->Arg(0)->Arg(1);

channel::BspKeys bsp_keys() {
  return *channel::derive_bsp_keys(Bytes(32, 7), 0x88, 0x10, Bytes(8, 1), Bytes(16, 2));
}

void bsp_protect_12k(benchmark::State& state) {
  const Bytes package(12 * 1024, 0x5A);
  Bytes out;
  for (auto _ : state) {
    auto sender = *channel::BspSender::make(bsp_keys());
    out.clear();
    bench::detail::must(sender.protect_segments(channel::BspTag::k86, package, out).has_value());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(package.size()));
}
BENCHMARK(bsp_protect_12k);

}  // namespace

BENCHMARK_MAIN();
