// A card in a modem, through the modem's serial device (or a pty).
#pragma once
#include "device/at_channels.hpp"

namespace eider::net {

struct AtCardConfig {
  std::string device;      // "/dev/ttyUSB2"
  unsigned baud = 115200;  // of a real serial line; USB modems take any
  device::AtOptions options;
  // SIGINT, SIGTERM and SIGHUP that nobody else handles close the channel before they end the process.
  bool close_on_signal = false;
};

// Holds the device for itself (flock, TIOCEXCL) and closes its channel when it goes.
class AtCard final : public CardPort {
 public:
  // LocalFault: no such device, no rights, in use, a baud rate that does not exist; otherwise those of
  // open_at_card().
  static Result<std::unique_ptr<AtCard>> open(AtCardConfig config);
  ~AtCard() override;
  AtCard(const AtCard&) = delete;
  AtCard& operator=(const AtCard&) = delete;
  // Of the modem's radio and with it of the card; returns when that is ready. No ATR, since no AT command
  // gives it.
  Result<Bytes> reset() override;
  Result<Bytes> transmit(ByteView command) override;

 private:
  class Impl;
  explicit AtCard(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace eider::net
