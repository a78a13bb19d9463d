// What a terminal does with a short message for its card: ENVELOPE (SMS-PP download), the delivery report,
// and the short messages that the card sends in return (3GPP TS 31.111 sections 7.1 and 6.4.10).
#pragma once
#include "device/card_port.hpp"
#include "spec/etsi/sms.hpp"

namespace eider {

class SmsTerminal {
 public:
  explicit SmsTerminal(CardPort& card) : card_(card) {}

  // TERMINAL PROFILE: this terminal takes SMS-PP data and sends short messages, nothing else.
  Status introduce();

  struct Delivery {
    std::uint16_t sw = 0;  // of the ENVELOPE, or of the last GET RESPONSE
    Bytes report;          // TP-User-Data of the SMS-DELIVER-REPORT; empty: the card gave none
    std::vector<etsi::SmsSubmit> sent;
  };
  // TransportFault when the card gives no answer; other refusals are in `sw`.
  Result<Delivery> deliver(const etsi::SmsDeliver& message);

 private:
  struct Answer {
    Bytes data;
    std::uint16_t sw = 0;
  };
  Result<Answer> transmit(ByteView command);
  // Fetches and carries out until the card has nothing more.
  Status proactive_session(Delivery& delivery);
  Result<std::uint8_t> carry_out(ByteView command, Delivery& delivery, Bytes& details) const;

  CardPort& card_;
};

}  // namespace eider
