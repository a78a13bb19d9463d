// A card in a modem that speaks MBIM, by Microsoft's low-level access to the UICC (libmbim).
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "device/card_port.hpp"

namespace eider::net {

struct MbimCardConfig {
  std::string device;  // "/dev/cdc-wdm0"
  int slot = 0;        // counted from 1; 0: whichever the modem uses
  bool proxy = false;  // through mbim-proxy, beside ModemManager; else the device is opened alone
  Duration open_timeout{15000};
  Duration response_timeout{60000};
};

class MbimCard final : public CardPort {
 public:
  // Faults: LocalFault (no such device, no such slot, no low-level access), TransportFault.
  static Result<std::unique_ptr<MbimCard>> open(MbimCardConfig config);
  ~MbimCard() override;
  MbimCard(const MbimCard&) = delete;
  MbimCard& operator=(const MbimCard&) = delete;
  // By the modem; the ATR when it tells.
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  explicit MbimCard(std::unique_ptr<CardPort> card);
  std::unique_ptr<CardPort> card_;
};

}  // namespace eider::net
