// An authentication centre (TS 33.102; in 5G the ARPF of TS 33.501): the network's half of authentication and
// key agreement. It makes vectors for one subscriber and takes up the resynchronisation of the card. For
// tests, demonstrations and other roles; no input or output of its own.
#pragma once
#include "base/random.hpp"
#include "profile/network_authentication.hpp"

namespace eider::auc {

using crypto::AkaAmf;
using crypto::AkaRand;
using crypto::AkaSqn;

struct Vector {
  AkaRand rand;
  Bytes autn;            // SQN xor AK || AMF || MAC-A
  crypto::AkaKeys keys;  // RES is XRES, as the card will answer it
  AkaSqn sqn;
  AkaAmf amf;
};

class AuthenticationCentre {
 public:
  // The subscriber's akaParameter; a mapping is resolved by the caller. `sqn`: the highest that was used so
  // far.
  static Result<AuthenticationCentre> make(const saip::AkaParameter& parameters, Random& random,
                                           const AkaSqn& sqn = {});

  // Separation bit set, as EPS and 5G demand (TS 33.401 section 6.1.1).
  static AkaAmf eps_amf();

  // The next vector: SEQ one further, IND the next (TS 33.102 annex C.1.1.1).
  Vector next(const AkaAmf& amf = eps_amf());
  // With a given RAND and SQN; leaves the counter as it is.
  Vector vector(const AkaRand& rand, const AkaSqn& sqn, const AkaAmf& amf = eps_amf()) const;
  // For GBA_U (TS 33.220 section 5.3.2): MAC-A and RES altered, so that AUTN is good for bootstrapping only.
  Vector next_bootstrapping(const AkaAmf& amf = eps_amf());

  // AUTS of the card, for a RAND of ours (TS 33.102 section 6.3.5): gives SQN_MS, and continues from it when
  // the card would not accept what comes next. kMac when it is not the card's; then nothing changes.
  Result<AkaSqn> resynchronise(const AkaRand& rand, ByteView auts);

  const AkaSqn& sqn() const { return sqn_; }

 private:
  AuthenticationCentre(std::unique_ptr<crypto::AkaAlgorithm> algorithm, Random& random)
      : algorithm_(std::move(algorithm)), random_(&random) {}

  std::unique_ptr<crypto::AkaAlgorithm> algorithm_;
  Random* random_;
  AkaSqn sqn_;
  std::uint64_t delta_ = 0;
  bool conceal_ = true;
};

// Keys that a home network derives from a vector (KEY is CK || IK).
// K_ASME, TS 33.401 annex A.2; `plmn` in the coding of TS 24.008.
Secret k_asme(const Vector& vector, const FixedBytes<3>& plmn);
// K_AUSF and XRES*, TS 33.501 annexes A.2 and A.4; for example "5G:mnc001.mcc001.3gppnetwork.org".
Secret k_ausf(const Vector& vector, std::string_view serving_network);
FixedBytes<16> xres_star(const Vector& vector, std::string_view serving_network);

}  // namespace eider::auc
