#include "crypto/test_algorithm.hpp"

namespace eider::crypto {
namespace {

FixedBytes<16> xdout_of(ByteView k, const AkaRand& rand) {
  FixedBytes<16> out;
  for (std::size_t i = 0; i < 16; ++i) out[i] = k[i] ^ rand[i];
  return out;
}

}  // namespace

Result<std::unique_ptr<TestAlgorithm>> TestAlgorithm::make(ByteView k, std::size_t res_size) {
  if (k.size() != 16) return fail_local("the USIM test algorithm has a key of 16 octets");
  if (res_size < 4 || res_size > 16)
    return fail_local("the USIM test algorithm has a RES of 32 to 128 bits, not " +
                      std::to_string(8 * res_size));
  return std::unique_ptr<TestAlgorithm>(new TestAlgorithm(k, res_size));
}

AkaMac TestAlgorithm::f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  const auto xdout = xdout_of(k_, rand);
  FixedBytes<8> mac;
  for (std::size_t i = 0; i < 6; ++i) mac[i] = xdout[i] ^ sqn[i];
  for (std::size_t i = 0; i < 2; ++i) mac[6 + i] = xdout[6 + i] ^ amf[i];
  return *AkaMac::from(mac);
}

AkaMac TestAlgorithm::f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  return f1(rand, sqn, amf);
}

AkaKeys TestAlgorithm::f2345(const AkaRand& rand) const {
  const auto xdout = xdout_of(k_, rand);
  AkaKeys keys;
  keys.res = AkaSecret<32>(xdout.view().first(res_size_));
  auto turned = xdout;
  std::ranges::rotate(turned, turned.begin() + 1);
  keys.ck = AkaSecret<32>(turned);
  std::ranges::rotate(turned, turned.begin() + 1);
  keys.ik = AkaSecret<32>(turned);
  keys.ak = f5_star(rand);
  return keys;
}

AkaAnonymityKey TestAlgorithm::f5_star(const AkaRand& rand) const {
  return *AkaAnonymityKey::from(xdout_of(k_, rand).view().subspan(3, 6));
}

}  // namespace eider::crypto
