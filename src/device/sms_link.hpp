// A device's way to its short message service centre: messages to it and their answers, beside those from it
// (3GPP TS 23.040 sections 9.2.1, 9.2.2; RP layer of TS 24.011).
#pragma once
#include <functional>

#include "device/terminal_ports.hpp"
#include "spec/etsi/sms.hpp"

namespace eider::device {

class Terminal;

struct ArrivedSms {
  std::uint32_t reference = 0;  // for the answer
  etsi::SmsDeliver message;
};
struct SmsReceipt {
  enum class Kind : std::uint8_t { kAccepted, kNotNow, kNever } kind = Kind::kAccepted;
  std::uint8_t cause = 0;  // TP-FCS (TS 23.040 section 9.2.3.22), 0: none
  Bytes report;            // TP-User-Data of the SMS-DELIVER-REPORT
};

class SmsLink : public SmsPort {
 public:
  // What has come, one at a time; never waits. TransportFault: the link is gone.
  virtual Result<std::optional<ArrivedSms>> receive() = 0;
  virtual Status answer(std::uint32_t reference, const SmsReceipt& receipt) = 0;
};

// Gives everything that has come to the card, and the network its answers. How many messages. A device that
// is not `in_reach` when a message has come does not get it, and does not answer.
Result<int> deliver_arrived(Terminal& terminal, SmsLink& link, const std::function<bool()>& in_reach = {});

}  // namespace eider::device
