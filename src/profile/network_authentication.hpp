// What a USIM or ISIM does to authenticate: an akaParameter of the Profile Package made ready to compute, and
// the check of sequence numbers (3GPP TS 33.102 section 6.3 and annex C.2). No input or output: the caller
// keeps the SqnState, and makes it durable before it lets an answer out.
#pragma once
#include "crypto/aka.hpp"
#include "spec/saip/naa.hpp"

namespace eider::profile {

using crypto::AkaAmf;
using crypto::AkaRand;
using crypto::AkaSqn;

// SQN is SEQ (43 bits) followed by IND (5 bits).
inline constexpr unsigned kIndBits = 5;
inline constexpr std::size_t kIndCount = 32;
inline constexpr std::uint64_t kSeqLimit = std::uint64_t{1} << 43;

constexpr std::uint64_t to_number(const FixedBytes<6>& octets) {
  std::uint64_t n = 0;
  for (const auto octet : octets) n = n << 8 | octet;
  return n;
}
AkaSqn to_sqn(std::uint64_t seq, unsigned ind);

// What has to survive a power loss, for each NAA with parameters of its own.
struct SqnState {
  std::array<std::uint64_t, kIndCount> seq{};  // the highest SEQ accepted with each IND
  std::uint8_t highest = 0;                    // IND of the highest SEQ of all
  std::uint32_t attempts = 0;                  // computations, counted only under an authCounterMax

  // SQN_MS of TS 33.102 annex C.2: what AUTS tells the network.
  AkaSqn sqn_ms() const { return to_sqn(seq[highest], highest); }
  bool operator==(const SqnState&) const = default;
  Bytes encode() const;
  // DecodeFault unless encode() wrote it.
  static Result<SqnState> decode(ByteView octets);
};

enum class AkaVerdict : std::uint8_t {
  kAccepted,
  kMacFailure,              // AUTN is not from the network
  kSynchronisationFailure,  // SQN is not acceptable: AUTS goes to the network
  kExhausted,               // authCounterMax is reached
};
struct AkaResult {
  AkaVerdict verdict = AkaVerdict::kMacFailure;
  crypto::AkaKeys keys;        // only when accepted
  Bytes auts;                  // only in a synchronisation failure: 6 octets and MAC-S
  bool state_changed = false;  // the SqnState has to be written before the answer
};

// K, OPc and constants of an akaParameter as an algorithm. LocalFault for sizes and identifiers that no
// algorithm has.
Result<std::unique_ptr<crypto::AkaAlgorithm>> make_algorithm(const saip::AlgoParameter& parameters);

class NetworkAuthentication {
 public:
  // LocalFault for a mapping (resolve it first: its source's parameters and SqnState serve both NAAs), and as
  // make_algorithm().
  static Result<NetworkAuthentication> make(const saip::AkaParameter& parameters);

  // sqnInit.
  SqnState initial_state() const { return initial_; }
  // Octets of AUTN: 16, with a MAC of TUAK of 16 or 32 octets more.
  std::size_t autn_size() const { return 8 + algorithm_->mac_size(); }

  // The 3G, EPS, 5G and IMS AKA contexts. `autn` has autn_size() octets, else the verdict is kMacFailure.
  AkaResult authenticate(SqnState& state, const AkaRand& rand, ByteView autn) const;
  // GBA_U bootstrapping (TS 33.220 section 5.3.2): AUTN has the altered MAC, and so has the RES of the
  // answer.
  AkaResult bootstrap(SqnState& state, const AkaRand& rand, ByteView autn) const;
  // The GSM context: there is no AUTN to check. Nothing in `gsm` when the algorithm's sizes define no GSM
  // keys.
  struct GsmResult {
    AkaVerdict verdict = AkaVerdict::kAccepted;  // or kExhausted
    std::optional<crypto::GsmKeys> gsm;
    bool state_changed = false;
  };
  GsmResult gsm(SqnState& state, const AkaRand& rand) const;

  bool is_test_algorithm() const { return test_; }

 private:
  NetworkAuthentication() = default;
  AkaResult run(SqnState& state, const AkaRand& rand, ByteView autn, bool gba) const;
  bool exhausted(SqnState& state, bool& changed) const;
  bool acceptable(const SqnState& state, std::uint64_t seq, unsigned ind) const;
  std::int64_t distance(std::uint64_t from, std::uint64_t to) const;
  Bytes auts(const AkaRand& rand, const AkaSqn& sqn_ms) const;

  std::unique_ptr<crypto::AkaAlgorithm> algorithm_;
  SqnState initial_;
  std::optional<std::uint32_t> max_attempts_;
  std::int64_t delta_ = 0, age_limit_ = 0;
  bool conceal_ = true, wrap_ = false, check_delta_ = true, check_age_ = true, test_ = false;
};

}  // namespace eider::profile
