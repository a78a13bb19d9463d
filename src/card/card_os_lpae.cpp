// Where the card's own LPA meets the operating system (SGP.22 v2.6.1 sections 5.7.1 and 5.11).
#include "card/card_os.hpp"

namespace eider::card {
namespace {
constexpr std::uint8_t kLpaInTheDevice = 0x07;  // LUId, LPDd and LDSd of TERMINAL CAPABILITY
}  // namespace

bool CardOs::has_lpae() const {
  return lpae_ && state_.personalisation.lpae && !state_.m2m_active();
}

// Section 5.7.1: a device with an LPA of its own says when that of the card is wanted.
bool CardOs::lpae_may_begin() const {
  return has_lpae() && (euicc_capability_.value_or(0) & kLpaInTheDevice) != kLpaInTheDevice;
}

void CardOs::begin_lpae() {
  if (toolkit_.profile().empty() || lpae_active_) return;
  lpae_active_ = true;
  lpae_->activated();
}

// The same functions as from outside, but that the device's capabilities say nothing about them.
Result<ResponseApdu> CardOs::es10_inside(ByteView command) {
  isd_r_.channel = kInsideTheCard;
  isd_r_.profile_switched = false;
  const bool dialogue = toolkit_.in_dialogue();
  toolkit_.set_dialogue(false);  // it is the caller's own
  auto answer = es10(command, true, Caller::kInside);
  toolkit_.set_dialogue(dialogue);
  if (!answer) {
    if (const auto* sw = answer.error().as<StatusWord>()) return ResponseApdu{{}, sw->sw};
    lpae_fault_ = std::move(answer).error();
    return fail(TransportFault{true, "the card stopped"});
  }
  lpae_switched_ = lpae_switched_ || isd_r_.profile_switched;
  return ResponseApdu{std::move(answer->data), answer->sw};
}

// After anything that the LPA has done: had it met a memory that failed, nothing may be said any more.
Result<Answer> CardOs::finish_lpae(Answer answer) {
  if (auto fault = std::exchange(lpae_fault_, std::nullopt)) return fail(*std::move(fault));
  if (std::exchange(lpae_switched_, false)) after_switch();
  return answer;
}

}  // namespace eider::card
