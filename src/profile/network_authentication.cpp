#include "profile/network_authentication.hpp"

#include "crypto/gba.hpp"
#include "crypto/milenage.hpp"
#include "crypto/test_algorithm.hpp"
#include "crypto/tuak.hpp"

namespace eider::profile {
namespace {

using crypto::AkaAlgorithm;
using saip::AlgorithmId;

// sqnOptions.
constexpr std::uint8_t kNoConcealment = 0x01, kNoWrapAround = 0x02, kNoDeltaCheck = 0x04, kNoAgeLimit = 0x08;

constexpr std::uint8_t kStateVersion = 1;
constexpr std::size_t kStateSize = 6 + 6 * kIndCount;

void put_number(Bytes& out, std::uint64_t n, int octets) {
  while (octets-- > 0) out.push_back(static_cast<std::uint8_t>(n >> (8 * octets)));
}

FixedBytes<6> exclusive_or(ByteView a, const FixedBytes<6>& b) {
  FixedBytes<6> out;
  for (std::size_t i = 0; i < 6; ++i) out[i] = a[i] ^ b[i];
  return out;
}

// algorithmOptions: b3 to b1 the size of RES, b6 to b4 of MAC, b7 of CK and IK. Octets.
Result<std::size_t> res_size(std::uint8_t options) {
  constexpr std::size_t kSizes[] = {4, 8, 16, 32, 32};  // 256 bits are written as 3 and as 4
  const std::size_t code = options & 7;
  if (code >= std::size(kSizes))
    return fail_local("algorithmOptions have no size of RES " + std::to_string(code));
  return kSizes[code];
}
Result<std::size_t> mac_size(std::uint8_t options) {
  constexpr std::size_t kSizes[] = {8, 16, 32};
  const std::size_t code = options >> 3 & 7;
  if (code >= std::size(kSizes))
    return fail_local("algorithmOptions have no size of MAC " + std::to_string(code));
  return kSizes[code];
}

template <class T>
Result<std::unique_ptr<AkaAlgorithm>> as_algorithm(Result<std::unique_ptr<T>> made) {
  if (!made) return fail(std::move(made).error());
  return std::unique_ptr<AkaAlgorithm>(std::move(*made));
}

Result<std::unique_ptr<AkaAlgorithm>> make_milenage(const saip::AlgoParameter& p, std::size_t res) {
  crypto::MilenageConstants constants;
  std::ranges::copy(p.rotationConstants, constants.r.begin());
  if (p.xoringConstants.size() != 80) return fail_local("xoringConstants have 80 octets");
  for (std::size_t i = 0; i < 5; ++i)
    constants.c[i] = *FixedBytes<16>::from(ByteView(p.xoringConstants).subspan(16 * i, 16));
  return as_algorithm(crypto::Milenage::make(p.key.view(), p.opc.view(), res, constants));
}

}  // namespace

AkaSqn to_sqn(std::uint64_t seq, unsigned ind) {
  const std::uint64_t n = seq << kIndBits | ind;
  AkaSqn out;
  for (std::size_t i = 0; i < 6; ++i) out[i] = static_cast<std::uint8_t>(n >> (8 * (5 - i)));
  return out;
}

Bytes SqnState::encode() const {
  Bytes out{kStateVersion, highest};
  out.reserve(kStateSize);
  put_number(out, attempts, 4);
  for (const auto s : seq) put_number(out, s, 6);
  return out;
}

Result<SqnState> SqnState::decode(ByteView octets) {
  if (octets.size() != kStateSize || octets[0] != kStateVersion || octets[1] >= kIndCount)
    return fail(DecodeFault{"SqnState", 0, "not a state of version 1"});
  SqnState out;
  out.highest = octets[1];
  for (std::size_t i = 2; i < 6; ++i) out.attempts = out.attempts << 8 | octets[i];
  for (std::size_t i = 0; i < kIndCount; ++i) {
    out.seq[i] = to_number(*FixedBytes<6>::from(octets.subspan(6 + 6 * i, 6)));
    if (out.seq[i] >= kSeqLimit) return fail(DecodeFault{"SqnState", 6 + 6 * i, "SEQ of more than 43 bits"});
  }
  return out;
}

Result<std::unique_ptr<AkaAlgorithm>> make_algorithm(const saip::AlgoParameter& p) {
  const std::uint8_t options = p.algorithmOptions[0];
  EIDER_TRY(res, res_size(options));
  EIDER_TRY(mac, mac_size(options));
  const std::size_t keys = (options & 0x40) != 0 ? 32 : 16;
  if (p.algorithmID != AlgorithmId::kTuak && (mac != 8 || keys != 16))
    return fail_local("only TUAK has a MAC of more than 64 bits, or CK and IK of 256");
  switch (p.algorithmID) {
    case AlgorithmId::kMilenage:
      return make_milenage(p, res);
    case AlgorithmId::kTuak:
      return as_algorithm(
          crypto::Tuak::make(p.key.view(), p.opc.view(), {mac, res, keys, keys}, p.numberOfKeccak));
    case AlgorithmId::kUsimTestAlgorithm:
      return as_algorithm(crypto::TestAlgorithm::make(p.key.view(), res));
  }
  return fail_local("algorithmID " + std::to_string(static_cast<int>(p.algorithmID)) +
                    " is none of the package format");
}

Result<NetworkAuthentication> NetworkAuthentication::make(const saip::AkaParameter& p) {
  const auto* algo = p.algoConfiguration.algo();
  if (algo == nullptr) return fail_local("a mapping has no key of its own");
  EIDER_TRY(algorithm, make_algorithm(*algo));
  NetworkAuthentication out;
  out.algorithm_ = std::move(algorithm);
  out.test_ = algo->algorithmID == AlgorithmId::kUsimTestAlgorithm;
  const std::uint8_t options = p.sqnOptions[0];
  out.conceal_ = (options & kNoConcealment) == 0;
  out.wrap_ = (options & kNoWrapAround) == 0;
  out.check_delta_ = (options & kNoDeltaCheck) == 0;
  out.check_age_ = (options & kNoAgeLimit) == 0;
  out.delta_ = static_cast<std::int64_t>(to_number(p.sqnDelta));
  out.age_limit_ = static_cast<std::int64_t>(to_number(p.sqnAgeLimit));
  if (algo->authCounterMax) {
    const auto& m = *algo->authCounterMax;
    out.max_attempts_ = static_cast<std::uint32_t>(m[0] << 16 | m[1] << 8 | m[2]);
  }
  if (p.sqnInit) {
    if (p.sqnInit->size() != kIndCount) return fail_local("sqnInit has 32 values");
    for (std::size_t i = 0; i < kIndCount; ++i) out.initial_.seq[i] = to_number((*p.sqnInit)[i]);
    if (std::ranges::any_of(out.initial_.seq, [](auto s) { return s >= kSeqLimit; }))
      return fail_local("sqnInit has a SEQ of more than 43 bits");
    const auto& seq = out.initial_.seq;
    out.initial_.highest = static_cast<std::uint8_t>(std::ranges::max_element(seq) - seq.begin());
  }
  return out;
}

// How far `to` lies ahead of `from`. Where SQN may wrap around, on the circle, the shorter way.
std::int64_t NetworkAuthentication::distance(std::uint64_t from, std::uint64_t to) const {
  const auto plain = static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from);
  if (!wrap_) return plain;
  constexpr auto kCircle = static_cast<std::int64_t>(kSeqLimit);
  if (plain > kCircle / 2) return plain - kCircle;
  return plain < -kCircle / 2 ? plain + kCircle : plain;
}

