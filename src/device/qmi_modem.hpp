// An emulated modem that speaks QMI in front of a card: the control service, and of UIM what reaches the
// card.
#pragma once
#include <set>

#include "channel/qmi.hpp"
#include "device/emulated_modem.hpp"
#include "device/modem_channels.hpp"

namespace eider::device {

struct QmiModemStyle {
  std::uint8_t card_slot = 1;  // counted from 1
};

class QmiModem final : public EmulatedModem {
 public:
  // The card must be powered on and outlive the modem.
  explicit QmiModem(ModemCard& card, QmiModemStyle style = {}) : card_(card), style_(style) {}
  std::string receive(ByteView octets) override;
  void hang_up() override { reader_.clear(); }

 private:
  qmi::Message answer(const qmi::Message& request);
  qmi::Message control(const qmi::Message& request);
  qmi::Message uim(const qmi::Message& request);
  qmi::Message open_channel(const qmi::Message& request);
  qmi::Message close_channel(const qmi::Message& request);
  qmi::Message send_apdu(const qmi::Message& request);

  ModemCard& card_;
  QmiModemStyle style_;
  qmi::Reader reader_;
  std::set<std::uint8_t> clients_;
};

}  // namespace eider::device
