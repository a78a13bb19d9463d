#include "lpae/local_card.hpp"

namespace eider::lpae {
namespace {
constexpr std::uint8_t kManageChannel = 0x70, kSelect = 0xA4, kStoreData = 0xE2, kLastBlock = 0x80;
constexpr std::uint8_t kOnlyChannel = 0x01;
}  // namespace

Result<Bytes> LocalCard::reset() {
  while (conversation_.wait() != Conversation::Event::kRefreshRefused) {
  }
  return fail_local("the device did not restart the card, so no Profile was changed",
                    "Try again when it does nothing else.");
}

Result<Bytes> LocalCard::transmit(ByteView command) {
  EIDER_TRY(c, parse_command(command));
  switch (c.ins) {
    case kManageChannel:
      object_.clear();
      return c.p1 == 0 ? ResponseApdu{{kOnlyChannel}, 0x9000}.encode() : ResponseApdu{}.encode();
    case kSelect:
      return ResponseApdu{}.encode();
    case kStoreData: {
      append(object_, c.data);
      if ((c.p1 & kLastBlock) == 0) return ResponseApdu{}.encode();
      EIDER_TRY(answer, card_.es10(std::exchange(object_, {})));
      return answer.encode();
    }
    default:
      return ResponseApdu{{}, 0x6D00}.encode();
  }
}

}  // namespace eider::lpae