// TS 33.102 annex C.2.2: fresh for its IND, no jump beyond Delta, not older than L.
bool NetworkAuthentication::acceptable(const SqnState& state, std::uint64_t seq, unsigned ind) const {
  if (distance(state.seq[ind], seq) <= 0) return false;
  const auto ahead = distance(state.seq[state.highest], seq);
  if (check_delta_ && ahead > delta_) return false;
  return !check_age_ || -ahead < age_limit_;
}

bool NetworkAuthentication::exhausted(SqnState& state, bool& changed) const {
  if (!max_attempts_ || test_) return false;
  if (state.attempts >= *max_attempts_) return true;
  ++state.attempts;
  changed = true;
  return false;
}

// MAC-S is computed with an AMF of zero (TS 33.102 section 6.3.3).
Bytes NetworkAuthentication::auts(const AkaRand& rand, const AkaSqn& sqn_ms) const {
  auto concealed = sqn_ms;
  if (conceal_ || test_) concealed = exclusive_or(sqn_ms, algorithm_->f5_star(rand));
  return concat({concealed, algorithm_->f1_star(rand, sqn_ms, AkaAmf{})});
}

AkaResult NetworkAuthentication::run(SqnState& state, const AkaRand& rand, ByteView autn, bool gba) const {
  AkaResult out;
  if (autn.size() != autn_size()) return out;
  if (exhausted(state, out.state_changed)) {
    out.verdict = AkaVerdict::kExhausted;
    return out;
  }
  const auto keys = algorithm_->f2345(rand);
  const bool concealed = conceal_ || test_;
  const AkaSqn sqn = concealed ? exclusive_or(autn, keys.ak) : *AkaSqn::from(autn.first(6));
  const auto amf = *AkaAmf::from(autn.subspan(6, 2));
  const auto mac = algorithm_->f1(rand, sqn, amf);
  const bool from_network = gba ? equal_constant_time(crypto::gba_mac(mac, keys.ik), autn.subspan(8))
                                : equal_constant_time(mac, autn.subspan(8));
  if (!from_network) return out;

  if (test_) {
    // TS 34.108 section 8.1.2: the test USIM takes every SQN for its own. AMF FFFF asks for
    // resynchronisation.
    if (amf[0] == 0xFF && amf[1] == 0xFF) {
      out.verdict = AkaVerdict::kSynchronisationFailure;
      out.auts = auts(rand, sqn);
      return out;
    }
  } else {
    const std::uint64_t number = to_number(sqn);
    const auto ind = static_cast<unsigned>(number % kIndCount);
    const std::uint64_t seq = number >> kIndBits;
    if (!acceptable(state, seq, ind)) {
      out.verdict = AkaVerdict::kSynchronisationFailure;
      out.auts = auts(rand, state.sqn_ms());
      return out;
    }
    if (distance(state.seq[state.highest], seq) > 0) state.highest = static_cast<std::uint8_t>(ind);
    state.seq[ind] = seq;
    out.state_changed = true;
  }
  out.verdict = AkaVerdict::kAccepted;
  out.keys = keys;
  if (gba) out.keys.res = crypto::AkaSecret<32>(crypto::gba_res(keys.res));
  return out;
}

AkaResult NetworkAuthentication::authenticate(SqnState& state, const AkaRand& rand, ByteView autn) const {
  return run(state, rand, autn, false);
}

AkaResult NetworkAuthentication::bootstrap(SqnState& state, const AkaRand& rand, ByteView autn) const {
  return run(state, rand, autn, true);
}

NetworkAuthentication::GsmResult NetworkAuthentication::gsm(SqnState& state, const AkaRand& rand) const {
  GsmResult out;
  if (exhausted(state, out.state_changed)) {
    out.verdict = AkaVerdict::kExhausted;
    return out;
  }
  out.gsm = crypto::gsm_keys(algorithm_->f2345(rand));
  return out;
}

}  // namespace eider::profile
