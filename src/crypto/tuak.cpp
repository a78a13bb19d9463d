#include "crypto/tuak.hpp"

#include "crypto/keccak.hpp"

namespace eider::crypto {
namespace {

// Where a value lies in the input or output of the permutation; each is written last octet first.
constexpr std::size_t kTopAt = 0, kInstanceAt = 32, kNameAt = 33, kRandAt = 40, kAmfAt = 56, kSqnAt = 58,
                      kKeyAt = 64, kPaddingAt = 96, kPaddingEnd = 135;
constexpr std::size_t kResAt = 0, kCkAt = 32, kIkAt = 64, kAkAt = 96;

// INSTANCE: two bits for the function, three for the size of MAC or RES, one each for CK, IK and K of 256
// bits.
constexpr std::uint8_t kF1 = 0x00, kF1Star = 0x80, kF2345 = 0x40, kF5Star = 0xC0;

std::uint8_t size_code(std::size_t octets) {
  return static_cast<std::uint8_t>(octets / 8 << 3);  // 4: 000, 8: 001, 16: 010, 32: 100
}

class Permutation {
 public:
  Permutation(ByteView k, ByteView top, std::uint8_t instance) {
    put(kTopAt, top);
    state_[kInstanceAt] = static_cast<std::uint8_t>(instance | (k.size() == 32 ? 1 : 0));
    put(kNameAt, as_bytes("TUAK1.0"));
    put(kKeyAt, k);
    state_[kPaddingAt] = 0x1F;
    state_[kPaddingEnd] = 0x80;
  }
  ~Permutation() { zeroise(state_); }
  Permutation(const Permutation&) = delete;
  Permutation& operator=(const Permutation&) = delete;

  void put(std::size_t at, ByteView v) { std::reverse_copy(v.begin(), v.end(), state_.begin() + at); }
  void run(unsigned iterations) {
    for (; iterations > 0; --iterations) keccak_f1600(state_);
  }
  // v.size() octets of the output.
  void get(std::size_t at, std::span<std::uint8_t> v) const {
    std::reverse_copy(state_.begin() + at, state_.begin() + at + v.size(), v.begin());
  }
  template <std::size_t N>
  AkaSecret<N> secret(std::size_t at, std::size_t size) const {
    std::array<std::uint8_t, N> octets{};
    get(at, std::span(octets).first(size));
    AkaSecret<N> out(ByteView(octets).first(size));
    zeroise(octets);
    return out;
  }

 private:
  KeccakState state_{};
};

Status check(ByteView k, ByteView top, unsigned iterations) {
  if (k.size() != 16 && k.size() != 32) return fail_local("TUAK has a key of 16 or 32 octets");
  if (top.size() != 32) return fail_local("TUAK has TOP and TOPc of 32 octets");
  if (iterations < 1 || iterations > 255) return fail_local("TUAK iterates Keccak 1 to 255 times");
  return {};
}

}  // namespace

Result<Secret> tuak_topc(ByteView k, ByteView top, unsigned iterations) {
  EIDER_CHECK(check(k, top, iterations));
  Permutation p(k, top, 0);
  p.run(iterations);
  Secret out(32);
  p.get(0, out.mutable_view());
  return out;
}

Result<std::unique_ptr<Tuak>> Tuak::make(ByteView k, ByteView topc, const TuakSizes& sizes,
                                         unsigned iterations) {
  EIDER_CHECK(check(k, topc, iterations));
  const auto one_of = [](std::size_t n, std::initializer_list<std::size_t> list) {
    return std::ranges::find(list, n) != list.end();
  };
  if (!one_of(sizes.mac, {8, 16, 32}) || !one_of(sizes.res, {4, 8, 16, 32}) || !one_of(sizes.ck, {16, 32}) ||
      !one_of(sizes.ik, {16, 32}))
    return fail_local("TUAK has MAC of 64, 128 or 256 bits, RES of 32 to 256, CK and IK of 128 or 256");
  return std::unique_ptr<Tuak>(new Tuak(k, topc, sizes, iterations));
}

AkaMac Tuak::mac(std::uint8_t function, const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  Permutation p(k_.view(), topc_.view(), function | size_code(sizes_.mac));
  p.put(kRandAt, rand);
  p.put(kAmfAt, amf);
  p.put(kSqnAt, sqn);
  p.run(iterations_);
  std::array<std::uint8_t, 32> out{};
  p.get(0, std::span(out).first(sizes_.mac));
  return *AkaMac::from(ByteView(out).first(sizes_.mac));
}

AkaMac Tuak::f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  return mac(kF1, rand, sqn, amf);
}

AkaMac Tuak::f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  return mac(kF1Star, rand, sqn, amf);
}

AkaKeys Tuak::f2345(const AkaRand& rand) const {
  const int wide = (sizes_.ck == 32 ? 4 : 0) | (sizes_.ik == 32 ? 2 : 0);
  Permutation p(k_.view(), topc_.view(), static_cast<std::uint8_t>(kF2345 | size_code(sizes_.res) | wide));
  p.put(kRandAt, rand);
  p.run(iterations_);
  AkaKeys keys;
  keys.res = p.secret<32>(kResAt, sizes_.res);
  keys.ck = p.secret<32>(kCkAt, sizes_.ck);
  keys.ik = p.secret<32>(kIkAt, sizes_.ik);
  p.get(kAkAt, keys.ak);
  return keys;
}

AkaAnonymityKey Tuak::f5_star(const AkaRand& rand) const {
  Permutation p(k_.view(), topc_.view(), kF5Star);
  p.put(kRandAt, rand);
  p.run(iterations_);
  AkaAnonymityKey ak;
  p.get(kAkAt, ak);
  return ak;
}

}  // namespace eider::crypto
