#include "modem_address.hpp"

#include <CLI/CLI.hpp>

#include "net/at_card.hpp"

namespace eider::app {

void declare_modem_options(CLI::App& sub, ModemChoice& choice) {
  sub.add_option("--at", choice.at, "Card in the modem with this AT port, such as /dev/ttyUSB2")
      ->type_name("DEVICE");
  sub.add_option("--at-way", choice.way, "By logical channels (AT+CCHO) or by plain APDUs (AT+CSIM)")
      ->check(CLI::IsMember({"auto", "channels", "csim"}))
      ->capture_default_str();
  sub.add_flag("--at-class", choice.class_names_channel,
               "Write the channel into the class byte, for modems that leave that to others");
  sub.add_option("--baud", choice.baud, "Speed of the AT port, where it is a real serial line")
      ->capture_default_str();
}

Result<std::unique_ptr<CardPort>> open_modem(const ModemChoice& choice) {
  net::AtCardConfig config;
  config.device = choice.at;
  config.baud = choice.baud;
  config.options.way = choice.way == "csim"       ? device::AtWay::kCsim
                       : choice.way == "channels" ? device::AtWay::kChannels
                                                  : device::AtWay::kAutomatic;
  config.options.class_names_channel = choice.class_names_channel;
  EIDER_TRY(card, net::AtCard::open(std::move(config)));
  return std::unique_ptr<CardPort>(std::move(card));
}

}  // namespace eider::app
