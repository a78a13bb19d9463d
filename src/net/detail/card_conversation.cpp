#include "net/detail/card_conversation.hpp"

namespace eider::net::detail {
namespace {
Bytes answer_frame(CardFrameType type, const Result<Bytes>& answer) {
  if (!answer) return card_fault_frame(answer.error().message());
  const std::size_t most = type == CardFrameType::kAtr ? 33 : kMaxResponseApdu;
  if (answer->size() < 2 || answer->size() > most)
    return card_fault_frame("the card's answer has no valid length");
  return encode_card_frame(type, *answer);
}

Bytes pps_frame(const Result<std::optional<Bytes>>& response) {
  if (!response) return card_fault_frame(response.error().message());
  const auto octets = response->value_or(Bytes());
  if (octets.size() > kMaxPps) return card_fault_frame("the card's PPS response has no valid length");
  return encode_card_frame(CardFrameType::kPpsResponse, octets);
}
}  // namespace

Bytes card_fault_frame(std::string_view text) {
  return encode_card_frame(CardFrameType::kFault, as_bytes(text.substr(0, 1024)));
}

Bytes CardConversation::choose(ByteView payload) {
  if (!rack_) return card_fault_frame("one card is served here: there is nothing to choose");
  if (card_) return card_fault_frame("a card was chosen before");
  const auto choice = decode_card_choice(payload);
  if (!choice) return card_fault_frame("a card is chosen by its EID, 16 octets, or its number, 4 octets");
  auto taken = rack_->take(*choice);
  if (!taken) return card_fault_frame(taken.error().message());
  taken_ = std::move(taken->card);
  card_ = taken_.get();
  return encode_card_frame(CardFrameType::kChosen, taken->eid);
}

Bytes CardConversation::answer(const CardFrame& frame) {
  switch (frame.type) {
    case CardFrameType::kChoose:
      return choose(frame.payload);
    case CardFrameType::kReset: {
      if (frame.payload[0] != kCardProtocolVersion)
        return card_fault_frame("this protocol version is not known");
      if (!card_) return card_fault_frame("many cards are served here: choose one first");
      const auto atr = card_->reset();
      was_reset_ = atr.has_value();
      return answer_frame(CardFrameType::kAtr, atr);
    }
    case CardFrameType::kCommand:
      if (!was_reset_) return card_fault_frame("reset the card first");
      return answer_frame(CardFrameType::kResponse, card_->transmit(frame.payload));
    case CardFrameType::kPps:
      if (!was_reset_) return card_fault_frame("reset the card first");
      return pps_frame(card_->exchange_pps(frame.payload));
    default:
      return card_fault_frame("a client sends reset, PPS and command frames only");
  }
}

}  // namespace eider::net::detail
