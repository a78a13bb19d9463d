// A card in a modem that speaks QMI, by the UIM service (libqmi).
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "device/card_port.hpp"

namespace eider::net {

struct QmiCardConfig {
  std::string device;  // "/dev/cdc-wdm0", also of a modem that carries QMI in MBIM
  int slot = 1;        // counted from 1, to 5
  bool proxy = false;  // through qmi-proxy, beside ModemManager; else the device is opened alone
  Duration open_timeout{15000};
  Duration response_timeout{60000};
};

class QmiCard final : public CardPort {
 public:
  // Faults: LocalFault (no such device, no UIM service), TransportFault.
  static Result<std::unique_ptr<QmiCard>> open(QmiCardConfig config);
  ~QmiCard() override;
  QmiCard(const QmiCard&) = delete;
  QmiCard& operator=(const QmiCard&) = delete;
  // Off and on; the ATR when the modem tells.
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  explicit QmiCard(std::unique_ptr<CardPort> card);
  std::unique_ptr<CardPort> card_;
};

}  // namespace eider::net
