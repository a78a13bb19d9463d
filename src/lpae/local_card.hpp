// The card as its own LPA sees it: the commands of an Es10Client without a reader, a channel or a reset
// between them (SGP.22 v2.6.1 section 5.7 calls ES10 inside the card unspecified).
#pragma once
#include "card/local_profile_assistant.hpp"
#include "codec/apdu.hpp"
#include "device/card_port.hpp"
#include "lpae/conversation.hpp"

namespace eider::lpae {

class LocalCard final : public CardPort {
 public:
  LocalCard(const card::LpaeCard& card, Conversation& conversation)
      : card_(card), conversation_(conversation) {}

  // A switch of the Profile waits for the REFRESH: this waits with it. The reset that follows ends the LPA;
  // LocalFault when the terminal does not do it.
  Result<Bytes> reset() override;
  // MANAGE CHANNEL, SELECT and STORE DATA of an ES10 object, in blocks.
  Result<Bytes> transmit(ByteView command) override;

 private:
  const card::LpaeCard& card_;
  Conversation& conversation_;
  Bytes object_;
};

}  // namespace eider::lpae
