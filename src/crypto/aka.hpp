// What every authentication and key agreement algorithm of 3GPP offers (TS 33.102 section 6.3): MILENAGE,
// TUAK and the test algorithm behind one interface.
#pragma once
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace eider::crypto {

using AkaRand = FixedBytes<16>;
using AkaSqn = FixedBytes<6>;
using AkaAmf = FixedBytes<2>;
using AkaAnonymityKey = FixedBytes<6>;
// MAC-A and MAC-S: 8 octets; TUAK also 16 and 32.
using AkaMac = BoundedBytes<32>;

// Zeroised when it goes; stored inline, so that an authentication allocates nothing.
template <std::size_t N>
class AkaSecret {
 public:
  AkaSecret() = default;
  // v.size() <= N
  explicit AkaSecret(ByteView v) : size_(v.size()) { std::copy(v.begin(), v.end(), data_.begin()); }
  AkaSecret(const AkaSecret&) = default;
  AkaSecret& operator=(const AkaSecret&) = default;
  ~AkaSecret() { zeroise(data_); }
  ByteView view() const { return {data_.data(), size_}; }
  operator ByteView() const { return view(); }
  std::size_t size() const { return size_; }

 private:
  std::array<std::uint8_t, N> data_{};
  std::size_t size_ = 0;
};

// f2, f3, f4, f5 of one RAND.
struct AkaKeys {
  AkaSecret<32> res;  // 4, 8, 16 or 32 octets
  AkaSecret<32> ck;   // 16; TUAK also 32
  AkaSecret<32> ik;
  AkaAnonymityKey ak;
};

// Holds K and OPc in the form that makes a computation quick. Each object belongs to one thread at a time.
class AkaAlgorithm {
 public:
  virtual ~AkaAlgorithm() = default;
  virtual AkaMac f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const = 0;
  virtual AkaMac f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const = 0;
  virtual AkaKeys f2345(const AkaRand& rand) const = 0;
  virtual AkaAnonymityKey f5_star(const AkaRand& rand) const = 0;
  virtual std::size_t mac_size() const = 0;
};

// Conversion functions c2 and c3 of TS 33.102 section 6.8.1.2, for networks that know GSM vectors only.
// Nothing when RES is longer than 16 octets, or CK and IK have not 16: the text does not define these.
struct GsmKeys {
  FixedBytes<4> sres;
  AkaSecret<8> kc;
};
std::optional<GsmKeys> gsm_keys(const AkaKeys& keys);

}  // namespace eider::crypto
