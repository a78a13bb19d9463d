// eider device local: what a device does with the test and the emergency Profile of its M2M card by itself.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>

#include "card_address.hpp"
#include "cmd_device.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "device/local_profile.hpp"
#include "spec/status_words.hpp"

namespace eider::app::device_cmd {
namespace {
using lpa_cli::must;

struct Options {
  lpa_cli::Options card;
  std::string function;
};

void run(const Options& o) {
  const auto function = device::find_local_function(o.function);
  const auto card = lpa_cli::open_card_without_terminal(o.card);
  const SystemClock clock;
  device::Terminal terminal(*card, clock);
  must(terminal.power_on(), o.card);
  const auto sw = must(device::run_local_function(terminal, *function), o.card);
  const auto text = to_hex(Bytes{static_cast<std::uint8_t>(sw >> 8), static_cast<std::uint8_t>(sw)});
  if (o.card.json) {
    lpa_cli::print_json(boost::json::object{{"function", o.function}, {"sw", text}});
  } else {
    std::printf("%s  %s  %s\n", o.function.c_str(), text.c_str(), explain_status_word(sw).meaning.c_str());
  }
  if (sw != 0x9000) throw CommandError{1, "the card refused"};
}
}  // namespace

void declare_local(CLI::App& device) {
  auto* sub =
      device.add_subcommand("local", "Enable or disable the test or the emergency Profile (SGP.02, ESx)");
  auto o = std::make_shared<Options>();
  lpa_cli::declare_card_options(*sub, {o, &o->card});
  sub->add_option("FUNCTION", o->function, "What to do")
      ->required()
      ->check(CLI::IsMember({"enable-test", "disable-test", "enable-emergency", "disable-emergency"}));
  sub->footer(
      "Examples:\n  eider device local enable-emergency --card card.eider\n"
      "  eider device local disable-test --pcsc --json\nThe card tells no server of it.");
  sub->callback([o] { run(*o); });
}

}  // namespace eider::app::device_cmd
