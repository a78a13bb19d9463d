#include "roles/auc/auc.hpp"

#include "crypto/gba.hpp"
#include "crypto/kdf.hpp"

namespace eider::auc {
namespace {

constexpr std::uint8_t kNoConcealment = 0x01;  // of sqnOptions
constexpr std::uint8_t kFcKasme = 0x10, kFcKausf = 0x6A, kFcResStar = 0x6B;

AkaSqn exclusive_or(const AkaSqn& a, ByteView b) {
  AkaSqn out;
  for (std::size_t i = 0; i < 6; ++i) out[i] = a[i] ^ b[i];
  return out;
}

AkaSqn successor(const AkaSqn& sqn) {
  const auto number = profile::to_number(sqn);
  const auto seq = ((number >> profile::kIndBits) + 1) % profile::kSeqLimit;
  return profile::to_sqn(seq, static_cast<unsigned>((number + 1) % profile::kIndCount));
}

Secret ck_ik(const Vector& v) {
  return Secret(concat({v.keys.ck, v.keys.ik}));
}

}  // namespace

AkaAmf AuthenticationCentre::eps_amf() {
  AkaAmf amf;
  amf[0] = 0x80;
  return amf;
}

Result<AuthenticationCentre> AuthenticationCentre::make(const saip::AkaParameter& parameters, Random& random,
                                                        const AkaSqn& sqn) {
  const auto* algo = parameters.algoConfiguration.algo();
  if (algo == nullptr) return fail_local("a mapping has no key of its own");
  EIDER_TRY(algorithm, profile::make_algorithm(*algo));
  AuthenticationCentre out(std::move(algorithm), random);
  out.sqn_ = sqn;
  out.delta_ = profile::to_number(parameters.sqnDelta);
  const bool test = algo->algorithmID == saip::AlgorithmId::kUsimTestAlgorithm;
  out.conceal_ = test || (parameters.sqnOptions[0] & kNoConcealment) == 0;
  return out;
}

Vector AuthenticationCentre::vector(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf) const {
  Vector v{rand, {}, algorithm_->f2345(rand), sqn, amf};
  const auto concealed = conceal_ ? exclusive_or(sqn, v.keys.ak) : sqn;
  v.autn = concat({concealed, amf, algorithm_->f1(rand, sqn, amf)});
  return v;
}

Vector AuthenticationCentre::next(const AkaAmf& amf) {
  sqn_ = successor(sqn_);
  return vector(random_->fixed<16>(), sqn_, amf);
}

Vector AuthenticationCentre::next_bootstrapping(const AkaAmf& amf) {
  auto v = next(amf);
  const auto mac = crypto::gba_mac(ByteView(v.autn).subspan(8), v.keys.ik);
  std::ranges::copy(mac, v.autn.begin() + 8);
  v.keys.res = crypto::AkaSecret<32>(crypto::gba_res(v.keys.res));
  return v;
}

Result<AkaSqn> AuthenticationCentre::resynchronise(const AkaRand& rand, ByteView auts) {
  if (auts.size() != 6 + algorithm_->mac_size())
    return fail_verification(VerificationFault::Check::kFormat,
                             "AUTS has " + std::to_string(6 + algorithm_->mac_size()) + " octets");
  auto sqn_ms = *AkaSqn::from(auts.first(6));
  if (conceal_) sqn_ms = exclusive_or(sqn_ms, algorithm_->f5_star(rand));
  if (!equal_constant_time(algorithm_->f1_star(rand, sqn_ms, AkaAmf{}), auts.subspan(6)))
    return fail_verification(VerificationFault::Check::kMac, "MAC-S of AUTS");
  const auto own = profile::to_number(successor(sqn_)) >> profile::kIndBits;
  const auto theirs = profile::to_number(sqn_ms) >> profile::kIndBits;
  if (own <= theirs || own - theirs > delta_) sqn_ = sqn_ms;
  return sqn_ms;
}

Secret k_asme(const Vector& v, const FixedBytes<3>& plmn) {
  return crypto::kdf_ts33220(ck_ik(v).view(), kFcKasme, {plmn, ByteView(v.autn).first(6)});
}

Secret k_ausf(const Vector& v, std::string_view serving_network) {
  return crypto::kdf_ts33220(ck_ik(v).view(), kFcKausf,
                             {as_bytes(serving_network), ByteView(v.autn).first(6)});
}

FixedBytes<16> xres_star(const Vector& v, std::string_view serving_network) {
  const auto out =
      crypto::kdf_ts33220(ck_ik(v).view(), kFcResStar, {as_bytes(serving_network), v.rand, v.keys.res});
  return *FixedBytes<16>::from(out.view().last(16));
}

}  // namespace eider::auc
