// TUAK (3GPP TS 35.231): the algorithm set over Keccak-f[1600].
#pragma once
#include "crypto/aka.hpp"

namespace eider::crypto {

struct TuakSizes {      // octets
  std::size_t mac = 8;  // 8, 16 or 32
  std::size_t res = 8;  // 4, 8, 16 or 32
  std::size_t ck = 16;  // 16 or 32
  std::size_t ik = 16;  // 16 or 32
};

// TOPc from TOP. K has 16 or 32 octets, TOP 32, iterations are 1 to 255; LocalFault otherwise.
Result<Secret> tuak_topc(ByteView k, ByteView top, unsigned iterations = 1);

class Tuak final : public AkaAlgorithm {
 public:
  // K has 16 or 32 octets, TOPc 32; iterations 1 to 255. LocalFault otherwise, or for a size that is not
  // named above.
  static Result<std::unique_ptr<Tuak>> make(ByteView k, ByteView topc, const TuakSizes& sizes = {},
                                            unsigned iterations = 1);

  AkaMac f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  AkaMac f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const override;
  AkaKeys f2345(const AkaRand& rand) const override;
  AkaAnonymityKey f5_star(const AkaRand& rand) const override;
  std::size_t mac_size() const override { return sizes_.mac; }

 private:
  Tuak(ByteView k, ByteView topc, const TuakSizes& sizes, unsigned iterations)
      : k_(k), topc_(topc), sizes_(sizes), iterations_(iterations) {}
  AkaMac mac(std::uint8_t function, const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const;

  Secret k_;
  Secret topc_;
  TuakSizes sizes_;
  unsigned iterations_;
};

}  // namespace eider::crypto
