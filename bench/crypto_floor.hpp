// The cryptography that a complete ES9+ session cannot do without, measured on this machine in this run, so
// that other benchmarks can say how far above it they are.
#pragma once
#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <vector>

#include "crypto/aes.hpp"
#include "crypto/ec.hpp"

namespace eider::bench {

// Counts of one session: serverSignature1, smdpSignature2 and the BPP signature are made; CERT.EUM,
// CERT.EUICC, euiccSignature1, euiccSignature2 and the signature of the ProfileInstallationResult are
// verified; one-time key and ECKA; a Profile Package of 12 KB is encrypted and MACed.
struct SessionCounts {
  int signatures = 3;
  int verifications = 5;
  int key_generations = 1;
  int agreements = 1;
  std::size_t package_octets = 12 * 1024;
};

struct CryptoFloor {  // medians, in microseconds
  double sign = 0, verify = 0, generate = 0, agree = 0, package = 0;
  double session = 0;  // the sum by SessionCounts
};

namespace detail {
template <class Work>
double median_us(int rounds, Work work) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::nth_element(times, times.begin() + rounds / 2);
  return times[static_cast<std::size_t>(rounds / 2)];
}
inline void must(bool ok) {
  if (!ok) throw std::runtime_error("crypto floor: an operation failed");
}
}  // namespace detail

inline CryptoFloor measure_crypto_floor(crypto::Curve curve = crypto::Curve::kP256, int rounds = 201,
                                        const SessionCounts& counts = {}) {
  SystemRandom random;
  const auto key = crypto::PrivateKey::generate(curve, random),
             peer = crypto::PrivateKey::generate(curve, random);
  const Bytes message = random.bytes(200);
  const auto signature = key.sign(message);  // also makes the library's key objects: not part of the floor
  detail::must(crypto::verify(key.public_key(), message, signature.view()).has_value());
  auto aes = *crypto::Aes::make(random.bytes(16));
  auto cmac = *crypto::Cmac::make(random.bytes(16));
  Bytes package = random.bytes(counts.package_octets / 16 * 16);

  CryptoFloor floor;
  floor.sign = detail::median_us(rounds, [&] { (void)key.sign(message); });
  floor.verify = detail::median_us(
      rounds, [&] { detail::must(crypto::verify(key.public_key(), message, signature.view()).has_value()); });
  floor.generate = detail::median_us(rounds, [&] { (void)crypto::PrivateKey::generate(curve, random); });
  floor.agree = detail::median_us(rounds, [&] { detail::must(key.agree(peer.public_key()).has_value()); });
  floor.package = detail::median_us(rounds, [&] {
    detail::must(aes.cbc_encrypt({}, package).has_value());
    (void)cmac.mac({package});
  });
  floor.session = counts.signatures * floor.sign + counts.verifications * floor.verify +
                  counts.key_generations * floor.generate + counts.agreements * floor.agree + floor.package;
  return floor;
}

}  // namespace eider::bench
