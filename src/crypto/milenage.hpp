// MILENAGE (3GPP TS 35.206), with the constants r1..r5 and c1..c5 free to choose.
#pragma once
#include "crypto/aka.hpp"

namespace eider::crypto {

struct MilenageConstants {
  std::array<std::uint8_t, 5> r{64, 0, 32, 64, 96};  // rotations to the left, in bits, below 128
  std::array<FixedBytes<16>, 5> c = standard_c();
  static std::array<FixedBytes<16>, 5> standard_c();
};

// OPc = E_K(OP) xor OP. LocalFault unless both have 16 octets.
Result<Secret> milenage_opc(ByteView k, ByteView op);

class Milenage final : public AkaAlgorithm {
 public:
  // K and OPc have 16 octets, RES 4 or 8 (its first octets), each rotation is below 128; LocalFault
  // otherwise.
  static Result<std::unique_ptr<Milenage>> make(ByteView k, ByteView opc, std::size_t res_size = 8,
                                                const MilenageConstants& constants = {});
  ~Milenage() override;

  AkaMac f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  AkaMac f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  AkaKeys f2345(const AkaRand& rand) const override;
  AkaAnonymityKey f5_star(const AkaRand& rand) const override;
  std::size_t mac_size() const override { return 8; }

 private:
  struct Impl;
  explicit Milenage(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::crypto
