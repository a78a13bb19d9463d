// The card in a modem that speaks AT: by logical channels (+CCHO, +CGLA, +CCHC) or by APDUs as they are
// (+CSIM); 3GPP TS 27.007 sections 8.17, 8.43, 8.45 and 8.46.
#pragma once
#include "base/clock.hpp"
#include "channel/at.hpp"
#include "device/channel_card.hpp"

namespace eider::device {

// The serial device. One command at a time.
class AtLine {
 public:
  virtual ~AtLine() = default;
  // The answer to `command`, which has no CR. TransportFault: none came in time, or the device is gone.
  virtual Result<at::Reply> exchange(const std::string& command, Duration timeout) = 0;
  virtual void wait(Duration time) = 0;
  // What is to be written when the program is ended from outside, so that no channel stays open; empty:
  // nothing.
  virtual void set_farewell(const std::string& command) { (void)command; }
};

enum class AtWay : std::uint8_t {
  kAutomatic,
  kChannels,  // AT+CCHO, AT+CGLA, AT+CCHC
  kCsim,      // AT+CSIM, with MANAGE CHANNEL
};

struct AtOptions {
  AtWay way = AtWay::kAutomatic;
  // The modem leaves the class byte as it is: it must name the channel. TS 27.007 has the modem do that.
  bool class_names_channel = false;
  Duration response_timeout{60000};  // a card that installs a Profile takes its time
  Duration short_timeout{5000};      // of commands that the modem answers by itself
  Duration settle_time{1000};        // after a reset, before the card is asked for

  Duration ready_timeout{30000};  // until the card is there again after a reset
  int busy_retries = 5;           // while the modem says that the SIM is busy
};

// Silences the echo, turns the names of errors on, and finds the way. Faults: TransportFault (no modem
// answers), LocalFault (it has none of the commands, or no card). The line must outlive the port.
Result<std::unique_ptr<CardPort>> open_at_card(AtLine& line, AtOptions options = {});

}  // namespace eider::device
