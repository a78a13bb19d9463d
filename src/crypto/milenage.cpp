#include "crypto/milenage.hpp"

#include "crypto/aes.hpp"

namespace eider::crypto {
namespace {

AesBlock exclusive_or(const AesBlock& a, const AesBlock& b) {
  AesBlock out;
  for (std::size_t i = 0; i < 16; ++i) out[i] = a[i] ^ b[i];
  return out;
}

// To the left, by any number of bits below 128.
AesBlock rotate(const AesBlock& in, unsigned bits) {
  AesBlock out;
  const unsigned octets = bits / 8, rest = bits % 8;
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned high = in[(i + octets) % 16], low = in[(i + octets + 1) % 16];
    out[i] = static_cast<std::uint8_t>((high << rest) | (low >> (8 - rest)));
  }
  return out;
}

}  // namespace

std::array<FixedBytes<16>, 5> MilenageConstants::standard_c() {
  std::array<FixedBytes<16>, 5> c;  // 0, 1, 2, 4, 8
  for (std::size_t i = 1; i < 5; ++i) c[i][15] = static_cast<std::uint8_t>(1U << (i - 1));
  return c;
}

struct Milenage::Impl {
  Aes aes;
  AesBlock opc;
  MilenageConstants constants;
  std::size_t res_size;
  ~Impl() { zeroise(opc); }

  AesBlock temp(const AkaRand& rand) const { return aes.encrypt_block(exclusive_or(rand, opc)); }
  // OUT2 to OUT5, i = 2..5.
  AesBlock out(const AesBlock& temp_value, int i) const {
    const auto at = static_cast<std::size_t>(i - 1);
    const AesBlock rotated = rotate(exclusive_or(temp_value, opc), constants.r[at]);
    return exclusive_or(aes.encrypt_block(exclusive_or(rotated, constants.c[at])), opc);
  }
  AesBlock out1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
    AesBlock in1;
    for (const std::size_t half : {0U, 8U}) {
      std::copy(sqn.begin(), sqn.end(), in1.begin() + half);
      std::copy(amf.begin(), amf.end(), in1.begin() + half + 6);
    }
    const AesBlock rotated = rotate(exclusive_or(in1, opc), constants.r[0]);
    const AesBlock mixed = exclusive_or(exclusive_or(temp(rand), rotated), constants.c[0]);
    return exclusive_or(aes.encrypt_block(mixed), opc);
  }
};

Milenage::Milenage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Milenage::~Milenage() = default;

Result<Secret> milenage_opc(ByteView k, ByteView op) {
  const auto block = AesBlock::from(op);
  if (k.size() != 16 || !block) return fail_local("MILENAGE has K and OP of 16 octets");
  EIDER_TRY(aes, Aes::make(k));
  return Secret(exclusive_or(aes.encrypt_block(*block), *block));
}

Result<std::unique_ptr<Milenage>> Milenage::make(ByteView k, ByteView opc, std::size_t res_size,
                                                 const MilenageConstants& constants) {
  const auto block = AesBlock::from(opc);
  if (k.size() != 16 || !block) return fail_local("MILENAGE has K and OPc of 16 octets");
  if (res_size != 4 && res_size != 8)
    return fail_local("MILENAGE has a RES of 32 or 64 bits, not " + std::to_string(8 * res_size));
  if (std::ranges::any_of(constants.r, [](unsigned r) { return r > 127; }))
    return fail_local("a rotation constant of MILENAGE is above 127 bits");
  EIDER_TRY(aes, Aes::make(k));
  return std::unique_ptr<Milenage>(
      new Milenage(std::unique_ptr<Impl>(new Impl{std::move(aes), *block, constants, res_size})));
}

AkaMac Milenage::f1(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  return *AkaMac::from(impl_->out1(rand, sqn, amf).view().first(8));
}

AkaMac Milenage::f1_star(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  return *AkaMac::from(impl_->out1(rand, sqn, amf).view().last(8));
}

AkaKeys Milenage::f2345(const AkaRand& rand) const {
  const AesBlock temp = impl_->temp(rand);
  const AesBlock out2 = impl_->out(temp, 2);
  AkaKeys keys;
  keys.res = AkaSecret<32>(out2.view().subspan(8, impl_->res_size));
  keys.ck = AkaSecret<32>(impl_->out(temp, 3));
  keys.ik = AkaSecret<32>(impl_->out(temp, 4));
  std::copy_n(out2.begin(), 6, keys.ak.begin());
  return keys;
}

AkaAnonymityKey Milenage::f5_star(const AkaRand& rand) const {
  return *AkaAnonymityKey::from(impl_->out(impl_->temp(rand), 5).view().first(6));
}

}  // namespace eider::crypto
