// What goes wrong in a world, how often, and how often it did.
#pragma once
#include <array>
#include <string_view>

#include "world/dice.hpp"

namespace eider::world {

enum class FaultKind : std::uint8_t {
  kConnectionFails,
  kRequestLost,
  kResponseLost,
  kRequestDuplicated,
  kRequestDelayed,   // the client gives up; the request arrives later
  kOldDuplicate,     // answered, and arrives once more later
  kErrorPage,        // something in between answers in the server's stead
  kStoreRefuses,     // one commit of the SM-DP+ fails, before or after it took effect
  kServerKilled,     // the SM-DP+ dies at a commit, before or after it took effect
  kServerPowerLost,  // between two requests: what was not made durable against it is gone
  kCardPowerLost,    // at a write of the card: before, within, after
  kWriteTorn,        // of those, within: part of the write made it
  kRecoveryTorn,     // power is lost again while the card recovers
  kCommandLost,      // an ES10 command or a part of it does not reach the card
  kAnswerLost,       // the card carried the command out, the LPA does not hear of it
  kLpaGone,          // the LPA ends in the middle; a new one finds the card as it is
  kInterleaved,      // something else happens between two messages
  kTimeJump,
  kUserRejects,
  kUserPostpones,
  kUserAway,  // no answer in time
  kWrongCode,
  kWrongCard,  // the code is used on a card that it is not for
  kWrongPin,
  kOldVector,     // an authentication vector comes again
  kCoreRestored,  // the authentication centre counts from an old state
  kOtaReplayed,   // a message over the air comes again
  // Of M2M worlds alone
  kSmsLost,
  kSmsDuplicated,
  kSmsHeld,       // for hours
  kSmsOvertaken,  // by later ones
  kSmsRefused,    // by the service centre
  kLinkBroken,    // of an HTTPS session, in the middle
  kNoLink,        // the SM-SR is not reached
  kOutOfCoverage,
  kSubscriberUnknown,  // the network knows the subscription no more
  kDeviceReset,
};
inline constexpr std::size_t kFaultKinds = 37, kConsumerFaultKinds = 27;
std::string_view to_string(FaultKind kind);

using FaultCounts = std::array<std::uint64_t, kFaultKinds>;

// Level 0 none, 1 rare, 2 usual, 3 often.
class Faults {
 public:
  Faults(std::uint64_t seed, unsigned level) : dice_(seed), level_(level) {}
  // Does it happen now? `per_mille` is the rate at level 2. Counts when it does.
  bool happens(FaultKind kind, std::uint64_t per_mille);
  // It happened as a part of another one.
  void count(FaultKind kind) { ++counts_[static_cast<std::size_t>(kind)]; }
  Dice& dice() { return dice_; }
  void stop() { quiet_ = true; }
  // For a look that must not be disturbed.
  void pause(bool on) { quiet_ = on; }
  bool quiet() const { return quiet_ || level_ == 0; }
  const FaultCounts& counts() const { return counts_; }

 private:
  Dice dice_;
  unsigned level_;
  bool quiet_ = false;
  FaultCounts counts_{};
};

}  // namespace eider::world
