// How a command line names a card in a modem.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "device/card_port.hpp"

namespace CLI {
class App;
}

namespace eider::app {

struct ModemChoice {
  std::string at;         // a serial device
  std::string qmi, mbim;  // a control device
  int slot = 0;           // counted from 1; 0: whichever the modem uses
  bool proxy = false;
  std::string way = "auto";
  unsigned baud = 115200;
  bool class_names_channel = false;

  int count() const { return !at.empty() + !qmi.empty() + !mbim.empty(); }
  bool chosen() const { return count() > 0; }
};

void declare_modem_options(CLI::App& sub, ModemChoice& choice);
Result<std::unique_ptr<CardPort>> open_modem(const ModemChoice& choice);

}  // namespace eider::app
