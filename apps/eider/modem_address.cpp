#include "modem_address.hpp"

#include <CLI/CLI.hpp>

#include "net/at_card.hpp"
#include "net/mbim_card.hpp"
#include "net/qmi_card.hpp"

namespace eider::app {

void declare_modem_options(CLI::App& sub, ModemChoice& choice) {
  sub.add_option("--at", choice.at, "Card in the modem with this AT port, such as /dev/ttyUSB2")
      ->type_name("DEVICE");
  sub.add_option("--at-way", choice.way, "By logical channels (AT+CCHO) or by plain APDUs (AT+CSIM)")
      ->check(CLI::IsMember({"auto", "channels", "csim"}))
      ->capture_default_str();
  sub.add_flag("--at-class", choice.class_names_channel,
               "Write the channel into the class byte, for modems that leave that to others");
  sub.add_option("--qmi", choice.qmi, "Card in the modem with this control device, by QMI: /dev/cdc-wdm0")
      ->type_name("DEVICE");
  sub.add_option("--mbim", choice.mbim, "The same by MBIM")->type_name("DEVICE");
  sub.add_option("--slot", choice.slot,
                 "Slot of the card, with --qmi and --mbim (default: 1; the one in use)")
      ->check(CLI::Range(1, 8));
  sub.add_flag("--proxy", choice.proxy, "Through qmi-proxy or mbim-proxy, beside ModemManager");
  sub.add_option("--baud", choice.baud, "Speed of the AT port, where it is a real serial line")
      ->capture_default_str();
}

Result<std::unique_ptr<CardPort>> open_modem(const ModemChoice& choice) {
  if (!choice.qmi.empty()) {
    EIDER_TRY(card,
              net::QmiCard::open(
                  {.device = choice.qmi, .slot = choice.slot == 0 ? 1 : choice.slot, .proxy = choice.proxy}));
    return std::unique_ptr<CardPort>(std::move(card));
  }
  if (!choice.mbim.empty()) {
    EIDER_TRY(card, net::MbimCard::open({.device = choice.mbim, .slot = choice.slot, .proxy = choice.proxy}));
    return std::unique_ptr<CardPort>(std::move(card));
  }
  net::AtCardConfig config;
  config.device = choice.at;
  config.baud = choice.baud;
  config.close_on_signal = true;
  config.options.way = choice.way == "csim"       ? device::AtWay::kCsim
                       : choice.way == "channels" ? device::AtWay::kChannels
                                                  : device::AtWay::kAutomatic;
  config.options.class_names_channel = choice.class_names_channel;
  EIDER_TRY(card, net::AtCard::open(std::move(config)));
  return std::unique_ptr<CardPort>(std::move(card));
}

}  // namespace eider::app
