// eider device modem: an emulated modem in front of a card, for who writes software that drives modems.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cmd_card.hpp"
#include "cmd_device.hpp"
#include "cmd_lpa.hpp"
#include "command.hpp"
#include "device/at_modem.hpp"
#include "device/mbim_modem.hpp"
#include "device/qmi_modem.hpp"
#include "net/modem_server.hpp"

namespace eider::app::device_cmd {
namespace {
using lpa_cli::must;

struct StyleName {
  const char* name;
  void (*set)(device::AtModemStyle&);
};
constexpr StyleName kStyles[] = {
    {"no-channels", [](device::AtModemStyle& s) { s.channels = false; }},
    {"no-csim", [](device::AtModemStyle& s) { s.csim = false; }},
    {"no-tests", [](device::AtModemStyle& s) { s.tests = false; }},
    {"no-prefix", [](device::AtModemStyle& s) { s.prefix = false; }},
    {"no-space", [](device::AtModemStyle& s) { s.space = false; }},
    {"no-quotes", [](device::AtModemStyle& s) { s.quotes = false; }},
    {"lower-case", [](device::AtModemStyle& s) { s.lower_case = true; }},
    {"long-handles", [](device::AtModemStyle& s) { s.long_handles = true; }},
    {"class-as-sent", [](device::AtModemStyle& s) { s.writes_class = false; }},
    {"hides-proactive", [](device::AtModemStyle& s) { s.tells_proactive = false; }},
};

struct ModemOptions {
  lpa_cli::Options card;
  std::string speaks = "at";
  std::vector<std::string> styles;
  device::AtModemStyle style;
  net::ModemServerConfig server;
  card_cmd::TraceOptions trace;
};

void serve_modem(const ModemOptions& o) {
  if (o.card.card.empty() + o.card.tcp.empty() != 1)
    throw CommandError{2, "put a card in: --card FILE or --tcp HOST:PORT"};
  card_cmd::block_interrupts();
  const auto card = lpa_cli::open_card(o.card);
  card_cmd::TracingCard traced(*card, o.trace);
  const SystemClock clock;
  device::ModemCard in_modem(traced, clock);
  must(in_modem.power_on(), o.card);
  auto style = o.style;
  for (const auto& row : kStyles)
    if (std::ranges::find(o.styles, row.name) != o.styles.end()) row.set(style);
  std::unique_ptr<device::EmulatedModem> modem;
  if (o.speaks == "mbim") modem = std::make_unique<device::MbimModem>(in_modem);
  if (o.speaks == "qmi") modem = std::make_unique<device::QmiModem>(in_modem);
  if (!modem) modem = std::make_unique<device::AtModem>(in_modem, std::move(style));
  net::ModemServer server(*modem, o.server);
  must(server.start(), o.card);
  std::printf("Modem that speaks %s at %s\n", o.speaks.c_str(), server.device().c_str());
  std::fflush(stdout);
  card_cmd::wait_for_interrupt();
  server.stop();
}

constexpr const char* kModemExamples = R"(Examples:
  eider device modem --card card.eider --link /tmp/modem     until Ctrl-C
  eider lpa list --at /tmp/modem                             beside it
  eider device modem --card card.eider --speak mbim --link /tmp/modem
  eider lpa list --mbim /tmp/modem
  eider device modem --card card.eider --style no-channels   a modem that has AT+CSIM only
  eider device modem --card card.eider --style no-prefix --style no-space --unsolicited '+CREG: 1'

It knows AT+CCHO, AT+CGLA, AT+CCHC and AT+CSIM (3GPP TS 27.007), or of MBIM and QMI what reaches the card, and is the
terminal of its card: it carries out REFRESH.)";
}  // namespace

void declare_modem(CLI::App& device) {
  auto* sub = device.add_subcommand("modem", "Be a modem on a pseudo terminal, with a card in it");
  auto o = std::make_shared<ModemOptions>();
  sub->add_option("--card", o->card.card, "Card file")->type_name("FILE");
  sub->add_option("--tcp", o->card.tcp, "Card behind `eider card serve`")->type_name("HOST:PORT");
  sub->add_option("--link", o->server.link, "Symbolic link to the pseudo terminal")->type_name("PATH");
  sub->add_option("--speak", o->speaks, "What it speaks")
      ->check(CLI::IsMember({"at", "mbim", "qmi"}))
      ->capture_default_str();
  std::vector<std::string> names;
  for (const auto& row : kStyles) names.emplace_back(row.name);
  sub->add_option("--style", o->styles, "With AT: deviate as modems in the field do; may be repeated")
      ->check(CLI::IsMember(names))
      ->allow_extra_args(false)
      ->type_name("STYLE");
  sub->add_option("--longest", o->style.longest_apdu, "Octets of an APDU that it takes")
      ->check(CLI::Range(4, 65544));
  sub->add_option("--unsolicited", o->style.unsolicited, "A line that comes before every answer")
      ->type_name("LINE");
  o->trace.declare(*sub);
  sub->footer(kModemExamples);
  sub->callback([o] { serve_modem(*o); });
}

}  // namespace eider::app::device_cmd
