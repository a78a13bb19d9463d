#include "device/sms_link.hpp"

#include "device/terminal.hpp"

namespace eider::device {
namespace {
// TS 31.111 section 7.1.1.1: 9300 is a busy toolkit, any other error a message that the card does not take.
constexpr std::uint16_t kBusy = 0x9300;
constexpr std::uint8_t kToolkitBusyError = 0xD4, kDownloadError = 0xD5;

SmsReceipt receipt_of(const Terminal::Delivery& d) {
  const auto sw1 = d.sw >> 8;
  const bool taken = d.sw == 0x9000 || sw1 == 0x91 || sw1 == 0x62 || sw1 == 0x63;
  if (taken) return {SmsReceipt::Kind::kAccepted, 0, d.report};
  if (d.sw == kBusy) return {SmsReceipt::Kind::kNotNow, kToolkitBusyError, {}};
  return {SmsReceipt::Kind::kNever, kDownloadError, d.report};
}
}  // namespace

Result<int> deliver_arrived(Terminal& terminal, SmsLink& link, const std::function<bool()>& in_reach) {
  int count = 0;
  while (true) {
    EIDER_TRY(arrived, link.receive());
    if (!arrived || (in_reach && !in_reach())) return count;
    const auto delivery = terminal.deliver(arrived->message);
    // A card that is gone has not taken the message, as far as anybody knows.
    if (!delivery) EIDER_CHECK(link.answer(arrived->reference, {SmsReceipt::Kind::kNotNow, 0, {}}));
    EIDER_TRY(d, delivery);
    EIDER_CHECK(link.answer(arrived->reference, receipt_of(d)));
    ++count;
  }
}

}  // namespace eider::device
