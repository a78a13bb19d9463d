// The algorithm of test USIMs (3GPP TS 34.108 section 8.1.2): exclusive or, no security at all. Only Test
// Profiles may have it.
#pragma once
#include "crypto/aka.hpp"

namespace eider::crypto {

class TestAlgorithm final : public AkaAlgorithm {
 public:
  // K has 16 octets, RES 4 to 16; LocalFault otherwise.
  static Result<std::unique_ptr<TestAlgorithm>> make(ByteView k, std::size_t res_size = 16);

  AkaMac f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  // The same function as f1.
  AkaMac f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  AkaKeys f2345(const AkaRand& rand) const override;
  // The same function as f5.
  AkaAnonymityKey f5_star(const AkaRand& rand) const override;
  std::size_t mac_size() const override { return 8; }

 private:
  TestAlgorithm(ByteView k, std::size_t res_size) : k_(k), res_size_(res_size) {}
  AkaSecret<16> k_;
  std::size_t res_size_;
};

}  // namespace eider::crypto
